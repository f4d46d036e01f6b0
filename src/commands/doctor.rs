//! `nexus doctor`: looks at what the product stands on and says what is wrong, one line each.

use super::house::House;
use crate::{
    config::{Config, LlmMode},
    db, library,
};

/// Checks folder, database, migrations, dead jobs, waiting mail, model and mail settings. Fails when something is broken.
pub async fn doctor(config: Config) -> anyhow::Result<()> {
    House::with(config, async |house| {
        let mut broken = 0;
        for (name, outcome) in checks(house).await {
            match outcome {
                Ok(detail) => println!("ok      {name} : {detail}"),
                Err(problem) => {
                    broken += 1;
                    println!("PANNE   {name} : {problem}");
                }
            }
        }
        anyhow::ensure!(broken == 0, "{broken} point(s) à corriger.");
        Ok(())
    })
    .await
}

async fn checks(house: &House) -> Vec<(&'static str, Result<String, String>)> {
    vec![
        ("dossier de données", folder(house)),
        ("base de données", database(house).await),
        ("migrations", migrations(house).await),
        ("tâches", jobs(house).await),
        ("courrier en attente", mail(house).await),
        ("envoi du courrier", Ok(mail_way(house))),
        ("modèle de langage", Ok(model(house))),
        ("modèle de plongements", Ok(embeddings(house))),
        ("bibliothèque", books(house).await),
    ]
}

fn folder(house: &House) -> Result<String, String> {
    house.data.write_private(".doctor", b"ok").map_err(|error| format!("{error:#}"))?;
    Ok(house.data.path().display().to_string())
}

async fn database(house: &House) -> Result<String, String> {
    sqlx::query_scalar!(r#"select version() as "version!""#)
        .fetch_one(&house.ctx.pool)
        .await
        .map(|version| version.split(',').next().unwrap_or_default().to_owned())
        .map_err(|error| error.to_string())
}

async fn migrations(house: &House) -> Result<String, String> {
    match db::pending_migrations(&house.ctx.pool).await {
        Ok(0) => Ok("à jour".into()),
        Ok(pending) => Err(format!("{pending} à appliquer (nexus migrate)")),
        Err(error) => Err(error.to_string()),
    }
}

async fn jobs(house: &House) -> Result<String, String> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'DEAD') as "dead!", count(*) filter (where state <> 'DEAD') as "alive!" from jobs"#
    )
    .fetch_one(&house.ctx.pool)
    .await
    .map_err(|error| error.to_string())?;
    if row.dead > 0 {
        Err(format!("{} en échec (page « Tâches » de l’administration)", row.dead))
    } else {
        Ok(format!("{} en cours ou prévues", row.alive))
    }
}

async fn mail(house: &House) -> Result<String, String> {
    let old = sqlx::query_scalar!(
        r#"select count(*) as "old!" from outbox where state <> 'SENT' and created_at < now() - interval '1 hour'"#
    )
    .fetch_one(&house.ctx.pool)
    .await
    .map_err(|error| error.to_string())?;
    if old > 0 {
        Err(format!("{old} message(s) attendent depuis plus d’une heure"))
    } else {
        Ok("rien de bloqué".into())
    }
}

async fn books(house: &House) -> Result<String, String> {
    let (documents, passages, failed) = library::figures(&house.ctx.pool).await.map_err(|error| error.to_string())?;
    // A scan or a locked file is no breakage of the house: it is said, and shown on the page of the library.
    Ok(format!("{documents} document(s), {passages} passage(s) dans la recherche, {failed} lecture(s) en échec"))
}

fn mail_way(house: &House) -> String {
    match &house.ctx.config.smtp {
        Some(smtp) => format!("SMTP {}:{}", smtp.host, smtp.port),
        None => format!("fichiers dans {}", house.data.path().join("mail").display()),
    }
}

/// The chain, in the order in which its models are asked.
fn model(house: &House) -> String {
    let llm = &house.ctx.config.llm;
    let chain: Vec<String> =
        llm.providers.iter().map(|one| format!("{} ({}) à {}", one.label, one.model, one.base_url)).collect();
    match llm.mode {
        LlmMode::Off => "désactivé (LLM_MODE=off)".into(),
        LlmMode::Stub => "textes de démonstration (LLM_MODE=stub)".into(),
        LlmMode::Live if chain.is_empty() => "aucun : les bilans sont composés à partir des scores".into(),
        LlmMode::Live => chain.join(", puis "),
    }
}

fn embeddings(house: &House) -> String {
    match &house.ctx.config.llm.embeddings {
        Some(one) => format!("{}, {} dimensions, à {}", one.model, one.dimensions, one.base_url),
        None => "aucun : la recherche compare les mots".into(),
    }
}

//! Reports over a real database and a model server that misbehaves.

mod pages;
mod writing;

use std::time::{Duration, Instant};

use chrono::Utc;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    fixture::{
        Did::{self, Nsp, Right, Wrong},
        answers,
    },
    model::Audience,
};
use crate::{
    assessments::{
        bank,
        record::{self, Completion},
        scoring::v3,
    },
    ctx::Ctx,
    llm::standin::{Reply, Seen, StandIn},
    testing,
};

/// What the student of these tests did, again and again.
const DID: [Did; 5] = [Right, Nsp, Right, Wrong, Right];
/// A text that any facts allow.
const GOOD: &str = "## Où tu en es\n\nCe résultat montre ce qui tient déjà et ce qui reste à travailler, une notion après l’autre, avec calme et régularité.";

/// A context whose model is this server.
async fn ctx(server: &StandIn) -> Ctx {
    ctx_at(&server.base_url, &[]).await
}

async fn ctx_at(url: &str, more: &[(&str, &str)]) -> Ctx {
    let variables: Vec<_> =
        [("OPENAI_BASE_URL", url), ("OPENAI_MODEL", "m")].into_iter().chain(more.iter().copied()).collect();
    testing::ctx_with(&variables).await
}

/// A scored attempt of this student, its job waiting in the queue when there is a model.
async fn scored(ctx: &Ctx, student: Option<Uuid>) -> Uuid {
    let edition = bank::find("maths_terminale_spe_v1").expect("embedded");
    let id = Uuid::new_v4();
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    sqlx::query!(
        "insert into assessments (id, origin, bank, engine_version, subject, grade, student_id, student_name, student_email)
         values ($1, 'APP', $2, 'scoring_v3', 'MATHS', 'TERMINALE', $3, 'Camille Durand', 'camille@example.org')",
        id,
        edition.edition.id,
        student
    )
    .execute(&mut *tx)
    .await
    .expect("assessment");
    let scored = v3::score(edition.bank, &answers(edition.bank, &DID));
    let completion =
        Completion { id, edition, scored: &scored, in_cohort: true, completed_at: Utc::now(), student_id: None };
    record::complete(&mut tx, ctx, &completion).await.expect("scored");
    tx.commit().await.expect("commit");
    id
}

/// For whom the request asks a report, by its instructions.
fn audience(seen: &Seen) -> Audience {
    let found = Audience::ALL.into_iter().find(|one| super::prompts::Prompt::of(*one).text == seen.message("system"));
    found.expect("one of our prompts")
}

/// A server that fails for one audience only, as this reply does.
async fn failing_for(broken: Audience, reply: Reply) -> StandIn {
    StandIn::start(move |seen, _| if audience(seen) == broken { reply.clone() } else { Reply::Text(GOOD.into()) }).await
}

/// (generation_status, error_code, error_details, retry_count), and that the result itself stands.
async fn state(pool: &PgPool, id: Uuid) -> (String, Option<String>, Option<String>, i16) {
    let row = sqlx::query!(
        "select status, global_score, generation_status, error_code, error_details, retry_count from assessments where id = $1",
        id
    )
    .fetch_one(pool)
    .await
    .expect("assessment");
    assert!(row.status == "COMPLETED" && row.global_score.is_some(), "whatever the model does, the result stands");
    (row.generation_status, row.error_code, row.error_details, row.retry_count)
}

/// Audiences with a report, in the order of their keys.
async fn reports(pool: &PgPool, id: Uuid) -> Vec<String> {
    sqlx::query_scalar!("select audience from reports where assessment_id = $1 order by audience", id)
        .fetch_all(pool)
        .await
        .expect("reports")
}

async fn jobs_left(pool: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where kind = 'assessments.scored'"#)
        .fetch_one(pool)
        .await
        .expect("count")
}

/// Waits until it holds, half a minute at most: the machine may be busy.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Lets real workers empty the queue.
async fn work(ctx: &Ctx) {
    let workers = crate::jobs::start(ctx.clone());
    until("the end of the job", async || jobs_left(&ctx.pool).await == 0).await;
    workers.stop().await;
}

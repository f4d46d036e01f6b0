//! The way into the search: killed anywhere it goes on and gives the same passages; versions take each other's place.

use std::time::Duration;

use uuid::Uuid;

use super::{app, audited, child, id, ingested, passages, samples, send, standing, upload};
use crate::{
    ctx::Ctx,
    jobs::tests::run_all,
    library::jobs::{IngestDocument, SweepFiles},
    testing::{Signed, TestApp},
    web::Role,
};

/// A book of this many pages, each with words of its own.
fn book(pages: usize, word: &str) -> Vec<u8> {
    let lines: Vec<Vec<String>> = (1..=pages)
        .map(|page| {
            (0..20)
                .map(|line| format!("{word} numéro {line}, à la page {page}, où l’on démontre un résultat."))
                .collect()
        })
        .collect();
    let lines: Vec<Vec<&str>> = lines.iter().map(|page| page.iter().map(String::as_str).collect()).collect();
    samples::pdf(&lines.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Makes the database refuse what matches, as a process that dies there would leave it.
async fn break_at(ctx: &Ctx, table: &str, when: &str) {
    let sql = format!(
        "create function broken() returns trigger language plpgsql as $$ begin raise exception 'killed here'; end $$;
         create trigger broken before insert or update on {table} for each row when ({when}) execute function broken();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&ctx.pool).await.expect("broken");
}

/// Runs the ingestion until it fails, mends the database, and runs it to its end.
async fn fail_then_mend(app: &TestApp) {
    let ctx = app.ctx.clone();
    let running = tokio::spawn(async move { run_all::<IngestDocument>(&ctx).await });
    loop {
        let failed = sqlx::query_scalar!(
            r#"select exists (select from jobs where last_error like '%killed here%') as "failed!""#
        );
        if failed.fetch_one(&app.ctx.pool).await.expect("job") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sqlx::raw_sql("drop function broken() cascade").execute(&app.ctx.pool).await.expect("mended");
    sqlx::query!("update jobs set run_at = now() where state = 'READY'").execute(&app.ctx.pool).await.expect("due");
    sqlx::query!("select pg_notify('jobs', '')").execute(&app.ctx.pool).await.expect("wake");
    running.await.expect("ingested");
}

async fn page(document: Uuid, who: &Signed) -> String {
    who.get(&format!("/admin/rag/{document}")).await.assert(200).text().to_owned()
}

#[tokio::test]
async fn an_ingestion_that_dies_at_any_step_goes_on_and_gives_the_same_passages() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let file = book(20, "Théorème");
    let whole = ingested(&app, &desk, "entier.pdf", &file).await;
    let expected = passages(&app.ctx.pool, whole, 1).await;
    assert!(expected.len() > 5 && expected.iter().all(|passage| passage.5), "{}", expected.len());
    for (table, when) in [
        ("library_pages", "new.page = 18"),
        ("library_ingests", "new.step = 'CLEAN'"),
        ("library_ingests", "new.step = 'SPLIT'"),
        ("library_passages", "new.ordinal = 3"),
        ("library_ingests", "new.step = 'EMBED'"),
        ("library_ingests", "new.step = 'INDEX' and new.state = 'RUNNING'"),
        ("library_ingests", "new.state = 'DONE'"),
    ] {
        // The same text; another file.
        let again = [file.as_slice(), format!("% {table} {when}\n").as_bytes()].concat();
        break_at(&app.ctx, table, when).await;
        let document = id(&upload(&desk, "encore.pdf", &again).await.assert(200).json());
        fail_then_mend(&app).await;
        assert_eq!(standing(&app.ctx, document).await, ("DONE".into(), None), "{when}");
        assert_eq!(passages(&app.ctx.pool, document, 1).await, expected, "{when}");
    }
}

#[tokio::test]
async fn a_page_that_kills_its_reader_is_the_only_one_that_is_lost() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let file =
        samples::pdf(&[&["La première page."], &[child::CRASH], &["La troisième page."], &[child::EAT], &["La fin."]]);
    let document = ingested(&app, &desk, "pieges.pdf", &file).await;
    assert_eq!(standing(&app.ctx, document).await, ("DONE".into(), None));
    let text: String = passages(&app.ctx.pool, document, 1).await.into_iter().map(|passage| passage.4).collect();
    assert_eq!(text, "La première page.\n\nLa troisième page.\n\nLa fin.");
    let html = page(document, &desk).await;
    assert!(html.contains("2 pages sans texte lisible") && html.contains("Page 4"), "{html}");
    assert!(html.contains("par les mots seulement"), "{html}");
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_marked_and_the_rest_of_the_document_is_there() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let file = samples::pdf(&[&["La première page."], &[child::HANG], &["La troisième page."]]);
    let document = id(&upload(&desk, "lente.pdf", &file).await.assert(200).json());
    run_all::<child::IngestImpatiently>(&app.ctx).await;
    assert_eq!(standing(&app.ctx, document).await, ("DONE".into(), None));
    let text: String = passages(&app.ctx.pool, document, 1).await.into_iter().map(|passage| passage.4).collect();
    assert_eq!(text, "La première page.\n\nLa troisième page.");
    let html = page(document, &desk).await;
    assert!(html.contains("1 page sans texte lisible"), "{html}");
    assert!(html.contains("Page 2\u{a0}: La lecture de cette page a pris plus d’une minute."), "{html}");
}

#[tokio::test]
async fn a_broken_or_locked_file_fails_with_its_reason_and_can_be_tried_again() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let document = ingested(&app, &desk, "ferme.pdf", &samples::locked_pdf()).await;
    let (state, problem) = standing(&app.ctx, document).await;
    assert!(state == "FAILED" && problem.is_some_and(|problem| problem.contains("mot de passe")));
    let jobs = desk.get("/api/rag/jobs").await.assert(200).json();
    assert_eq!(jobs["jobs"][0]["status"], "FAILED", "{jobs}");
    let place = format!("/admin/rag/{document}");
    desk.post(&format!("{place}/retry"), &[]).await.assert_redirect(&format!("{place}?done=retried"));
    assert_eq!(standing(&app.ctx, document).await, ("PENDING".into(), None));
    run_all::<IngestDocument>(&app.ctx).await;
    assert_eq!(standing(&app.ctx, document).await.0, "FAILED");
    assert_eq!(audited(&app.ctx.pool, "library.retry").await, 1);
}

#[tokio::test]
async fn a_new_version_takes_the_place_of_the_old_one_whose_passages_stay_readable() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let document = ingested(&app, &desk, "v1.txt", "Le premier texte.".as_bytes()).await;
    let place = format!("/admin/rag/{document}");
    let versions = format!("{place}/versions");
    let same = send(&desk, &versions, Some(("v1.txt", "Le premier texte.".as_bytes())), &[]).await;
    same.assert_redirect(&format!("{place}?done=unchanged"));
    let new = send(&desk, &versions, Some(("v2.txt", "Le second texte.".as_bytes())), &[]).await;
    new.assert_redirect(&format!("{place}?done=replaced"));
    assert!(passages(&app.ctx.pool, document, 1).await[0].5, "searched until the new version is ready");
    run_all::<IngestDocument>(&app.ctx).await;
    let (old, new) = (passages(&app.ctx.pool, document, 1).await, passages(&app.ctx.pool, document, 2).await);
    assert_eq!((old[0].4.as_str(), old[0].5), ("Le premier texte.", false));
    assert_eq!((new[0].4.as_str(), new[0].5), ("Le second texte.", true));
    assert!(page(document, &desk).await.contains("Citations seulement"));
}

#[tokio::test]
async fn a_withdrawn_document_leaves_the_search_and_comes_back() {
    let (app, _folder) = app().await;
    let admin = app.signed_in(Role::Admin).await;
    let document = ingested(&app, &admin, "a.txt", "Un texte.".as_bytes()).await;
    let place = format!("/admin/rag/{document}");
    admin.post(&format!("{place}/withdraw"), &[]).await.assert_redirect(&format!("{place}?done=withdrawn"));
    admin.post(&format!("{place}/withdraw"), &[]).await.assert_redirect(&format!("{place}?done=withdrawn"));
    assert!(!passages(&app.ctx.pool, document, 1).await[0].5);
    assert_eq!(audited(&app.ctx.pool, "library.withdraw").await, 1, "withdrawn once");
    admin.post(&format!("{place}/restore"), &[]).await.assert_redirect(&format!("{place}?done=restored"));
    assert!(passages(&app.ctx.pool, document, 1).await[0].5);
}

#[tokio::test]
async fn the_list_asks_again_while_something_is_under_way_and_not_after() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    upload(&desk, "a.txt", "Un texte.".as_bytes()).await.assert(200);
    let list = desk.get("/admin/rag?q=a").await.assert(200);
    assert!(list.text().contains("hx-get=\"/admin/rag/progress?q=a\"") && list.text().contains("Actualiser"), "{list}");
    run_all::<IngestDocument>(&app.ctx).await;
    let fragment = desk.get("/admin/rag/progress?q=a").await.assert(200);
    assert!(fragment.text().contains("Dans la recherche") && !fragment.text().contains("hx-get"), "{fragment}");
    assert!(desk.get("/admin/rag?subject=NSI").await.assert(200).text().contains("Aucun document"));
}

#[tokio::test]
async fn the_page_of_a_document_says_one_thing_once_it_is_read_and_nothing_else_while_it_is_read_again() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let document = id(&upload(&desk, "a.txt", "Un texte.".as_bytes()).await.assert(200).json());
    // What polls takes the badge and the versions with it.
    let html = page(document, &desk).await;
    assert!(html.contains("hx-select=\"#state\" hx-select-oob=\"#badge,#version-list\""), "{html}");
    assert!(html.contains("id=\"badge\"") && html.contains("id=\"version-list\""), "{html}");
    assert!(!html.contains(&format!("href=\"/bibliotheque/{document}\"")), "nothing to read yet: {html}");
    run_all::<IngestDocument>(&app.ctx).await;
    let html = page(document, &desk).await;
    assert!(html.contains("1 passage dans la recherche") && !html.contains("hx-get=\"/admin"), "{html}");
    assert!(html.contains(&format!("href=\"/bibliotheque/{document}\"")), "{html}");
    desk.post(&format!("/admin/rag/{document}/withdraw"), &[]).await.redirected();
    let html = page(document, &desk).await;
    assert!(html.contains("hors de la recherche") && !html.contains("1 passage dans la recherche"), "{html}");
    assert!(!html.contains(&format!("href=\"/bibliotheque/{document}\"")), "{html}");
}

#[tokio::test]
async fn what_somebody_else_put_among_the_files_stays_and_stops_no_sweep() {
    let (app, folder) = app().await;
    let mut staging = app.ctx.files.stage().await.expect("stage");
    staging.write(b"personne").await.expect("write");
    let staged = staging.finish().await.expect("finish");
    let orphan = staged.sha256.clone();
    app.ctx.files.keep(staged).await.expect("keep");
    let files = folder.0.join("files");
    let strays = [files.join("notes.txt"), files.join(&orphan[..2]).join("copie.bak"), files.join("ab").join(&orphan)];
    std::fs::create_dir_all(files.join("ab/dossier")).expect("folder");
    for stray in &strays {
        std::fs::write(stray, b"x").expect("stray");
    }
    assert_eq!(app.ctx.files.older_than(Duration::ZERO).await.expect("looked at"), [orphan]);
    assert!(strays.iter().all(|stray| stray.is_file()));
}

#[tokio::test]
async fn files_that_no_version_needs_are_taken_away_and_others_stay() {
    let (app, _folder) = app().await;
    let desk = app.signed_in(Role::Assistante).await;
    let kept = upload(&desk, "a.txt", "Un texte.".as_bytes()).await.assert(200).json();
    let mut staging = app.ctx.files.stage().await.expect("stage");
    staging.write(b"personne").await.expect("write");
    let staged = staging.finish().await.expect("finish");
    let orphan = staged.sha256.clone();
    app.ctx.files.keep(staged).await.expect("keep");
    sqlx::query!(
        "insert into library_files (sha256, size, created_at) values ($1, 8, now() - interval '2 days')",
        orphan
    )
    .execute(&app.ctx.pool)
    .await
    .expect("row");
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    crate::jobs::enqueue(&mut tx, &SweepFiles::default()).await.expect("enqueued");
    tx.commit().await.expect("commit");
    run_all::<SweepFiles>(&app.ctx).await;
    assert!(!app.ctx.files.exists(&orphan).await.expect("store"));
    assert!(app.ctx.files.exists(kept["storageKey"].as_str().expect("key")).await.expect("store"));
}

//! What the search holds follows the documents, whatever is done to them and however long it takes.

use uuid::Uuid;

use super::{app, ingested, passages, send};
use crate::{
    jobs::tests::run_all,
    library::{jobs::IngestDocument, store::ingests},
    testing::{Signed, TestApp},
    web::Role,
};

const FIRST: &str =
    "# Suites\n\nUne suite géométrique a une raison. Une raison est un nombre.\n\n# Limites\n\nLa limite d’une suite.";
const SECOND: &str =
    "# Suites\n\nUne suite arithmétique a une raison, été comme ete.\n\n# Sommes\n\nLa somme des termes d’une suite.";

/// Words that are counted otherwise than a count of the whole index from the start would.
async fn miscounted(app: &TestApp) -> Vec<(String, Option<i32>, Option<i32>)> {
    let rows = sqlx::query!(
        r#"select coalesce(w.word, x.word) as "word!", w.passages as "kept?", x.passages as "counted?"
           from library_words w full join library_words_in(array(
                    select i.title || ' ' || array_to_string(p.heading_path, ' ') || ' ' || p.body || ' ' || p.asked
                    from library_index i join library_passages p on p.id = i.passage_id)) x
                on x.word = w.word and x.lexeme = w.lexeme
           where w.passages is distinct from x.passages"#
    );
    let rows = rows.fetch_all(&app.ctx.pool).await.expect("words");
    rows.into_iter().map(|row| (row.word, row.kept, row.counted)).collect()
}

async fn count_of(app: &TestApp, word: &str) -> Option<i32> {
    let count = sqlx::query_scalar!("select passages from library_words where word = $1", word);
    count.fetch_optional(&app.ctx.pool).await.expect("word")
}

async fn replace(app: &TestApp, who: &Signed, document: Uuid, text: &str) {
    send(who, &format!("/admin/rag/{document}/versions"), Some(("v.md", text.as_bytes())), &[]).await.redirected();
    run_all::<IngestDocument>(&app.ctx).await;
}

#[tokio::test]
async fn words_are_counted_right_whatever_becomes_of_a_document() {
    let (app, _folder) = app().await;
    let admin = app.signed_in(Role::Admin).await;
    let document = ingested(&app, &admin, "suites.md", FIRST.as_bytes()).await;
    ingested(&app, &admin, "autre.md", "# Autre\n\nUne suite géométrique.".as_bytes()).await;
    assert_eq!((count_of(&app, "geometrique").await, count_of(&app, "limite").await), (Some(2), Some(1)));
    replace(&app, &admin, document, SECOND).await;
    assert_eq!((count_of(&app, "geometrique").await, count_of(&app, "limite").await), (Some(1), None));
    assert_eq!(miscounted(&app).await, []);
    for act in ["withdraw", "restore"] {
        admin.post(&format!("/admin/rag/{document}/{act}"), &[]).await.redirected();
        assert_eq!(miscounted(&app).await, [], "{act}");
    }
    assert!(passages(&app.ctx.pool, document, 2).await.iter().all(|passage| passage.5));
}

#[tokio::test]
async fn a_new_visibility_reaches_the_index_and_changes_no_count() {
    let (app, _folder) = app().await;
    let admin = app.signed_in(Role::Admin).await;
    let document = ingested(&app, &admin, "suites.md", FIRST.as_bytes()).await;
    sqlx::query!("update library_documents set visibility = 'ALL' where id = $1", document)
        .execute(&app.ctx.pool)
        .await
        .expect("opened");
    let seen = sqlx::query_scalar!(r#"select bool_and(visibility = 'ALL') as "all!" from library_index"#);
    assert!(seen.fetch_one(&app.ctx.pool).await.expect("index"));
    assert_eq!(miscounted(&app).await, []);
}

#[tokio::test]
async fn taking_the_place_of_the_old_version_may_take_longer_than_a_statement_may() {
    let (app, _folder) = app().await;
    let admin = app.signed_in(Role::Admin).await;
    let document = ingested(&app, &admin, "suites.md", FIRST.as_bytes()).await;
    send(&admin, &format!("/admin/rag/{document}/versions"), Some(("v.md", SECOND.as_bytes())), &[]).await.redirected();
    sqlx::raw_sql(
        "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return null; end $$;
         create trigger slow after update on library_documents for each row execute function slow();",
    )
    .execute(&app.ctx.pool)
    .await
    .expect("slow");
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    sqlx::raw_sql("set local statement_timeout = '200ms'").execute(&mut *tx).await.expect("limit");
    ingests::set_done(&mut tx, document, 2).await.expect("done");
    tx.commit().await.expect("commit");
}

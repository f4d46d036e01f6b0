//! The model of vectors is away: documents are found by their words, and their vectors come when it is back. pgvector is
//! played by tables without vectors: what is decided here needs none.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sqlx::PgPool;

use super::{app_with, ingested, passages, standing};
use crate::{
    jobs::{Job as _, tests::run_all},
    library::vectors::jobs::ReembedLibrary,
    llm::standin::{Reply, StandIn},
    web::Role,
};

const TABLES: &str = "
    create table library_vector_index (id int primary key, model text, dimensions int, built_at timestamptz,
        counted_at timestamptz, done bigint not null default 0, total bigint not null default 0);
    insert into library_vector_index values (1, 'vec-1', 8, now());
    create table library_embeddings (index_id int, passage_id bigint);
    create function library_vector_store(of_index int, passages bigint[], vectors jsonb) returns void language sql as
        'insert into library_embeddings select of_index, unnest(passages)';";

async fn reembed(pool: &PgPool) -> Vec<(String, i16)> {
    let rows = sqlx::query!("select state, max_attempts from jobs where kind = $1", ReembedLibrary::KIND);
    let rows = rows.fetch_all(pool).await.expect("jobs");
    rows.into_iter().map(|row| (row.state, row.max_attempts)).collect()
}

#[tokio::test]
async fn a_document_is_found_by_its_words_while_the_model_of_vectors_is_away_and_gets_its_vectors_later() {
    let back = Arc::new(AtomicBool::new(false));
    let seen = back.clone();
    let model =
        StandIn::start(
            move |_, _| {
                if seen.load(Ordering::SeqCst) { Reply::Vectors(8) } else { Reply::Status(401, "{}".into()) }
            },
        )
        .await;
    let settings =
        [("EMBEDDINGS_URL", model.base_url.as_str()), ("EMBEDDINGS_MODEL", "vec-1"), ("EMBEDDINGS_DIMENSIONS", "8")];
    let (app, _folder) = app_with(&settings).await;
    let pool = &app.ctx.pool;
    sqlx::raw_sql(TABLES).execute(pool).await.expect("tables");
    let desk = app.signed_in(Role::Assistante).await;
    let document = ingested(&app, &desk, "a.txt", "La pente de la tangente.".as_bytes()).await;
    assert_eq!(standing(&app.ctx, document).await, ("DONE".into(), None));
    assert!(passages(pool, document, 1).await[0].5, "searched");
    assert_eq!(reembed(pool).await, [("READY".to_owned(), 1000)], "asked for, and not given up soon");
    let place = format!("/admin/rag/{document}");
    desk.get(&place).await.assert_page(200, "le modèle n’a pas répondu");

    back.store(true, Ordering::SeqCst);
    run_all::<ReembedLibrary>(&app.ctx).await;
    assert_eq!(reembed(pool).await, []);
    let missing: i64 = sqlx::query_scalar(
        "select count(*) from library_passages p where not exists (select from library_embeddings e where e.passage_id = p.id)",
    )
    .fetch_one(pool)
    .await
    .expect("count");
    assert_eq!(missing, 0);
    let page = desk.get(&place).await.assert(200);
    assert!(!page.text().contains("n’a pas répondu"), "{page}");
}

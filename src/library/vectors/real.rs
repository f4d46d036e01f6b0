//! On a PostgreSQL with pgvector: `ops/test vectors` runs them, and fails if they do not run.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;

use super::{Embedded, Embedder as _, hashing::Hashing, jobs, set_up, store};
use crate::{
    jobs::tests::run_all,
    library::{Mode, Question, Shelf, Viewer, search},
    llm::standin::{Reply, StandIn},
    seed::bench::sheets::{self, Sheet},
    subjects::SchoolSubject,
    testing::{self, TestApp},
    web::Role,
};

const OLD: Hashing = Hashing { name: "old", dimensions: 64, delay: Duration::ZERO };
const NEW: Hashing = Hashing { name: "new", dimensions: 3_072, delay: Duration::ZERO };

async fn put(pool: &PgPool, title: &str, visibility: &str, body: &str) -> Uuid {
    let sheet = Sheet { title, subject: "MATHEMATIQUES", grade: None, visibility, owner: None, body };
    sheets::put(&mut pool.acquire().await.expect("connection"), &sheet).await.expect("stored")
}

fn ask(text: &str) -> Question<'_> {
    let viewer = Viewer { id: Uuid::nil(), role: Role::Eleve };
    Question { text, subject: None, grade: None, strict: false, viewer, limit: 5 }
}

async fn found(pool: &PgPool, model: &Hashing, text: &str) -> (Mode, Vec<String>) {
    let found = search(pool, &Shelf::default(), Some(model), &ask(text)).await.expect("found");
    (found.mode, found.hits.into_iter().map(|hit| hit.title).collect())
}

async fn built(pool: &PgPool, model: &Hashing) {
    set_up(pool, model.model()).await;
    jobs::complete(pool, model).await.expect("vectors");
}

#[tokio::test]
#[ignore = "needs pgvector: ops/test vectors"]
async fn passages_are_found_by_words_and_meaning_once_their_vectors_are_there() {
    let pool = testing::fresh_pool().await;
    set_up(&pool, OLD.model()).await;
    set_up(&pool, OLD.model()).await;
    let document = put(&pool, "Tangente", "ALL", "La pente de la tangente est le nombre dérivé.").await;
    put(&pool, "Privé", "STAFF", "La pente de la tangente est le nombre dérivé.").await;
    let embedded = super::embed_version(&pool, Some(&OLD), document, 1).await.expect("embedded");
    assert_eq!(embedded, Embedded::All);
    assert_eq!(found(&pool, &OLD, "la pente").await, (Mode::Hybrid, vec!["Tangente".to_owned()]));
    assert!(matches!(super::embed_version(&pool, None, document, 1).await.expect("none"), Embedded::Without(_)));
}

#[tokio::test]
#[ignore = "needs pgvector: ops/test vectors"]
async fn another_model_answers_only_once_it_has_every_passage_and_takes_the_place_of_the_old_one() {
    let pool = testing::fresh_pool().await;
    put(&pool, "Tangente", "ALL", "La pente de la tangente est le nombre dérivé.").await;
    built(&pool, &OLD).await;
    assert_eq!(found(&pool, &OLD, "la pente").await.0, Mode::Hybrid);
    set_up(&pool, NEW.model()).await;
    assert_eq!(found(&pool, &NEW, "la pente").await, (Mode::Lexical, vec!["Tangente".to_owned()]));
    let jobs: i64 = sqlx::query_scalar("select count(*) from jobs where kind = 'library.reembed'")
        .fetch_one(&pool)
        .await
        .expect("jobs");
    assert_eq!(jobs, 1, "asked for once");
    built(&pool, &NEW).await;
    assert_eq!(found(&pool, &NEW, "la pente").await.0, Mode::Hybrid);
    assert_eq!(found(&pool, &OLD, "la pente").await.0, Mode::Lexical);
    let models: Vec<String> =
        sqlx::query_scalar("select model from library_vector_index").fetch_all(&pool).await.expect("models");
    assert_eq!(models, ["new"], "the old one is gone");
}

#[tokio::test]
#[ignore = "needs pgvector: ops/test vectors"]
async fn the_page_of_the_library_says_how_far_a_new_model_is() {
    let model = StandIn::always(Reply::Vectors(8)).await;
    let app = TestApp::with(&[
        ("EMBEDDINGS_URL", &model.base_url),
        ("EMBEDDINGS_MODEL", "vec-2"),
        ("EMBEDDINGS_DIMENSIONS", "8"),
    ])
    .await;
    let (pool, coach) = (&app.ctx.pool, app.signed_in(Role::Coach).await);
    put(pool, "Tangente", "ALL", "La pente de la tangente est le nombre dérivé.").await;
    put(pool, "Privé", "STAFF", "La pente de la tangente est le nombre dérivé.").await;
    built(pool, &OLD).await;
    set_up(pool, super::model(&app.ctx)).await;
    let says = async |line: &str| {
        let page = coach.get("/admin/rag").await;
        page.assert_page(200, line);
        page.text().contains("every 10s")
    };
    assert!(says("«\u{a0}vec-2\u{a0}» se prépare\u{a0}: 0 passage sur 2 est prêt, soit 0\u{a0}%").await);
    // What was counted is remembered for a while.
    counted(pool, "now() + interval '1 hour'").await;
    let new = super::model(&app.ctx).expect("model");
    let index = store::find(pool, &new).await.expect("index").expect("index").id;
    let missing = store::list_missing(pool, index, None, (0, 1)).await.expect("missing");
    store::insert(pool, index, &[missing[0].passage], &[vec![1.0; 8]]).await.expect("vector");
    assert!(says("0 passage sur 2 est prêt").await);
    counted(pool, "null").await;
    assert!(says("1 passage sur 2 est prêt, soit 50\u{a0}%").await);
    run_all::<jobs::ReembedLibrary>(&app.ctx).await;
    counted(pool, "null").await;
    let done = "et par le sens, avec le modèle «\u{a0}vec-2\u{a0}»\u{a0}: 2 passages sur 2 sont prêts.";
    assert!(!says(done).await, "nothing more is waited for");
}

/// Sets when the vectors were counted last.
async fn counted(pool: &PgPool, at: &str) {
    let sql = format!("update library_vector_index set counted_at = {at}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(pool).await.expect("counted");
}

#[tokio::test]
#[ignore = "needs pgvector: ops/test vectors"]
async fn a_model_that_is_slow_or_answers_nonsense_leaves_the_words() {
    let pool = testing::fresh_pool().await;
    put(&pool, "Tangente", "ALL", "La pente de la tangente est le nombre dérivé.").await;
    built(&pool, &OLD).await;
    let slow = Hashing { delay: Duration::from_secs(3), ..OLD };
    let begun = std::time::Instant::now();
    assert_eq!(found(&pool, &slow, "la pente").await.0, Mode::Lexical);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let unknown = Hashing { name: "unknown", ..OLD };
    assert_eq!(found(&pool, &unknown, "la pente").await, (Mode::Lexical, vec!["Tangente".to_owned()]));
}

#[tokio::test]
#[ignore = "needs pgvector: ops/test vectors"]
async fn few_that_may_be_found_among_very_many_are_all_found() {
    let pool = testing::fresh_pool().await;
    set_up(&pool, OLD.model()).await;
    let document = put(&pool, "Beaucoup", "ALL", "mot").await;
    crowd(&pool, document, 6_000).await;
    built(&pool, &OLD).await;
    // All passages of the crowd are nearer to the question than these five.
    for _ in 0..5 {
        let few = put(&pool, "Peu", "ALL", "Tout autre chose.").await;
        sqlx::query("update library_documents set subject = 'NSI' where id = $1")
            .bind(few)
            .execute(&pool)
            .await
            .expect("nsi");
        super::embed_version(&pool, Some(&OLD), few, 1).await.expect("vectors");
    }
    let nsi = Question { subject: Some(SchoolSubject::Nsi), strict: true, ..ask("mot") };
    assert_eq!(super::nearest(&pool, &OLD, &nsi, 50).await.expect("near").map(|it| it.len()), Some(5));
    assert_eq!(super::nearest(&pool, &OLD, &ask("mot"), 50).await.expect("near").map(|it| it.len()), Some(50));
    // Nor does the index alone, when it looks at a part only, decide that there are fewer.
    let index =
        store::find(&pool, &super::Embedder::model(&OLD).expect("model")).await.expect("index").expect("index").id;
    let by_index = store::nearest(&pool, index, &OLD.vector("mot"), &nsi, (50, 0)).await.expect("near");
    assert_eq!(by_index.len(), 5);
    // And when nobody but the team may read the crowd.
    sqlx::query("update library_documents set visibility = 'STAFF' where id = $1")
        .bind(document)
        .execute(&pool)
        .await
        .expect("staff");
    assert_eq!(super::nearest(&pool, &OLD, &ask("mot"), 50).await.expect("near").map(|it| it.len()), Some(5));
}

/// Many live passages of a document, with vectors that are nearly that of its first word.
async fn crowd(pool: &PgPool, document: Uuid, many: i32) {
    sqlx::query(
        "insert into library_passages (document_id, version, ordinal, section, span_start, span_end, tokens, body,
             subject, visibility, live)
         select $1, 1, n, 0, 0, 1, 1, 'mot', 'MATHEMATIQUES', 'ALL', true from generate_series(1, $2) n",
    )
    .bind(document)
    .bind(many)
    .execute(pool)
    .await
    .expect("crowd");
    // Else the check of the foreign key is planned for the handful of passages that there were.
    sqlx::raw_sql("analyze library_passages").execute(pool).await.expect("analyzed");
    sqlx::query(
        "insert into library_embeddings (index_id, passage_id, embedding)
         select x.id, p.id, array(select v + 0.01 * sin(p.id * at) from unnest($2::real[]) with ordinality b (v, at)
                                  order by at)::real[]::vector
         from library_vector_index x, library_passages p where p.document_id = $1",
    )
    .bind(document)
    .bind(OLD.vector("mot"))
    .execute(pool)
    .await
    .expect("vectors");
    sqlx::raw_sql("analyze library_index; analyze library_embeddings").execute(pool).await.expect("analyzed");
}

#[tokio::test]
#[ignore = "needs pgvector: ops/test vectors"]
async fn the_index_agrees_with_comparing_all() {
    let pool = testing::fresh_pool().await;
    for n in 0..300 {
        put(&pool, &format!("Fiche {n}"), "ALL", &format!("thème{} sujet{} notion{n}", n % 7, n % 11)).await;
    }
    built(&pool, &OLD).await;
    let index =
        store::find(&pool, &super::Embedder::model(&OLD).expect("model")).await.expect("index").expect("index").id;
    let vector = OLD.vector("thème3 sujet5 notion38");
    let near = async |few: i32| store::nearest(&pool, index, &vector, &ask("x"), (10, few)).await.expect("near");
    let (exact, indexed) = (near(5_000).await, near(0).await);
    assert_eq!(exact.len(), 10);
    assert_eq!(exact[0], indexed[0]);
    assert!(exact.iter().filter(|it| indexed.contains(it)).count() >= 7, "{exact:?} {indexed:?}");
}

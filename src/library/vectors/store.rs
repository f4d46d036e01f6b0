//! SQL of vectors: calls of the functions of `schema.sql`. Nothing here is there when pgvector is not: then there is no
//! index, which is no error.

use sqlx::{PgConnection, PgExecutor, PgPool, Row as _};
use uuid::Uuid;

use super::Model;
use crate::library::search::Question;

const SCHEMA: &str = include_str!("schema.sql");

/// The index of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Index {
    pub id: i32,
    /// Whether it answers.
    pub built: bool,
}

/// A passage without a vector, and the text that it is made of.
pub(super) struct Missing {
    pub passage: i64,
    pub text: String,
}

/// How far the vectors of a model are, or were a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    /// Live passages that have their vector.
    pub done: i64,
    /// Live passages.
    pub total: i64,
    /// Whether it answers questions.
    pub built: bool,
}

/// Runs `schema.sql`, one server after the other; false when the database has no pgvector.
pub(super) async fn create(conn: &mut PgConnection) -> anyhow::Result<bool> {
    sqlx::query("select pg_advisory_xact_lock(hashtext('library vectors'))").execute(&mut *conn).await?;
    let available = sqlx::query_scalar!(
        r#"select exists (select from pg_available_extensions where name = 'vector') as "available!""#
    );
    if !available.fetch_one(&mut *conn).await? {
        return Ok(false);
    }
    sqlx::raw_sql(SCHEMA).execute(conn).await?;
    Ok(true)
}

/// The index of the model, made if need be.
pub(super) async fn declare(conn: &mut PgConnection, model: &Model) -> anyhow::Result<Index> {
    let kind = if model.dimensions <= 2_000 { "vector" } else { "halfvec" };
    let row = sqlx::query(
        "insert into library_vector_index (model, dimensions, kind) values ($1, $2, $3)
         on conflict (model, dimensions) do update set kind = excluded.kind
         returning id, built_at is not null as built",
    )
    .bind(&model.name)
    .bind(model.dimensions as i32)
    .bind(kind)
    .fetch_one(conn)
    .await?;
    Ok(Index { id: row.try_get("id")?, built: row.try_get("built")? })
}

/// The index of the model, if there is one.
pub(super) async fn find(pool: &PgPool, model: &Model) -> anyhow::Result<Option<Index>> {
    let row = sqlx::query(
        "select id, built_at is not null as built from library_vector_index where model = $1 and dimensions = $2",
    )
    .bind(&model.name)
    .bind(model.dimensions as i32)
    .fetch_optional(pool)
    .await;
    match none_without_table(row)?.flatten() {
        Some(row) => Ok(Some(Index { id: row.try_get("id")?, built: row.try_get("built")? })),
        None => Ok(None),
    }
}

fn none_without_table<T>(result: sqlx::Result<T>) -> sqlx::Result<Option<T>> {
    match result {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => Ok(None),
        other => other.map(Some),
    }
}

/// How many live passages have no vector.
pub(super) async fn count_missing(conn: &mut PgConnection, index: i32) -> anyhow::Result<i64> {
    let count = sqlx::query_scalar(
        "select count(*) from library_passages p
         where p.live and not exists (select from library_embeddings e where e.index_id = $1 and e.passage_id = p.id)",
    );
    Ok(count.bind(index).fetch_one(conn).await?)
}

/// Passages without a vector, after this one: of one version, or all that are live.
pub(super) async fn list_missing(
    pool: &PgPool,
    index: i32,
    only: Option<(Uuid, i32)>,
    (after, most): (i64, i64),
) -> anyhow::Result<Vec<Missing>> {
    let rows = sqlx::query(
        "select p.id, d.title || E'\n' || array_to_string(p.heading_path, E'\n') || E'\n' || p.body as text
         from library_passages p join library_documents d on d.id = p.document_id
         where case when $2::uuid is null then p.live else p.document_id = $2 and p.version = $3 end
           and not exists (select from library_embeddings e where e.index_id = $1 and e.passage_id = p.id)
           and p.id > $4
         order by p.id limit $5",
    )
    .bind(index)
    .bind(only.map(|it| it.0))
    .bind(only.map(|it| it.1))
    .bind(after)
    .bind(most)
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| Ok(Missing { passage: row.try_get("id")?, text: row.try_get("text")? })).collect()
}

/// Takes the note off versions that have all their vectors by now.
pub(super) async fn forget_reasons(conn: &mut PgConnection, index: i32) -> anyhow::Result<()> {
    sqlx::query(
        "update library_versions v set without_vectors = null
         where v.without_vectors is not null and exists (
               select from library_passages p where p.document_id = v.document_id and p.version = v.version and p.live)
           and not exists (
               select from library_passages p where p.document_id = v.document_id and p.version = v.version and p.live
                 and not exists (select from library_embeddings e where e.index_id = $1 and e.passage_id = p.id))",
    )
    .bind(index)
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores vectors.
pub(super) async fn insert(pool: &PgPool, index: i32, passages: &[i64], vectors: &[Vec<f32>]) -> anyhow::Result<()> {
    sqlx::query("select library_vector_store($1, $2, $3)")
        .bind(index)
        .bind(passages)
        .bind(serde_json::to_value(vectors)?)
        .execute(pool)
        .await?;
    Ok(())
}

/// Makes the quick index and lets this model answer from now on; the one before goes, with its vectors.
pub(super) async fn build(conn: &mut PgConnection, index: i32) -> anyhow::Result<()> {
    sqlx::query("set local statement_timeout = 0").execute(&mut *conn).await?;
    sqlx::query("select library_vector_build($1)").bind(index).execute(conn).await?;
    Ok(())
}

/// The nearest passages, the nearest first. `most` of them; `few`: up to so many readable ones all are compared.
pub(super) async fn nearest(
    pool: &PgPool,
    index: i32,
    vector: &[f32],
    question: &Question<'_>,
    (most, few): (i32, i32),
) -> anyhow::Result<Vec<i64>> {
    let rows = sqlx::query_scalar(
        "select passage_id from library_vector_nearest($1, $2, $3, $4, $5, $6, $7, $8) order by distance, passage_id",
    )
    .bind(index)
    .bind(vector)
    .bind(question.viewer.id)
    .bind(question.viewer.role.key())
    .bind(question.subject.filter(|_| question.strict).map(|subject| subject.key()))
    .bind(question.grade.filter(|_| question.strict))
    .bind(most)
    .bind(few)
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// How far the index of the model is; nothing without it. A count reads every passage: it is remembered, and made again
/// only when it is older than a millisecond for each of them, so that opening the page costs next to nothing, however
/// often it is done, and a small library is always counted anew. Who comes while somebody counts gets the last one.
pub(super) async fn progress(db: impl PgExecutor<'_>, model: &Model) -> anyhow::Result<Option<Progress>> {
    let row = sqlx::query_as(
        "with stale as (
             select id from library_vector_index
             where model = $1 and dimensions = $2
               and (counted_at is null or counted_at + total * interval '1 millisecond' <= now())
             for no key update skip locked),
         counted as (
             update library_vector_index x set counted_at = now(), done = c.done, total = c.total
             from stale, lateral (
                 select count(e.passage_id) as done, count(*) as total
                 from library_index i
                 left join library_embeddings e on e.index_id = stale.id and e.passage_id = i.passage_id) c
             where x.id = stale.id
             returning x.id, x.done, x.total)
         select x.built_at is not null as built, coalesce(c.done, x.done) as done, coalesce(c.total, x.total) as total
         from library_vector_index x left join counted c using (id)
         where x.model = $1 and x.dimensions = $2",
    )
    .bind(&model.name)
    .bind(model.dimensions as i32)
    .fetch_optional(db)
    .await;
    Ok(none_without_table(row)?.flatten())
}

//! SQL of the phrasings of passages.

use std::ops::Range;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;

/// The text of a version, and where its passages stand in it, in characters; none while it is not cut yet.
pub async fn spans(
    conn: &mut PgConnection,
    document: Uuid,
    version: i32,
) -> Result<Option<(String, Vec<(i64, Range<usize>)>)>> {
    let body = sqlx::query_scalar!(
        "select body from library_versions where document_id = $1 and version = $2",
        document,
        version
    );
    let Some(body) = body.fetch_optional(&mut *conn).await?.flatten() else { return Ok(None) };
    let rows = sqlx::query!(
        "select id, span_start, span_end from library_passages where document_id = $1 and version = $2 order by ordinal",
        document,
        version
    );
    let rows = rows.fetch_all(conn).await?;
    let span = |start: i32, end: i32| start.unsigned_abs() as usize..end.unsigned_abs() as usize;
    Ok(Some((body, rows.into_iter().map(|row| (row.id, span(row.span_start, row.span_end))).collect())))
}

/// Gives passages their phrasings, where they have others.
pub async fn set(conn: &mut PgConnection, passages: &[i64], asked: &[String]) -> Result<()> {
    sqlx::query!(
        "update library_passages p set asked = x.asked
         from unnest($1::bigint[], $2::text[]) x (id, asked) where p.id = x.id and p.asked <> x.asked",
        passages,
        asked
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The sheet that a document is, by its path, and its version that is searched.
pub async fn sheet(conn: &mut PgConnection, document: Uuid) -> Result<Option<(String, Option<i32>)>> {
    let row = sqlx::query!("select starter_key, current_version from library_documents where id = $1", document);
    let row = row.fetch_optional(conn).await?;
    Ok(row.and_then(|row| Some((row.starter_key?, row.current_version))))
}

//! SQL of the pages that were read.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    error::Result,
    library::model::{PageState, known},
};

/// A page that was read, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPage {
    /// Number, from 1.
    pub page: i32,
    /// Its text; empty when there is none.
    pub text: String,
    /// How it went.
    pub state: PageState,
    /// Why it could not be read.
    pub reason: Option<&'static str>,
}

/// Notes how many pages the file has.
pub async fn set_count(conn: &mut PgConnection, document: Uuid, version: i32, pages: i32) -> Result<()> {
    sqlx::query!(
        "update library_versions set pages = $3 where document_id = $1 and version = $2",
        document,
        version,
        pages
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update library_ingests set total = $3, updated_at = now() where document_id = $1 and version = $2",
        document,
        version,
        pages
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps pages; one that is there stays as it is. The progress moves with them.
pub async fn keep(conn: &mut PgConnection, document: Uuid, version: i32, pages: &[ReadPage]) -> Result<()> {
    let numbers: Vec<i32> = pages.iter().map(|one| one.page).collect();
    let texts: Vec<&str> = pages.iter().map(|one| one.text.as_str()).collect();
    let states: Vec<&str> = pages.iter().map(|one| one.state.key()).collect();
    let reasons: Vec<Option<&str>> = pages.iter().map(|one| one.reason).collect();
    sqlx::query!(
        "insert into library_pages (document_id, version, page, text, state, reason)
         select $1, $2, x.* from unnest($3::int[], $4::text[], $5::text[], $6::text[]) x on conflict do nothing",
        document,
        version,
        &numbers,
        texts as _,
        states as _,
        reasons as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update library_ingests set updated_at = now(),
                done = (select count(*) from library_pages p where p.document_id = $1 and p.version = $2)
         where document_id = $1 and version = $2",
        document,
        version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first page that is still to be read; none when all are.
pub async fn next(pool: &PgPool, document: Uuid, version: i32, count: i32) -> Result<Option<i32>> {
    let next = sqlx::query_scalar!(
        "select min(n) from generate_series(1, $3::int) n
         where not exists (select from library_pages p where p.document_id = $1 and p.version = $2 and p.page = n)",
        document,
        version,
        count
    )
    .fetch_one(pool)
    .await?;
    Ok(next)
}

/// The texts, in the order of pages.
pub async fn texts(pool: &PgPool, document: Uuid, version: i32) -> Result<Vec<String>> {
    let texts = sqlx::query_scalar!(
        "select text from library_pages where document_id = $1 and version = $2 order by page",
        document,
        version
    )
    .fetch_all(pool)
    .await?;
    Ok(texts)
}

/// How many pages are in which state: (read, without text, failed).
pub async fn tally(pool: &PgPool, document: Uuid, version: i32) -> Result<(i64, i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state = 'OK') as "ok!", count(*) filter (where state = 'EMPTY') as "empty!",
                  count(*) filter (where state = 'FAILED') as "failed!"
           from library_pages where document_id = $1 and version = $2"#,
        document,
        version
    )
    .fetch_one(pool)
    .await?;
    Ok((row.ok, row.empty, row.failed))
}

/// Pages of a version that gave no text: number, state, reason; the first few hundred.
pub async fn problems(pool: &PgPool, document: Uuid, version: i32) -> Result<Vec<(i32, PageState, Option<String>)>> {
    let rows = sqlx::query!(
        "select page, state, reason from library_pages
         where document_id = $1 and version = $2 and state <> 'OK' order by page limit 300",
        document,
        version
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(|row| Ok((row.page, known(PageState::parse(&row.state), "state")?, row.reason))).collect()
}

//! SQL of reading the words of a whole library.

use std::sync::Arc;

use sqlx::PgPool;
use uuid::Uuid;

use super::held::{Held, Row};
use crate::{
    error::{Error, Result},
    library::search::{stems::Stems, store::stamp, words},
};

/// One state of the library; of one with more passages its stamp alone.
pub(super) async fn read(pool: &PgPool, most: i64) -> Result<std::result::Result<Arc<Held>, Uuid>> {
    let mut tx = crate::db::begin(pool).await?;
    sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
    let stamp = stamp(&mut *tx).await?;
    let passages = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select from library_index limit $1::bigint + 1) some_of_them"#,
        most
    );
    if passages.fetch_one(&mut *tx).await? > most {
        return Ok(Err(stamp));
    }
    let words = sqlx::query!("select word, lexeme, passages from library_words").fetch_all(&mut *tx).await?;
    let words = words.into_iter().map(|row| (row.word, row.lexeme, row.passages)).collect();
    let names = sqlx::query!(
        r#"select n.name as "name!", n.stem as "stem!"
           from (select q.name, library_stem(q.name) as stem from unnest($1::text[]) q (name)
                 where not exists (select from library_words w where w.word = library_plain(q.name) collate "C")) n
           where n.stem is not null"#,
        &words::names()
    );
    let names = names.fetch_all(&mut *tx).await?.into_iter().map(|row| (row.name, row.stem)).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select passage_id as passage, document_id as document, section, subject, grade, visibility, owner_id as owner,
                  terms as "stems: Stems"
           from library_index order by document_id, section, passage_id"#
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    tx.commit().await?;
    // Some tenths of a second for many passages: not where answers are written.
    let held = tokio::task::spawn_blocking(move || Held::of(stamp, words, names, rows)).await;
    Ok(Ok(Arc::new(held.map_err(Error::internal)?)))
}

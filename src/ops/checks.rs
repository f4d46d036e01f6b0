//! What must work for requests to be served. The reasons are fixed sentences: anyone may read them.

use std::{path::Path, time::Duration};

use tokio::time::timeout;
use uuid::Uuid;

use crate::ctx::Ctx;

/// How long one check may take.
const PATIENCE: Duration = Duration::from_millis(1500);

pub(super) const NO_ANSWER: &str = "la base de données ne répond pas à temps";
pub(super) const AWAY: &str = "la base de données est injoignable";
pub(super) const NO_SESSIONS: &str = "les sessions ne peuvent pas être lues";
pub(super) const NOT_WRITABLE: &str = "le dossier des données n’est pas accessible en écriture";

/// Fine, or why not.
pub(super) type Check = Result<(), &'static str>;

/// The database, and the sessions in it.
pub(super) async fn database(ctx: &Ctx) -> (Check, Check) {
    let look = async {
        let mut conn = ctx.pool.acquire().await?;
        sqlx::query!(r#"select 1 as "one!""#).fetch_one(&mut *conn).await?;
        Ok::<_, sqlx::Error>(
            sqlx::query!(r#"select exists (select from sessions) as "any!""#).fetch_one(&mut *conn).await,
        )
    };
    match timeout(PATIENCE, look).await {
        Err(_) => (Err(NO_ANSWER), Err(NO_ANSWER)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database is away");
            (Err(AWAY), Err(AWAY))
        }
        Ok(Ok(Err(error))) => {
            tracing::warn!(%error, "not ready: sessions cannot be read");
            (Ok(()), Err(NO_SESSIONS))
        }
        Ok(Ok(Ok(_))) => (Ok(()), Ok(())),
    }
}

/// Writes and deletes a small file of its own.
pub(super) async fn media(folder: &Path) -> Check {
    let probe = folder.join(format!(".ready-{}", Uuid::new_v4().simple()));
    let try_it = async {
        tokio::fs::write(&probe, b"ready").await?;
        tokio::fs::remove_file(&probe).await
    };
    match timeout(PATIENCE, try_it).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the data folder cannot be written");
            Err(NOT_WRITABLE)
        }
        Err(_) => Err(NOT_WRITABLE),
    }
}

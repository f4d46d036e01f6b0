//! Sessions that are in use: renewed together, a moment after the request that showed it, which does not wait.
//!
//! Always true: what could not be renewed is found by the next request of the same session, which is as old as before.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::PgPool;

use crate::error::Result;

/// How long others are waited for.
const PAUSE: Duration = Duration::from_millis(300);

/// The sessions to renew; shared.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<BTreeSet<Vec<u8>>>>);

impl Seen {
    /// This session is in use: a key in `sessions`.
    pub(super) fn note(&self, pool: &PgPool, session: Vec<u8>) {
        let is_first = {
            let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let is_first = sessions.is_empty();
            sessions.insert(session);
            is_first
        };
        if is_first {
            let (seen, pool) = (self.clone(), pool.clone());
            tokio::spawn(async move {
                tokio::time::sleep(PAUSE).await;
                if let Err(error) = seen.store(&pool).await {
                    tracing::warn!(%error, "sessions in use are renewed by their next requests");
                }
            });
        }
    }

    /// Renews the rolling expiry of what was noted.
    ///
    /// # Errors
    /// The database is away: what was noted is given up.
    pub async fn store(&self, pool: &PgPool) -> Result<()> {
        let sessions = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if sessions.is_empty() {
            return Ok(());
        }
        let sessions: Vec<Vec<u8>> = sessions.into_iter().collect();
        sqlx::query!(
            // Locked in one order: two servers may renew the same ones.
            "with used as (select key from sessions where key = any($1) order by key for update)
             update sessions s set last_seen_at = now(), expires_at = now() + interval '14 days'
             from used where s.key = used.key",
            &sessions
        )
        .execute(pool)
        .await?;
        Ok(())
    }
}

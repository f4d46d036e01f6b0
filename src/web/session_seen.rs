//! Sessions that are in use: renewed together, a moment after the request that showed it, which does not wait.
//!
//! Always true: a session that could not be renewed is renewed by its next request; it is then as old as before.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::error::Result;

/// How long others are waited for.
const PAUSE: Duration = Duration::from_millis(300);

/// The sessions to renew; shared.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<BTreeMap<Vec<u8>, DateTime<Utc>>>>);

impl Seen {
    /// This session is in use: a key in `sessions`.
    pub(super) fn note(&self, pool: &PgPool, session: Vec<u8>) {
        let is_first = {
            let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let is_first = sessions.is_empty();
            sessions.insert(session, Utc::now());
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
        let (keys, moments): (Vec<Vec<u8>>, Vec<DateTime<Utc>>) = sessions.into_iter().unzip();
        sqlx::query!(
            // Who ends several sessions at this moment, or renews them elsewhere, is not waited for.
            "with used as (
                 select s.key, n.at from unnest($1::bytea[], $2::timestamptz[]) n (key, at) join sessions s using (key)
                 order by s.key for update of s skip locked)
             update sessions s set last_seen_at = used.at, expires_at = used.at + interval '14 days'
             from used where s.key = used.key",
            &keys,
            &moments
        )
        .execute(pool)
        .await?;
        Ok(())
    }
}

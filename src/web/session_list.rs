//! The sessions of one person, to be listed and ended. A session is named by the hash under which it is stored: that
//! opens nothing.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{session, visitor::Visitor};
use crate::error::Result;

/// A session that is open.
#[derive(Debug, Clone)]
pub struct Open {
    /// Key in `sessions`.
    pub key: Vec<u8>,
    /// `User-Agent` of the browser that signed in.
    pub user_agent: String,
    /// Address that it signed in from.
    pub address: String,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to a few minutes.
    pub last_seen_at: DateTime<Utc>,
}

impl Open {
    /// The key as text, for forms.
    pub fn name(&self) -> String {
        name(&self.key)
    }
}

fn name(key: &[u8]) -> String {
    key.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Key of the visitor's own session.
pub fn own_key(visitor: &Visitor) -> Option<Vec<u8>> {
    visitor.session.id().map(|id| session::key(&id))
}

/// The person's open sessions, the last used first.
pub async fn list(pool: &PgPool, user: Uuid) -> Result<Vec<Open>> {
    Ok(sqlx::query_as!(
        Open,
        "select key, user_agent, address, created_at, last_seen_at from sessions
         where user_id = $1 and expires_at > now() and created_at > now() - interval '60 days'
         order by last_seen_at desc, created_at desc limit 100",
        user
    )
    .fetch_all(pool)
    .await?)
}

/// Ends the person's session of this name; false if there is none.
pub async fn end(conn: &mut PgConnection, user: Uuid, wanted: &str) -> Result<bool> {
    let ended = sqlx::query!("delete from sessions where user_id = $1 and encode(key, 'hex') = $2", user, wanted)
        .execute(conn)
        .await?;
    Ok(ended.rows_affected() > 0)
}

/// Whether the session is still open.
pub async fn exists(conn: &mut PgConnection, key: &[u8]) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists(select from sessions where key = $1) as "open!""#, key)
        .fetch_one(conn)
        .await?)
}

/// Ends all sessions of the person but one, at once; answers how many.
pub async fn end_all(conn: &mut PgConnection, user: Uuid, except: Option<&[u8]>) -> Result<u64> {
    let ended = sqlx::query!("delete from sessions where user_id = $1 and key is distinct from $2", user, except)
        .execute(conn)
        .await?;
    Ok(ended.rows_affected())
}

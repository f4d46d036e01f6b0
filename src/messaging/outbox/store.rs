//! SQL of the outbox page.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Health;
use crate::error::Result;

pub(super) async fn health(pool: &PgPool) -> Result<Health> {
    let health = sqlx::query_as!(
        Health,
        r#"select count(*) filter (where state = 'WAITING') as "waiting!",
                  min(created_at) filter (where state = 'WAITING') as waiting_since,
                  count(*) filter (where state = 'FAILED') as "failed!",
                  (select count(*) from outbox where state = 'SENT' and sent_at > now() - interval '1 day') as "sent_today!"
           from outbox where state <> 'SENT'"#
    )
    .fetch_one(pool)
    .await?;
    Ok(health)
}

/// A mail in the list.
#[derive(Debug)]
pub(super) struct Row {
    pub id: Uuid,
    pub template: String,
    pub to_name: String,
    pub to_email: String,
    pub subject: String,
    pub state: String,
    pub attempts: i16,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
}

/// After which mail a page of the list goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct After {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

/// Newest first, of one state or of all.
pub(super) async fn list(pool: &PgPool, state: Option<&str>, after: Option<After>, limit: i64) -> Result<Vec<Row>> {
    let after = after.unwrap_or(After { at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    // Two statements: each has an index in its order.
    let rows = match state {
        Some(state) => {
            sqlx::query_as!(
                Row,
                "select id, template, to_name, to_email, subject, state, attempts, last_error, created_at, sent_at
                 from outbox where state = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4",
                state,
                after.at,
                after.id,
                limit
            )
            .fetch_all(pool)
            .await?
        }
        None => {
            sqlx::query_as!(
                Row,
                "select id, template, to_name, to_email, subject, state, attempts, last_error, created_at, sent_at
                 from outbox where (created_at, id) < ($1, $2) order by created_at desc, id desc limit $3",
                after.at,
                after.id,
                limit
            )
            .fetch_all(pool)
            .await?
        }
    };
    Ok(rows)
}

/// Puts a failed mail back into the queue of those to be sent; its template, or none if it is not failed (any more).
pub(super) async fn set_waiting(conn: &mut PgConnection, id: Uuid) -> Result<Option<String>> {
    let template = sqlx::query_scalar!(
        "update outbox set state = 'WAITING', last_error = null where id = $1 and state = 'FAILED' returning template",
        id
    )
    .fetch_optional(conn)
    .await?;
    Ok(template)
}

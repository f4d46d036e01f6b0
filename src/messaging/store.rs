//! SQL of the outbox.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::Mail;
use crate::error::Result;

/// Longest error text that is kept, in characters.
const LONGEST_ERROR: usize = 600;

/// A mail of the outbox that has not been sent.
pub(super) struct Outgoing {
    pub id: Uuid,
    pub to_name: String,
    pub to_email: String,
    pub subject: String,
    pub body_text: String,
    pub body_html: String,
    pub created_at: DateTime<Utc>,
}

pub(super) async fn insert(db: impl PgExecutor<'_>, mail: &Mail) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into outbox (id, user_id, template, to_name, to_email, subject, body_text, body_html)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        mail.user_id,
        mail.template,
        mail.to_name,
        mail.to_email,
        mail.subject,
        mail.text,
        mail.html.0
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// Counts a try and answers the mail; none if it was sent already, or erased with its person.
pub(super) async fn begin_try(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<Option<Outgoing>> {
    sqlx::query_as!(
        Outgoing,
        "update outbox set attempts = attempts + 1, state = 'WAITING' where id = $1 and state <> 'SENT'
         returning id, to_name, to_email, subject, body_text, body_html, created_at",
        id
    )
    .fetch_optional(db)
    .await
}

/// The bodies go: they hold links that open accounts, of which only hashes may stay.
pub(super) async fn set_sent(db: impl PgExecutor<'_>, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "update outbox set state = 'SENT', sent_at = now(), last_error = null, body_text = '', body_html = '' where id = $1",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn set_error(db: impl PgExecutor<'_>, id: Uuid, error: &str) -> sqlx::Result<()> {
    let error: String = error.chars().take(LONGEST_ERROR).collect();
    sqlx::query!("update outbox set last_error = $2 where id = $1 and state <> 'SENT'", id, error).execute(db).await?;
    Ok(())
}

pub(super) async fn set_failed(conn: &mut PgConnection, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("update outbox set state = 'FAILED' where id = $1 and state = 'WAITING'", id).execute(conn).await?;
    Ok(())
}

/// What has not left yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Mails to be sent.
    pub waiting: i64,
    /// When the longest waiting one was written.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Mails that were given up.
    pub failed: i64,
}

/// Counts what has not left yet.
pub async fn figures(db: impl PgExecutor<'_>) -> Result<Figures> {
    let figures = sqlx::query_as!(
        Figures,
        r#"select count(*) filter (where state = 'WAITING') as "waiting!",
                  min(created_at) filter (where state = 'WAITING') as waiting_since,
                  count(*) filter (where state = 'FAILED') as "failed!"
           from outbox where state <> 'SENT'"#
    )
    .fetch_one(db)
    .await?;
    Ok(figures)
}

//! Messages that leave the house. Owns `outbox`.
//!
//! Always true: a mail is a row written in the caller's transaction; a job sends it; no request waits for a mail server.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;

/// A mail, ready to be stored.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Account concerned, for erasure.
    pub user_id: Option<Uuid>,
    /// Name of the template, for the outbox page.
    pub template: &'static str,
    /// Name of the recipient.
    pub to_name: String,
    /// Address of the recipient.
    pub to_email: String,
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML of the same text.
    pub html: maud::Markup,
}

/// Stores the mail and the job that sends it, inside the caller's transaction.
pub async fn send(conn: &mut PgConnection, mail: &Mail) -> Result<()> {
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
    .execute(conn)
    .await?;
    Ok(())
}

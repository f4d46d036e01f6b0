//! Messages that leave the house. Owns `outbox`.
//!
//! Always true: a mail is a row written in the caller's transaction; a job sends it; no request waits for a mail
//! server. A mail may leave twice in a crash, never under two Message-IDs; it is WAITING until the server took it,
//! then SENT; FAILED once its job is dead.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Result, jobs};

mod job;
mod layout;
mod mailer;
mod message;
mod store;
mod text;

#[cfg(test)]
mod tests;

pub use job::SendMail;
pub use layout::{button, layout};
pub use mailer::Mailer;
pub use store::{Figures, figures};
pub use text::text;

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
    /// Plain text; [`text`] can make it from the HTML. The school's address is put under it when the mail leaves.
    pub text: String,
    /// HTML of the same text: paragraphs and [`button`]s only; [`layout`] is drawn around it when the mail leaves.
    pub html: maud::Markup,
}

/// Stores the mail and the job that sends it, inside the caller's transaction.
pub async fn send(conn: &mut PgConnection, mail: &Mail) -> Result<()> {
    let outbox_id = store::insert(&mut *conn, mail).await?;
    jobs::enqueue(conn, &SendMail { outbox_id }).await
}

//! Notifications: what a person finds under the bell, and the mails about it. Owns `notifications` and
//! `notification_preferences`.
//!
//! Always true: a notification is written in the transaction of what it tells; the same thing again, while unread, is
//! one notification; what a mail says is only what happened and where to read it, never the content; none is kept for ever
//! ([`ForgetNotifications`]).

use sqlx::PgConnection;
use uuid::Uuid;

use super::live;
use crate::error::Result;

pub mod api;
mod digest;
mod kinds;
mod mails;
mod pages;
mod preferences;
mod retention;
mod store;
mod views;

pub use digest::SendDigests;
pub use kinds::{Kind, MailWish};
pub(super) use mails::{Recipient, about_preferences, greeting};
pub(super) use pages::{badges, list, open, read, read_all};
pub(super) use preferences::{show as show_preferences, update as set_preferences};
pub use retention::ForgetNotifications;
pub(super) use store::{find_recipient, set_read_link};

/// Something to tell one person.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Whom.
    pub user_id: Uuid,
    /// About what; decides on the mail.
    pub kind: Kind,
    /// What happened, in a few words, without a full stop: "Le bilan de Yanis est prêt".
    pub title: String,
    /// One sentence more; may be empty.
    pub body: String,
    /// The page to read it on: a path of this site.
    pub link: String,
}

/// Writes the notification in the caller's transaction, with the mail that the person wants, and tells open pages. A
/// person who is gone or deactivated is not told.
pub async fn notify(conn: &mut PgConnection, notice: &Notice) -> Result<()> {
    let Some(person) = store::find_recipient(conn, notice.user_id, notice.kind).await? else { return Ok(()) };
    let wish = person.wish(notice.kind);
    let new = store::insert(conn, notice, wish == MailWish::Daily).await?;
    if new
        && wish == MailWish::Now
        && notice.kind.mailed_at_once()
        && let Some(mail) = mails::one(&person, notice)
    {
        super::send(conn, &mail).await?;
    }
    live::tell(conn, notice.user_id).await
}

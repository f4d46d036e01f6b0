//! Messages between two people of the school. Owns `conversations`, `messages` and `conversation_sides`.
//!
//! Always true: who may write to whom is decided by accounts (`may_write_to`, decision 13) in the transaction that
//! stores the message; what is sent twice by one form is one message; what was received stays readable when writing is
//! no longer allowed; a message counts as read once it was on the receiver's screen; nobody but the two reads it, and
//! no mail repeats it.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    live,
    notices::{self, Kind, Notice},
};
use crate::{
    ctx::Ctx,
    error::Result,
    web::{Person, Role},
};

pub mod api;
mod jobs;
mod mails;
mod pages;
mod store;
mod views;

pub use jobs::TellUnread;
pub(super) use pages::{choose, conversations, create, show, updates};

/// Longest message, in characters.
pub const LONGEST: usize = 1000;
/// Messages on one page of a thread.
const PAGE: i64 = 30;

/// One of the two people of a conversation, as the other sees them.
#[derive(Debug, Clone)]
struct Contact {
    id: Uuid,
    role: Role,
    first_name: String,
    last_name: String,
    /// What families know a coach by.
    pseudonym: Option<String>,
}

impl Contact {
    /// Students and parents know coaches by their pseudonym; the team knows everybody by name.
    fn name(&self, viewer: Role) -> String {
        match &self.pseudonym {
            Some(pseudonym) if matches!(viewer, Role::Eleve | Role::Parent) => pseudonym.clone(),
            _ => format!("{} {}", self.first_name, self.last_name),
        }
    }

    /// What they are here, in a word or two.
    fn role_label(&self) -> &'static str {
        match self.role {
            Role::Admin => "Direction",
            Role::Assistante => "Secrétariat",
            Role::Coach => "Coach",
            Role::Parent => "Parent",
            Role::Eleve => "Élève",
        }
    }
}

/// Somebody who waits to be read.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Name, as this person knows them.
    pub name: String,
    /// The page to answer on.
    pub link: String,
    /// How many messages are unread.
    pub count: i64,
    /// When the oldest of them was written.
    pub since: DateTime<Utc>,
}

/// Who waits to be read by this person, the longest first: for the queues of dashboards. One query.
pub async fn waiting(pool: &PgPool, person: &Person, limit: i64) -> Result<Vec<Waiting>> {
    store::list_waiting(pool, person.id, person.role, limit).await
}

/// The page of the conversation with this person.
fn path(other: Uuid) -> String {
    format!("/messages/{other}")
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Stored, now or by the same form before.
    Sent { id: i64, at: DateTime<Utc> },
    /// Nobody has this id.
    Unknown,
    /// These two do not write to each other.
    NotAllowed,
}

/// The words as they are stored: line breaks of one kind, nothing around.
fn tidy(body: &str) -> String {
    body.replace("\r\n", "\n").trim().to_owned()
}

/// "Hélios vous a écrit", to a person in this role.
fn wrote(name: &str, to: Role) -> String {
    if to == Role::Eleve { format!("{name} t’a écrit") } else { format!("{name} vous a écrit") }
}

/// What makes two sendings one: the same form, the same people, the same words.
fn send_key(form_key: &str, sender: Uuid, receiver: Uuid, body: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [form_key.as_bytes(), sender.as_bytes(), receiver.as_bytes(), body.as_bytes()] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// Sends a message: stores it, tells the receiver under the bell and on open pages. The words are tidy already.
async fn send(ctx: &Ctx, sender: &Person, receiver: Uuid, form_key: &str, body: &str) -> Result<Outcome> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let Some(may_write) = store::may_write(&mut tx, sender.id, receiver).await? else { return Ok(Outcome::Unknown) };
    if !may_write {
        return Ok(Outcome::NotAllowed);
    }
    let conversation = store::lock_conversation(&mut tx, sender.id, receiver).await?;
    let key = send_key(form_key, sender.id, receiver, body);
    let sent = store::insert(&mut tx, conversation, sender.id, body, &key).await?;
    if sent.new {
        store::set_newest(&mut tx, conversation, sender.id, receiver, sent.id).await?;
        let to = store::find_role(&mut tx, receiver).await?;
        let from = store::find_contact(&mut tx, sender.id).await?.name(to);
        let title = wrote(&from, to);
        let notice =
            Notice { user_id: receiver, kind: Kind::Message, title, body: String::new(), link: path(sender.id) };
        notices::notify(&mut tx, &notice).await?;
        live::tell(&mut tx, sender.id).await?;
    }
    tx.commit().await?;
    Ok(Outcome::Sent { id: sent.id, at: sent.sent_at })
}

/// Everything up to this message was on the person's screen; whether that is news.
async fn mark_read(ctx: &Ctx, person: Uuid, other: Uuid, up_to: i64) -> Result<bool> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let moved = store::set_read(&mut tx, person, other, up_to).await?;
    if moved {
        notices::set_read_link(&mut tx, person, Kind::Message, &path(other)).await?;
        live::tell(&mut tx, person).await?;
        live::tell(&mut tx, other).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

//! Messages that worry: told to the admin and the assistante at once, closed by one of them.
//!
//! Always true: an alert is stored in the transaction of what raised it, with its notifications and mails, and also when
//! the question is gone meanwhile; one question raises one alert; it says what was written and what it may be a sign of,
//! never what a child has or feels; who it is about stands in no mail; opening one is in the audit log.

pub mod contacts;
mod pages;
mod store;
mod views;

use sqlx::PgConnection;
use uuid::Uuid;

pub(super) use self::pages::{close, list, show};
pub use self::{
    store::{Open, list_open},
    views::open_rows,
};
use super::{model, safety::Kind, store as conversations};
use crate::{
    ctx::Ctx,
    error::Result,
    messaging::notices::{self, Notice},
};

/// What found the sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// The written rules.
    Rules,
    /// The model.
    Model,
}

impl FoundBy {
    const fn key(self) -> &'static str {
        match self {
            Self::Rules => "RULES",
            Self::Model => "MODEL",
        }
    }
}

/// What staff read for a kind: a sign in a message, no diagnosis.
pub fn label(kind: Kind) -> &'static str {
    match kind {
        Kind::Suicide => "Idées de mort ou de blessure",
        Kind::Abuse => "Maltraitance ou harcèlement",
        Kind::Violence => "Violence ou menace",
        Kind::Distress => "Grande détresse",
    }
}

/// A sign of danger in a message, with all that an alert keeps of it.
#[derive(Debug, Clone)]
pub struct Sign {
    /// Key of its alert: stored again, it is the same one.
    alert: Uuid,
    person: Uuid,
    question: Uuid,
    kind: Kind,
    found_by: FoundBy,
    message: String,
}

impl Sign {
    /// Found in this question of this person.
    pub fn new(found_by: FoundBy, kind: Kind, person: Uuid, question: Uuid, message: impl Into<String>) -> Self {
        Self { alert: Uuid::now_v7(), person, question, kind, found_by, message: message.into() }
    }

    /// The question that it was found in.
    pub fn question(&self) -> Uuid {
        self.question
    }
}

/// Stores the alert and tells the staff, in the caller's transaction. The same question again tells nobody twice; one that
/// was deleted meanwhile is told all the same.
pub async fn raise(conn: &mut PgConnection, sign: &Sign) -> Result<()> {
    let Some(told) = store::insert(&mut *conn, sign).await? else { return Ok(()) };
    let body = if told.messages == 1 {
        "Lisez le message maintenant et décidez de ce qui est à faire.".to_owned()
    } else {
        format!("{} messages en une heure. Lisez-les maintenant et décidez de ce qui est à faire.", told.messages)
    };
    for staff in store::list_responsible(&mut *conn).await? {
        let notice = Notice {
            user_id: staff,
            kind: notices::Kind::Alert,
            title: format!("{}\u{a0}: {}", label(sign.kind), told.first_name),
            body: body.clone(),
            link: format!("/admin/aria/alertes/{}", told.with),
        };
        notices::notify(conn, &notice).await?;
    }
    Ok(())
}

/// The same for an answer that is being written. A conversation that bears the message as its title bears it no longer.
pub async fn raise_later(ctx: &Ctx, sign: &Sign) -> Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    raise(&mut tx, sign).await?;
    tx.commit().await?;
    // Afterwards: the alert does not wait for a conversation that is being deleted.
    let title = model::title_of(&sign.message);
    conversations::unname(&ctx.pool, sign.question, &title, model::NEUTRAL_TITLE).await
}

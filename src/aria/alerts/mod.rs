//! Messages that worry: told to the admin and the assistante at once, closed by one of them.
//!
//! Always true: an alert is stored in the transaction of what raised it, with its notifications and mails; one question
//! raises one alert; it says what was written and what it may be a sign of, never what a child has or feels; opening one
//! is in the audit log.

pub mod contacts;
mod pages;
mod store;
mod views;

use sqlx::PgConnection;
use uuid::Uuid;

pub(super) use self::pages::{close, list, show};
use super::safety::Kind;
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

/// Stores the alert and tells the staff, in the caller's transaction. The same question again tells nobody twice.
pub async fn raise(
    conn: &mut PgConnection,
    person: Uuid,
    question: Uuid,
    kind: Kind,
    found_by: FoundBy,
    message: &str,
) -> Result<()> {
    let Some(alert) = store::insert(&mut *conn, person, question, kind.key(), found_by.key(), message).await? else {
        return Ok(());
    };
    for staff in store::list_responsible(&mut *conn).await? {
        let notice = Notice {
            user_id: staff,
            kind: notices::Kind::Alert,
            title: "Un message à ARIA demande votre attention".to_owned(),
            body: "Lisez-le maintenant et décidez de ce qui est à faire.".to_owned(),
            link: format!("/admin/aria/alertes/{alert}"),
        };
        notices::notify(conn, &notice).await?;
    }
    Ok(())
}

/// The same for an answer that is being written.
pub async fn raise_later(ctx: &Ctx, generation: Uuid, kind: Kind) -> Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let (person, question, message) = store::find_question(&mut *tx, generation).await?;
    raise(&mut tx, person, question, kind, FoundBy::Model, &message).await?;
    tx.commit().await?;
    Ok(())
}

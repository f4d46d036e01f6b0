//! Activation: a link, valid for 72 hours and once, lets a person choose the first password. It comes by mail, to a
//! child without e-mail through a guardian's mail, or on a slip printed at the desk ([`super::slips`]).
//!
//! Always true: what is asked without a session gets one answer, after the same work, whoever has an account: a job
//! looks ([`wanted`]); an account is sent [`MOST_MAILS`] links an hour at most.

pub mod pages;
mod views;
pub mod wanted;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    account::{self, Account, Recipient},
    links::{self, Channel, Purpose},
    mails,
    passwords::change,
};
use crate::{compliance::audit, ctx::Ctx, error::Result, messaging};

/// Links mailed for one account in an hour.
pub const MOST_MAILS: i64 = 5;

/// Makes a link for the account; what it returns goes into a mail and is stored nowhere.
pub async fn create_link(conn: &mut PgConnection, ctx: &Ctx, user: Uuid) -> Result<String> {
    links::create(conn, ctx, user, Purpose::Activation, Channel::Mail, None).await
}

/// What became of a link that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Mailed to the account's own address.
    ToOwner,
    /// Mailed to so many guardians.
    ToGuardians(usize),
    /// Nobody has an address: a slip is the way.
    NoAddress,
    /// The account is activated; its owner signs in, or resets the password.
    AlreadyActive,
    /// [`MOST_MAILS`] have left in the last hour.
    TooOften,
    /// The account is closed, or unknown.
    Closed,
}

impl Sent {
    /// What staff and guardians read.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ToOwner => "Le lien est parti par e-mail, à l’adresse du compte.",
            Self::ToGuardians(_) => "Le lien est parti par e-mail aux responsables.",
            Self::NoAddress => "Aucune adresse e-mail n’est connue\u{a0}: préparez plutôt une fiche à imprimer.",
            Self::AlreadyActive => "Ce compte est déjà activé.",
            Self::TooOften => "Plusieurs liens sont déjà partis depuis une heure. Réessayez un peu plus tard.",
            Self::Closed => "Ce compte est fermé\u{a0}: aucun lien n’a été envoyé.",
        }
    }
}

/// Sends the activation link again: to the owner, or to the guardians of a child without e-mail. `actor` is the member
/// of staff who asked.
pub async fn send_again(conn: &mut PgConnection, ctx: &Ctx, actor: Uuid, user: Uuid) -> Result<Sent> {
    let Some(account) = account::lock(conn, user).await?.filter(|account| !account.deactivated) else {
        return Ok(Sent::Closed);
    };
    if account.activated {
        return Ok(Sent::AlreadyActive);
    }
    let sent = send(conn, ctx, &account, Purpose::Activation).await?;
    if matches!(sent, Sent::ToOwner | Sent::ToGuardians(_)) {
        note(conn, Some(actor), "accounts.send_link", user).await?;
    }
    Ok(sent)
}

/// A guardian asks for the link of a child who has no e-mail: it goes to this guardian alone. For an activated child it
/// is the link for a new password.
pub async fn send_to_guardian(conn: &mut PgConnection, ctx: &Ctx, guardian: &Recipient, child: Uuid) -> Result<Sent> {
    let Some(child) = account::lock(conn, child).await?.filter(|child| !child.deactivated) else {
        return Ok(Sent::Closed);
    };
    let purpose = if child.activated { Purpose::Reset } else { Purpose::Activation };
    let sent = send_to(conn, ctx, &child, purpose, std::slice::from_ref(guardian)).await?;
    if matches!(sent, Sent::ToGuardians(_)) {
        note(conn, Some(guardian.id), "accounts.send_link", child.id).await?;
    }
    Ok(sent)
}

/// Mails a link to the account's owner, or to the guardians of a child without e-mail. The account is locked.
async fn send(conn: &mut PgConnection, ctx: &Ctx, account: &Account, purpose: Purpose) -> Result<Sent> {
    if let Some(email) = &account.email {
        let owner = Recipient { id: account.id, name: account.full_name(), email: email.clone() };
        return send_to(conn, ctx, account, purpose, &[owner]).await;
    }
    let guardians = account::list_guardians(&mut *conn, account.id).await?;
    send_to(conn, ctx, account, purpose, &guardians).await
}

async fn send_to(
    conn: &mut PgConnection,
    ctx: &Ctx,
    account: &Account,
    purpose: Purpose,
    recipients: &[Recipient],
) -> Result<Sent> {
    if recipients.is_empty() {
        return Ok(Sent::NoAddress);
    }
    if links::count_mailed(conn, account.id).await? >= MOST_MAILS {
        return Ok(Sent::TooOften);
    }
    let link = links::create(conn, ctx, account.id, purpose, Channel::Mail, None).await?;
    for to in recipients {
        messaging::send(conn, &mails::link(ctx, account, to, purpose, &link)).await?;
    }
    let own = recipients.len() == 1 && recipients[0].id == account.id;
    Ok(if own { Sent::ToOwner } else { Sent::ToGuardians(recipients.len()) })
}

async fn note(conn: &mut PgConnection, actor: Option<Uuid>, action: &str, user: Uuid) -> Result<()> {
    audit::record(conn, actor, action, &format!("users:{user}"), &json!({})).await
}

/// Uses the link up and sets the password; false if it was used, or expired, meanwhile.
pub async fn activate(ctx: &Ctx, secret: &str, password_hash: &str) -> Result<bool> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let Some(target) = links::use_up(&mut tx, secret, Purpose::Activation).await? else { return Ok(false) };
    change::set(&mut tx, target.user_id, password_hash, None).await?;
    change::set_activated(&mut tx, target.user_id).await?;
    note(&mut tx, Some(target.user_id), "accounts.activate", target.user_id).await?;
    tx.commit().await?;
    Ok(true)
}

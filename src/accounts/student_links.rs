//! The activation of a student for programs (specs §4.10 "Modèle B"): a link of 72 hours, once, for the staff and the
//! student's own guardians.
//!
//! Always true: a new link kills the earlier ones; a child never inherits a password; what the link opens is the
//! student's account and no other.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    account, activation,
    links::{self, Purpose},
    normal_email,
    passwords::rule::Weakness,
    people::{self, mails},
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    messaging,
    web::{Role, checks::is_email},
};

/// A link, and whose it is.
pub struct Made {
    /// The whole address.
    pub url: String,
    /// The account, with its new address.
    pub account: people::Account,
}

/// Makes the link; with an address, it becomes the student's and the link is mailed there, too. Refused with the
/// contract's sentence.
pub async fn make(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: Uuid,
    student: Uuid,
    email: Option<&str>,
) -> Result<Result<Made, &'static str>> {
    let account = match people::store::lock(conn, student).await? {
        Some(account) if account.role != Role::Eleve => return Ok(Err("Cet utilisateur n'est pas un élève")),
        Some(account) if account.deactivated_at.is_none() => account,
        _ => return Ok(Err("Élève introuvable")),
    };
    if account.activated_at.is_some() {
        return Ok(Err("Ce compte élève est déjà activé"));
    }
    if let Some(email) = email.map(normal_email) {
        if !is_email(&email) {
            return Ok(Err("Email invalide"));
        }
        if people::store::is_taken(conn, &email, student).await? {
            return Ok(Err("Cet email est déjà utilisé par un autre compte"));
        }
        people::store::set_email(conn, student, &email).await?;
    }
    links::kill_all(conn, student).await?;
    let url = activation::create_link(conn, ctx, student).await?;
    let account = people::store::find(conn, student).await?.ok_or_else(Error::not_found)?;
    if let Some(to) = account.email.as_deref().filter(|_| email.is_some()) {
        messaging::send(conn, &mails::activation(ctx, &account, to, &url)).await?;
    }
    let details = json!({ "mailed": email.is_some() });
    audit::record(conn, Some(actor), "users.activation_link", &format!("users:{student}"), &details).await?;
    Ok(Ok(Made { url, account }))
}

/// The student whose account the link opens, while it is valid.
pub async fn find(conn: &mut PgConnection, secret: &str) -> Result<Option<people::Account>> {
    let Some(target) = links::find(&mut *conn, secret, Purpose::Activation).await? else { return Ok(None) };
    let account = people::store::find(conn, target.user_id).await?;
    Ok(account.filter(|account| account.role == Role::Eleve))
}

/// What is wrong with a first password of this student: the one rule of [`passwords::rule`].
pub async fn refusal(conn: &mut PgConnection, student: Uuid, password: &str) -> Result<Option<&'static str>> {
    let account = account::find(conn, student).await?.ok_or_else(Error::not_found)?;
    Ok(account.check_password(password).err().map(Weakness::sentence))
}

/// Uses the link up and sets the first password; false when it was used, or expired, meanwhile.
pub async fn set_first_password(ctx: &Ctx, secret: &str, password: String) -> Result<bool> {
    let password_hash = ctx.passwords.hash(password).await?;
    activation::activate(ctx, secret, &password_hash).await
}

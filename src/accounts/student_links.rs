//! The activation of a student for programs (specs §4.10 "Modèle B"): a link of 72 hours, once, for the staff and the
//! student's own guardians.
//!
//! Always true: a new link kills the earlier ones; a child never inherits a password; what the link opens is the
//! student's account and no other.

use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    activation, normal_email,
    passwords::MOST_CHARACTERS,
    people::{self, mails},
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    messaging,
    web::{Role, checks::is_email},
};

/// Fewest characters of a password.
const FEWEST_CHARACTERS: usize = 10;

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
    people::store::end_links(conn, student).await?;
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
    let owner = sqlx::query_scalar!(
        "select u.id from account_links l join users u on u.id = l.user_id
         where l.token_hash = $1 and l.purpose = 'ACTIVATION' and l.used_at is null and l.expires_at > now()
           and u.deactivated_at is null and u.role = 'ELEVE'",
        hash(secret)
    )
    .fetch_optional(&mut *conn)
    .await?;
    match owner {
        Some(id) => people::store::find(conn, id).await,
        None => Ok(None),
    }
}

/// What is wrong with a password.
pub fn refusal(password: &str) -> Option<&'static str> {
    let length = password.chars().count();
    (!(FEWEST_CHARACTERS..=MOST_CHARACTERS).contains(&length))
        .then_some("Choisis un mot de passe d’au moins 10 caractères, et de 128 au plus")
}

/// Uses the link up and sets the first password; false when it was used, or expired, meanwhile.
pub async fn set_first_password(ctx: &Ctx, secret: &str, password: String) -> Result<bool> {
    let password_hash = ctx.passwords.hash(password).await?;
    let mut tx = ctx.pool.begin().await?;
    let owner = sqlx::query_scalar!(
        "update account_links l set used_at = now() from users u
         where l.token_hash = $1 and l.purpose = 'ACTIVATION' and l.used_at is null and l.expires_at > now()
           and u.id = l.user_id and u.deactivated_at is null and u.role = 'ELEVE'
         returning l.user_id",
        hash(secret)
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(owner) = owner else { return Ok(false) };
    people::store::end_links(&mut tx, owner).await?;
    sqlx::query!(
        "update users set password_hash = $2, activated_at = coalesce(activated_at, now()), updated_at = clock_timestamp()
         where id = $1",
        owner,
        password_hash
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, Some(owner), "users.activate", &format!("users:{owner}"), &json!({})).await?;
    tx.commit().await?;
    Ok(true)
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

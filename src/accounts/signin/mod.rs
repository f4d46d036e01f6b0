//! Signing in: password check and throttling.
//!
//! Always true: unknown account, no password yet, not activated and wrong password get the same answer after the same
//! work; failures elsewhere never keep the true owner out, own ones for [`LONGEST_WAIT`] at most.

pub mod api;
pub mod pages;
mod throttle;
mod views;

pub use throttle::LONGEST_WAIT;

use sqlx::PgPool;
use uuid::Uuid;

use super::passwords::MOST_CHARACTERS;
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Role, Visitor, session},
};

/// The one sentence for every refusal.
pub const REFUSED: &str = "Identifiant ou mot de passe incorrect. Vérifiez-les, puis réessayez.";

/// Checks the password and signs the visitor in; `None` when refused.
pub async fn sign_in(ctx: &Ctx, visitor: &Visitor, account: &str, password: &str) -> Result<Option<Role>> {
    let account = account.trim().to_lowercase();
    let keys = throttle::Counted::new(ctx, &account, visitor.address);
    throttle::begin(&ctx.pool, &keys).await?;
    let found = find_account(&ctx.pool, &account).await?;
    let stored = found.as_ref().map(|found| found.password_hash.clone());
    // A longer password was never accepted: the first characters cost the same and cannot match.
    let password: String = password.chars().take(MOST_CHARACTERS + 1).collect();
    if !ctx.passwords.verify(password, stored).await? {
        return Ok(None);
    }
    let Some(found) = found else { return Ok(None) };
    throttle::forget(&ctx.pool, &keys).await?;
    session::sign_in(visitor, found.id).await?;
    Ok(Some(found.role.parse()?))
}

struct Account {
    id: Uuid,
    role: String,
    password_hash: String,
}

/// An account that may sign in, by e-mail or identifier.
async fn find_account(pool: &PgPool, account: &str) -> Result<Option<Account>> {
    sqlx::query_as!(
        Account,
        r#"select id, role, password_hash as "password_hash!" from users
           where (email = $1 or identifier = $1) and password_hash is not null
             and activated_at is not null and deactivated_at is null"#,
        account
    )
    .fetch_optional(pool)
    .await
    .map_err(Error::from)
}

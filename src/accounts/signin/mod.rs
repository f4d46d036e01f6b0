//! Signing in: password check, throttling, second step.
//!
//! Always true: unknown account, no password yet, not activated and wrong password get the same answer after the same
//! work; failures elsewhere never keep the true owner out, own ones for [`LONGEST_WAIT`] at most; nobody is signed in
//! before the second step of those who have one.

pub mod api;
pub mod pages;
mod throttle;
mod views;

pub use throttle::LONGEST_WAIT;

use sqlx::PgPool;
use uuid::Uuid;

use super::{
    devices,
    passwords::MOST_CHARACTERS,
    two_factor::{self, second_step},
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Role, Visitor, session},
};

/// The one sentence for every refusal.
pub const REFUSED: &str = "Identifiant ou mot de passe incorrect. Vérifiez-les, puis réessayez.";

/// What the right password led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// Signed in.
    In(Role),
    /// A code is due before this person is signed in.
    SecondStep(Uuid, Role),
}

/// Checks the password and signs the visitor in, or begins the second step; `None` when refused.
pub async fn sign_in(ctx: &Ctx, visitor: &Visitor, account: &str, password: &str) -> Result<Option<Passed>> {
    let account = account.trim().to_lowercase();
    let keys = throttle::Counted::new(ctx, &account, visitor.address);
    throttle::begin(&ctx.pool, &keys).await?;
    let found = find_account(&ctx.pool, &account).await?;
    let stored = found.as_ref().map(|found| found.password_hash.clone());
    if !ctx.passwords.verify(shortened(password), stored).await? {
        return Ok(None);
    }
    let Some(found) = found else { return Ok(None) };
    throttle::forget(&ctx.pool, &keys).await?;
    let role = found.role.parse()?;
    if two_factor::is_on(&ctx.pool, found.id).await? {
        second_step::begin(ctx, visitor, found.id, &found.password_hash).await?;
        return Ok(Some(Passed::SecondStep(found.id, role)));
    }
    complete(ctx, visitor, found.id).await?;
    Ok(Some(Passed::In(role)))
}

/// Signs in whoever passed every step.
pub(super) async fn complete(ctx: &Ctx, visitor: &Visitor, user: Uuid) -> Result<()> {
    session::sign_in(visitor, user).await?;
    devices::note(ctx, visitor, user).await
}

/// A longer password was never accepted: the first characters cost the same and cannot match.
fn shortened(password: &str) -> String {
    password.chars().take(MOST_CHARACTERS + 1).collect()
}

/// Whether this is the password of the person who is signed in; throttled like signing in.
pub(super) async fn confirm_password(ctx: &Ctx, visitor: &Visitor, user: Uuid, password: &str) -> Result<bool> {
    let tries = Tries(throttle::Counted::new(ctx, &format!("confirm {user}"), visitor.address));
    tries.begin(&ctx.pool).await?;
    let stored =
        sqlx::query_scalar!("select password_hash from users where id = $1", user).fetch_one(&ctx.pool).await?;
    let right = ctx.passwords.verify(shortened(password), stored).await?;
    if right {
        tries.forget(&ctx.pool).await?;
    }
    Ok(right)
}

/// Tries at something else than a password, throttled alike.
pub(super) struct Tries(throttle::Counted);

impl Tries {
    /// Counted for this account, wherever they come from.
    pub(super) fn anywhere(ctx: &Ctx, what: &str, user: Uuid) -> Self {
        Self(throttle::Counted::anywhere(ctx, &format!("{what} {user}")))
    }

    /// Counts a try, or answers 429.
    pub(super) async fn begin(&self, pool: &PgPool) -> Result<()> {
        throttle::begin(pool, &self.0).await
    }

    /// The try succeeded: earlier failures no longer count.
    pub(super) async fn forget(&self, pool: &PgPool) -> Result<()> {
        throttle::forget(pool, &self.0).await
    }
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

//! Two-factor: after the password a code that changes every 30 seconds (RFC 6238, one step of tolerance), or one of ten
//! recovery codes. Owns `two_factor` and `recovery_codes`.
//!
//! Always true: the secret is stored encrypted, codes as keyed hashes; a code counts once, also when sent twice at once;
//! it is off until a first code was given back; recovery codes are shown once.

pub mod pages;
mod recovery;
pub mod second_step;
mod store;
mod views;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use rand::RngExt as _;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use totp_rs::{Builder, Totp};
use uuid::Uuid;

use super::{account::Account, mails};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
};

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET: usize = 20;
/// What secrets are encrypted for.
const PURPOSE: &str = "two-factor";

/// Whether the account has a second factor.
pub async fn is_on(pool: &PgPool, user: Uuid) -> Result<bool> {
    Ok(store::find(pool, user).await?.is_some_and(|row| row.confirmed))
}

/// Draws a secret that waits for its first code; another one that waited is forgotten. False when it is on already.
async fn start(ctx: &Ctx, user: Uuid) -> Result<bool> {
    let secret: [u8; SECRET] = rand::rng().random();
    let sealed = ctx.keys.seal(PURPOSE, user, &secret)?;
    store::set_waiting(&ctx.pool, user, &sealed).await
}

/// The generator of codes of a stored secret.
fn generator(ctx: &Ctx, user: Uuid, sealed: &[u8], account: &str) -> Result<Totp> {
    let secret = ctx.keys.open(PURPOSE, user, sealed)?;
    let issuer = ctx.config.school.name.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_account_name(account.replace(':', " "))
        .with_issuer(Some(issuer))
        .build()
        .context("a generator of codes")
        .map_err(Error::from)
}

/// The step whose code this is, with one step of tolerance.
fn step_of(totp: &Totp, code: &str, now: DateTime<Utc>) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp.check(&code, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

/// Switches it on with the first code; answers the recovery codes, which nobody sees again. None: a wrong code.
async fn confirm(ctx: &Ctx, account: &Account, code: &str, now: DateTime<Utc>) -> Result<Option<Vec<String>>> {
    let Some(row) = store::find(&ctx.pool, account.id).await?.filter(|row| !row.confirmed) else { return Ok(None) };
    let totp = generator(ctx, account.id, &row.secret, account.sign_in_name())?;
    let Some(step) = step_of(&totp, code, now) else { return Ok(None) };
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if !store::set_confirmed(&mut tx, account.id, &row.secret, step).await? {
        return Ok(None);
    }
    let codes = recovery::renew(&mut tx, ctx, account.id).await?;
    note(&mut tx, Some(account.id), account.id, "accounts.two_factor_on").await?;
    mails::tell_owner(&mut tx, account, &mails::two_factor(ctx, account, true)).await?;
    tx.commit().await?;
    Ok(Some(codes))
}

/// Whether this is a code of the moment or an unused recovery code; it is used up.
async fn accept(ctx: &Ctx, user: Uuid, code: &str, now: DateTime<Utc>) -> Result<bool> {
    let Some(row) = store::find(&ctx.pool, user).await?.filter(|row| row.confirmed) else { return Ok(false) };
    let totp = generator(ctx, user, &row.secret, "")?;
    match step_of(&totp, code, now) {
        Some(step) => store::use_step(&ctx.pool, user, step).await,
        None => recovery::use_up(&ctx.pool, ctx, user, code).await,
    }
}

/// New recovery codes in the place of the old ones.
async fn renew_codes(ctx: &Ctx, user: Uuid) -> Result<Vec<String>> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let codes = recovery::renew(&mut tx, ctx, user).await?;
    note(&mut tx, Some(user), user, "accounts.recovery_codes_renewed").await?;
    tx.commit().await?;
    Ok(codes)
}

/// Switches it off and forgets secret and codes: by the owner, or by staff (none: the operator) for somebody who lost
/// phone and codes. False when there was none.
pub async fn turn_off(conn: &mut PgConnection, ctx: &Ctx, actor: Option<Uuid>, account: &Account) -> Result<bool> {
    if !store::delete(conn, account.id).await? {
        return Ok(false);
    }
    note(conn, actor, account.id, "accounts.two_factor_off").await?;
    mails::tell_owner(conn, account, &mails::two_factor(ctx, account, false)).await?;
    Ok(true)
}

async fn note(conn: &mut PgConnection, actor: Option<Uuid>, user: Uuid, action: &str) -> Result<()> {
    audit::record(conn, actor, action, &format!("users:{user}"), &json!({})).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of RFC 6238 (SHA-1), of which six digits are used here.
    #[test]
    fn codes_are_those_of_the_standard_and_hold_for_one_step_more() {
        let totp = Builder::new().with_secret(b"12345678901234567890".to_vec()).build().expect("generator");
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).expect("moment");
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(step_of(&totp, code, at(seconds)), Some(seconds / 30));
            assert_eq!(step_of(&totp, &format!("{} {}", &code[..3], &code[3..]), at(seconds)), Some(seconds / 30));
            assert_eq!(step_of(&totp, code, at(seconds + 30)), Some(seconds / 30));
            assert_eq!(step_of(&totp, code, at(seconds - 30)), Some(seconds / 30));
            assert_eq!(step_of(&totp, code, at(seconds + 60)), None);
        }
        for none in ["", "28708", "2870822", "abcdef", "-87082", "+28708"] {
            assert_eq!(step_of(&totp, none, at(59)), None, "{none}");
        }
    }
}

//! A lost password: a link, valid for an hour and once, lets a person choose another. It dies as soon as the password
//! is changed by any way. The answer is the same, after the same work, whoever has an account ([`wanted`]).
//!
//! [`wanted`]: super::activation::wanted

pub mod api;
pub mod pages;
mod views;

use serde_json::json;

use super::{
    account,
    links::{self, Purpose},
    mails,
    passwords::change,
};
use crate::{compliance::audit, ctx::Ctx, error::Result};

/// Uses the link up and sets the password; false if it was used, or expired, meanwhile.
async fn reset(ctx: &Ctx, secret: &str, password_hash: &str) -> Result<bool> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let Some(target) = links::use_up(&mut tx, secret, Purpose::Reset).await? else { return Ok(false) };
    let user = target.user_id;
    change::set(&mut tx, user, password_hash, None).await?;
    audit::record(&mut tx, Some(user), "accounts.reset_password", &format!("users:{user}"), &json!({})).await?;
    if let Some(account) = account::find(&mut *tx, user).await? {
        mails::tell_owner(&mut tx, &account, &mails::password_changed(ctx, &account)).await?;
    }
    tx.commit().await?;
    Ok(true)
}

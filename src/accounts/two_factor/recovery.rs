//! Ten codes on paper for the day when the phone is lost; each counts once.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::store;
use crate::{accounts::readable, ctx::Ctx, error::Result};

/// How many.
const CODES: usize = 10;
/// Groups of a code: 49 bits.
const GROUPS: usize = 2;

/// Draws new codes in the place of the old ones.
pub(super) async fn renew(conn: &mut PgConnection, ctx: &Ctx, user: Uuid) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..CODES).map(|_| readable::draw(GROUPS)).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(ctx, user, code)).collect();
    store::set_codes(conn, user, &hashes).await?;
    Ok(codes)
}

/// Whether this is an unused code of the account; it is used up.
pub(super) async fn use_up(pool: &PgPool, ctx: &Ctx, user: Uuid, code: &str) -> Result<bool> {
    store::use_code(pool, user, &hash(ctx, user, code)).await
}

/// Case, spaces and dashes do not matter.
fn hash(ctx: &Ctx, user: Uuid, code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    ctx.keys.sign("recovery-code", format!("{user}:{plain}").as_bytes()).to_vec()
}

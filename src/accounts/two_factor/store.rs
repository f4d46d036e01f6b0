//! SQL of the second factor.

use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::error::Result;

pub(super) struct Row {
    /// Encrypted.
    pub secret: Vec<u8>,
    /// On, or waiting for its first code.
    pub confirmed: bool,
}

pub(super) async fn find(db: impl PgExecutor<'_>, user: Uuid) -> Result<Option<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select secret, (confirmed_at is not null) as "confirmed!" from two_factor where user_id = $1"#,
        user
    )
    .fetch_optional(db)
    .await?)
}

/// Puts a secret there that waits; false when one is on.
pub(super) async fn set_waiting(db: impl PgExecutor<'_>, user: Uuid, secret: &[u8]) -> Result<bool> {
    let set = sqlx::query!(
        "insert into two_factor (user_id, secret) values ($1, $2)
         on conflict (user_id) do update set secret = $2, created_at = now() where two_factor.confirmed_at is null",
        user,
        secret
    )
    .execute(db)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// Switches on the secret that the first code was made with.
pub(super) async fn set_confirmed(conn: &mut PgConnection, user: Uuid, secret: &[u8], step: i64) -> Result<bool> {
    let set = sqlx::query!(
        "update two_factor set confirmed_at = now(), last_step = $3
         where user_id = $1 and secret = $2 and confirmed_at is null",
        user,
        secret,
        step
    )
    .execute(conn)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// Accepts a step once; an earlier one not any more.
pub(super) async fn use_step(db: impl PgExecutor<'_>, user: Uuid, step: i64) -> Result<bool> {
    let used = sqlx::query!(
        "update two_factor set last_step = $2
         where user_id = $1 and confirmed_at is not null and (last_step is null or last_step < $2)",
        user,
        step
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// The codes go with it.
pub(super) async fn delete(conn: &mut PgConnection, user: Uuid) -> Result<bool> {
    let gone = sqlx::query!("delete from two_factor where user_id = $1", user).execute(conn).await?;
    Ok(gone.rows_affected() == 1)
}

pub(super) async fn set_codes(conn: &mut PgConnection, user: Uuid, hashes: &[Vec<u8>]) -> Result<()> {
    sqlx::query!("delete from recovery_codes where user_id = $1", user).execute(&mut *conn).await?;
    sqlx::query!(
        "insert into recovery_codes (user_id, code_hash) select $1, hash from unnest($2::bytea[]) as hash",
        user,
        hashes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn use_code(db: impl PgExecutor<'_>, user: Uuid, hash: &[u8]) -> Result<bool> {
    let used = sqlx::query!(
        "update recovery_codes set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null",
        user,
        hash
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

pub(super) async fn count_codes(db: impl PgExecutor<'_>, user: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from recovery_codes where user_id = $1 and used_at is null"#,
        user
    )
    .fetch_one(db)
    .await?)
}

//! The demo school.

use std::path::PathBuf;

use sqlx::PgPool;

use crate::{ctx::Ctx, db::data_dir::DataDir};

/// Whether nobody has an account yet.
pub async fn is_empty(pool: &PgPool) -> anyhow::Result<bool> {
    Ok(sqlx::query_scalar!(r#"select not exists (select from users) as "empty!""#).fetch_one(pool).await?)
}

/// Where the accounts of the demo school are written, if they were.
pub fn accounts_file(data: &DataDir) -> Option<PathBuf> {
    Some(data.path().join("demo-accounts.txt")).filter(|path| path.exists())
}

/// Fills an empty database.
pub async fn demo(_ctx: &Ctx, _data: &DataDir) -> anyhow::Result<()> {
    Ok(())
}

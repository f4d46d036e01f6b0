//! Filling a database: the [`demo`] school, and the mass of rows that benchmarks need ([`bench`]).
//!
//! Owns no table. It writes rows of other rooms, dated back and many at once, which their own functions do not do; but
//! every score is made by the scoring rules and stored by [`crate::assessments::record`], or keeps what that keeps.
//! Always true: only an empty database becomes the demo school, and whole or not at all; nothing here runs unless asked
//! for, but for the first start of a private cluster; no password is known before it is drawn.

mod ability;
pub mod bench;
pub mod demo;
mod dice;

use std::path::PathBuf;

use sqlx::PgExecutor;

pub use self::demo::demo;
use crate::db::data_dir::DataDir;

/// Name in `DATA_DIR` of the list of demo accounts.
const ACCOUNTS_FILE: &str = "demo-accounts.txt";

/// Whether nobody has an account and nothing was assessed yet: the demo school would mix with neither people nor
/// cohorts.
pub async fn is_empty(db: impl PgExecutor<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select not exists (select from users) and not exists (select from assessments) as "empty!""#)
        .fetch_one(db)
        .await
}

/// Where the accounts of the demo school are written, if they were.
pub fn accounts_file(data: &DataDir) -> Option<PathBuf> {
    Some(data.path().join(ACCOUNTS_FILE)).filter(|path| path.exists())
}

//! What waits, and growth.

use chrono::{Datelike as _, Months, NaiveDate};
use sqlx::PgPool;

use crate::{
    error::{Error, Result},
    ops::tallies::Tallies,
};

/// Months of the growth series, the current one included.
const MONTHS: u32 = 6;

/// What waits for somebody; each counted up to [`MOST_WAITING`].
#[derive(Debug, Default)]
pub struct Waiting {
    /// Items on the desk.
    pub desk: i64,
    /// Jobs that the house gave up.
    pub dead_jobs: i64,
    /// Mails that were not delivered.
    pub failed_mails: i64,
}

/// Beyond it, how many exactly changes nothing, and is not counted.
pub const MOST_WAITING: i64 = 1000;

/// Counts what waits, by index.
pub async fn load_waiting(pool: &PgPool) -> Result<Waiting> {
    sqlx::query_as!(
        Waiting,
        r#"select
               (select count(*) from (select from desk_items
                   where closed_at is null and (waits_until is null or waits_until <= now()) limit $1) few) as "desk!",
               (select count(*) from (select from jobs where state = 'DEAD' limit $1) few) as "dead_jobs!",
               (select count(*) from (select from outbox where state = 'FAILED' limit $1) few) as "failed_mails!""#,
        MOST_WAITING
    )
    .fetch_one(pool)
    .await
    .map_err(Error::from)
}

/// New accounts of the last months, the oldest first, months without any included.
pub fn growth(tallies: &Tallies, today: NaiveDate) -> Vec<(NaiveDate, i64)> {
    let first = today.with_day(1).unwrap_or(today);
    let months = (0..MONTHS).rev().filter_map(|back| first.checked_sub_months(Months::new(back)));
    months.map(|month| (month, tallies.accounts_made(&month.format("%Y-%m").to_string()))).collect()
}

//! What waits, growth, and the latest events.

use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use sqlx::PgPool;
use uuid::Uuid;

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

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Activity {
    /// `user`, `assessment` or `request`.
    pub kind: String,
    /// The record: a person, an assessment, a request.
    pub id: Uuid,
    /// Whom it is about.
    pub who: String,
    /// Role of the new account, bank of the assessment, grade of the request.
    pub about: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The latest events, newest first: each source is read from its end, so the cost is that of the page.
pub async fn list_activity(pool: &PgPool, most: i64) -> Result<Vec<Activity>> {
    sqlx::query_as!(
        Activity,
        r#"select kind as "kind!", id as "id!", who as "who!", about as "about!", at as "at!" from (
               (select 'user' as kind, id, first_name || ' ' || last_name as who, role as about, created_at as at
                from users order by created_at desc limit $1)
               union all
               (select 'assessment', id, student_name, bank, completed_at from assessments
                where student_id is not null and status = 'COMPLETED' order by completed_at desc limit $1)
               union all
               (select 'request', id, parent_first_name || ' ' || parent_last_name, student_grade, created_at
                from bilan_requests order by created_at desc limit $1)) events
           order by at desc, id limit $1"#,
        most
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

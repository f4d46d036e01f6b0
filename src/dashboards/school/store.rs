//! The school in one query.

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::PgPool;

use crate::error::Result;

/// Months of the growth series, the current one included.
const MONTHS: i32 = 6;

/// People, what waits, and new accounts by month.
#[derive(Debug, Default)]
pub struct School {
    /// (role, active accounts) of every role that has some.
    pub people: Vec<(String, i64)>,
    /// Items on the desk.
    pub desk: i64,
    /// Jobs that the house gave up.
    pub dead_jobs: i64,
    /// Mails that were not delivered.
    pub failed_mails: i64,
    /// (first day, new accounts), oldest first, months without any included.
    pub growth: Vec<(NaiveDate, i64)>,
}

impl School {
    /// Active accounts in a role.
    pub fn count(&self, role: &str) -> i64 {
        self.people.iter().filter(|(key, _)| key == role).map(|(_, n)| n).sum()
    }

    /// Active accounts.
    pub fn total(&self) -> i64 {
        self.people.iter().map(|(_, n)| n).sum()
    }
}

/// Reads the school: counts by index, however many rows there are behind them.
pub async fn load(pool: &PgPool) -> Result<School> {
    let row = sqlx::query!(
        r#"select coalesce((select jsonb_agg(jsonb_build_array(role, n)) from (
                   select role, count(*) as n from users where deactivated_at is null group by role) roles), '[]') as "people!",
               (select count(*) from desk_items where closed_at is null and (waits_until is null or waits_until <= now())) as "desk!",
               (select count(*) from jobs where state = 'DEAD') as "dead!",
               (select count(*) from outbox where state = 'FAILED') as "failed!",
               (select jsonb_agg(jsonb_build_array(month, (select count(*) from users
                       where created_at >= month at time zone 'Africa/Tunis'
                         and created_at < (month + interval '1 month') at time zone 'Africa/Tunis')) order by month)
                from (select date_trunc('month', now() at time zone 'Africa/Tunis') - make_interval(months => back) as month
                      from generate_series(0, $1 - 1) back) months) as "growth!""#,
        MONTHS
    )
    .fetch_one(pool)
    .await?;
    Ok(School {
        people: pairs(&row.people, |key| Some(key.as_str()?.to_owned())),
        desk: row.desk,
        dead_jobs: row.dead,
        failed_mails: row.failed,
        growth: pairs(&row.growth, |month| month.as_str()?.get(..10)?.parse().ok()),
    })
}

fn pairs<T>(list: &Value, key: impl Fn(&Value) -> Option<T>) -> Vec<(T, i64)> {
    let pairs = list.as_array().map(Vec::as_slice).unwrap_or_default();
    pairs.iter().filter_map(|pair| Some((key(&pair[0])?, pair[1].as_i64()?))).collect()
}

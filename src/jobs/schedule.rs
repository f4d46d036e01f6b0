//! Scheduled jobs: the table of what runs when, in Tunis time, and the clock that enqueues it.
//!
//! Always true: one enqueueing per (kind, period), whatever the number of servers: the row of `job_periods` is the
//! right to enqueue, in one transaction with it. A period that began while no server ran is made up for at start.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Africa::Tunis;
use futures_util::future::BoxFuture;
use sqlx::{PgConnection, PgPool};

use super::{Job, enqueue, housekeeping as keep};
use crate::{
    accounts::imports::ForgetImports,
    aria,
    assessments::{items::jobs::MeasureEveryNight, jobs::EndExpiredAttempts},
    desk::jobs::LookForForgottenAccounts,
    error::Result,
    learning::{badges::JudgeActiveDays, jobs::BacktestProjections},
    library::jobs::SweepFiles,
    llm::jobs::ForgetCalls,
    messaging,
    ops::tallies::MergeTallies,
};

/// What runs when.
pub(super) fn table() -> Vec<Entry> {
    vec![
        entry::<EndExpiredAttempts>(Every::Minute),
        entry::<JudgeActiveDays>(Every::Minute),
        entry::<BacktestProjections>(Every::Day { from: 4 }),
        entry::<messaging::talk::TellUnread>(Every::Minute),
        entry::<messaging::notices::SendDigests>(Every::Day { from: 18 }),
        entry::<messaging::notices::ForgetNotifications>(Every::Day { from: 3 }),
        entry::<MeasureEveryNight>(Every::Day { from: 4 }),
        entry::<aria::jobs::LookForQuietConversations>(Every::Minute),
        entry::<aria::jobs::ForgetOld>(Every::Day { from: 3 }),
        entry::<keep::ForgetExpiredSessions>(Every::Hour),
        entry::<keep::ForgetSigninFailures>(Every::Hour),
        entry::<LookForForgottenAccounts>(Every::Day { from: 6 }),
        entry::<ForgetImports>(Every::Hour),
        entry::<ForgetCalls>(Every::Day { from: 3 }),
        entry::<SweepFiles>(Every::Day { from: 3 }),
        entry::<MergeTallies>(Every::Day { from: 2 }),
        entry::<keep::ForgetPeriods>(Every::Day { from: 3 }),
    ]
}

/// How often, in Tunis time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "the table does not use every rhythm")]
pub(super) enum Every {
    /// At each minute.
    Minute,
    /// At each full hour.
    Hour,
    /// Once a day, from this hour on.
    Day { from: u8 },
}

impl Every {
    /// Name of the period that a moment lies in.
    fn period(self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&Tunis);
        match self {
            // The offset tells apart the two hours of the same name when summer time ends.
            Self::Minute => local.format("%FT%R%z").to_string(),
            Self::Hour => local.format("%FT%H%z").to_string(),
            Self::Day { from } => (local.naive_local() - TimeDelta::hours(from.into())).format("%F").to_string(),
        }
    }
}

/// A kind that is enqueued once in each period; the job has no content.
pub(super) struct Entry {
    pub kind: &'static str,
    every: Every,
    enqueue: for<'a> fn(&'a mut PgConnection) -> BoxFuture<'a, Result<()>>,
}

pub(super) fn entry<J: Job + Default>(every: Every) -> Entry {
    Entry { kind: J::KIND, every, enqueue: |conn| Box::pin(async { enqueue(conn, &J::default()).await }) }
}

/// Enqueues whatever a new period has begun for. The database's clock counts, so that servers agree.
pub(super) async fn tick(pool: &PgPool, table: &[Entry]) -> Result<()> {
    let now = sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(pool).await?;
    for entry in table {
        begin_period(pool, entry, now).await?;
    }
    Ok(())
}

/// At most one run waits and at most one is dead for a scheduled kind: the run of a new period does what is due.
async fn begin_period(pool: &PgPool, entry: &Entry, now: DateTime<Utc>) -> Result<()> {
    let mut tx = crate::db::begin(pool).await?;
    let first = sqlx::query!(
        "insert into job_periods (kind, period) values ($1, $2) on conflict do nothing",
        entry.kind,
        entry.every.period(now)
    )
    .execute(&mut *tx)
    .await?;
    if first.rows_affected() == 1 {
        sqlx::query!("delete from jobs where kind = $1 and state = 'DEAD'", entry.kind).execute(&mut *tx).await?;
        let waits = sqlx::query_scalar!(
            r#"select exists (select from jobs where kind = $1 and state = 'READY') as "waits!""#,
            entry.kind
        )
        .fetch_one(&mut *tx)
        .await?;
        if !waits {
            (entry.enqueue)(&mut tx).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Ticks at the start of every minute, for ever.
pub(super) async fn clock(pool: PgPool) {
    let table = table();
    loop {
        if let Err(error) = tick(&pool, &table).await {
            tracing::warn!(%error, "the schedule waits for the database");
        }
        tokio::time::sleep(until_next_minute(Utc::now())).await;
    }
}

fn until_next_minute(now: DateTime<Utc>) -> Duration {
    Duration::from_secs(60 - now.timestamp().rem_euclid(60).unsigned_abs())
}

/// Forgets periods that are long over; more than a day must stay, or a job would run again.
pub(super) async fn forget_old(pool: &PgPool) -> Result<u64> {
    let gone =
        sqlx::query!("delete from job_periods where enqueued_at < now() - interval '40 days'").execute(pool).await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("moment").to_utc()
    }

    #[test]
    fn periods_begin_in_tunis_time() {
        assert_eq!(Every::Minute.period(at("2026-11-20T23:59:59Z")), "2026-11-21T00:59+0100");
        assert_eq!(Every::Hour.period(at("2026-11-20T23:10:00Z")), "2026-11-21T00+0100");
        assert_eq!(Every::Day { from: 0 }.period(at("2026-11-20T22:59:59Z")), "2026-11-20");
        assert_eq!(Every::Day { from: 0 }.period(at("2026-11-20T23:00:00Z")), "2026-11-21");
    }

    #[test]
    fn a_nightly_job_belongs_to_the_day_from_its_hour_on() {
        let nightly = Every::Day { from: 3 };
        assert_eq!(nightly.period(at("2026-11-20T01:59:59Z")), "2026-11-19");
        assert_eq!(nightly.period(at("2026-11-20T02:00:00Z")), "2026-11-20");
    }

    #[test]
    fn the_hour_that_summer_time_repeats_is_two_periods() {
        // The last time that Tunisia put its clocks back: 26 October 2008 at 3 in the morning (1 h UTC).
        let (before, after) = (at("2008-10-26T00:30:00Z"), at("2008-10-26T01:30:00Z"));
        assert_eq!(Every::Hour.period(before), "2008-10-26T02+0200");
        assert_eq!(Every::Hour.period(after), "2008-10-26T02+0100");
    }

    #[test]
    fn the_clock_wakes_at_the_start_of_the_next_minute() {
        assert_eq!(until_next_minute(at("2026-11-20T10:00:59Z")), Duration::from_secs(1));
        assert_eq!(until_next_minute(at("2026-11-20T10:00:00Z")), Duration::from_secs(60));
    }
}

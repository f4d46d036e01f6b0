//! SQL of badges and days of presence.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::rules::Earned;
use crate::error::{Error, Result};

/// A badge that was earned.
#[derive(Debug, Clone)]
pub struct Held {
    /// Key of the badge.
    pub badge: String,
    /// Why.
    pub reason: String,
    /// When.
    pub earned_at: DateTime<Utc>,
}

/// Stores what was earned; answers the keys that are new.
pub(super) async fn insert(
    conn: &mut PgConnection,
    student: Uuid,
    earned: &[Earned],
    at: DateTime<Utc>,
) -> Result<Vec<String>> {
    let (keys, reasons): (Vec<String>, Vec<String>) =
        earned.iter().map(|it| (it.key.to_owned(), it.reason.clone())).unzip();
    sqlx::query_scalar!(
        "insert into student_badges (student_id, badge, reason, earned_at)
         select $1, badge, reason, $4 from unnest($2::text[], $3::text[]) as e (badge, reason)
         on conflict do nothing returning badge",
        student,
        &keys,
        &reasons,
        at
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// A student's badges, the latest first.
pub async fn list(pool: &PgPool, student: Uuid) -> Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        "select badge, reason, earned_at from student_badges where student_id = $1 order by earned_at desc, badge",
        student
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// A day of presence that nobody has looked at, with the days before it.
pub(super) struct Unjudged {
    pub student_id: Uuid,
    /// The first moment of the day.
    pub seen_at: DateTime<Utc>,
    pub day: NaiveDate,
    /// It and the two weeks before.
    pub days: Vec<NaiveDate>,
}

/// Days to look at, the oldest first, locked until the transaction ends; at most five hundred.
pub(super) async fn list_unjudged(conn: &mut PgConnection) -> Result<Vec<Unjudged>> {
    sqlx::query_as!(
        Unjudged,
        r#"select a.student_id, a.seen_at, a.day,
                  (select coalesce(array_agg(b.day), '{}') from active_days b
                   where b.student_id = a.student_id and b.day between a.day - 14 and a.day) as "days!"
           from active_days a where not a.judged order by a.seen_at limit 500 for update of a skip locked"#
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// Marks days as looked at.
pub(super) async fn set_judged(conn: &mut PgConnection, days: &[Unjudged]) -> Result<()> {
    let (students, days): (Vec<Uuid>, Vec<NaiveDate>) = days.iter().map(|it| (it.student_id, it.day)).unzip();
    sqlx::query!(
        "update active_days a set judged = true from unnest($1::uuid[], $2::date[]) as d (student, day)
         where a.student_id = d.student and a.day = d.day",
        &students,
        &days
    )
    .execute(conn)
    .await?;
    Ok(())
}

//! On which days the students of the demo school were here: those of their assessments, and others after school. Their
//! badges follow by the rules.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{super::dice::Dice, calendar::Calendar, school::School, sittings::Sitting};
use crate::{error::Result, learning::badges, web::format};

/// How far back presence is drawn, in days.
const DAYS: i64 = 45;

/// A student who was here for the first time that day.
pub(super) struct Seen {
    student: Uuid,
    at: DateTime<Utc>,
}

/// Presence of those who can sign in. Some come nearly every day, others now and then; who came one day is likely to
/// come the next.
pub(super) fn draw(calendar: Calendar, school: &School, sittings: &[Sitting]) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    for pupil in &school.pupils {
        if school.people.users[pupil.entered.user].activated_at.is_none() {
            continue;
        }
        let mut dice = Dice::of(format_args!("presence of {}", pupil.name));
        let (comes, comes_again) = (dice.between(3, 20) as f64 / 100.0, dice.between(20, 65) as f64 / 100.0);
        let mut here = false;
        for days_ago in (1..=DAYS.min(calendar.days_ago(pupil.joined))).rev() {
            here = dice.chance(if here { comes_again } else { comes });
            if here {
                all.push(Seen { student: pupil.id, at: calendar.study_time(days_ago, &mut dice) });
            }
        }
        let begun = sittings.iter().filter(|it| it.student == pupil.id).filter_map(Sitting::started);
        all.extend(begun.map(|at| Seen { student: pupil.id, at }));
    }
    all.sort_by_key(|seen| (seen.at, seen.student));
    all
}

/// Stores the days, then lets the badges follow.
pub(super) async fn insert(conn: &mut PgConnection, seen: &[Seen]) -> Result<()> {
    let students: Vec<Uuid> = seen.iter().map(|it| it.student).collect();
    let moments: Vec<DateTime<Utc>> = seen.iter().map(|it| it.at).collect();
    let days: Vec<NaiveDate> = moments.iter().map(|at| format::tunis_day(*at)).collect();
    sqlx::query!(
        "insert into active_days (student_id, day, seen_at)
         select student, day, min(at) from unnest($1::uuid[], $2::date[], $3::timestamptz[]) as s (student, day, at)
         group by student, day",
        &students,
        &days,
        &moments
    )
    .execute(&mut *conn)
    .await?;
    while badges::judge_days(conn).await? > 0 {}
    Ok(())
}

//! When things happen in the demo school, counted back from the day of seeding, in Tunis time.

use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, TimeZone as _, Utc, Weekday};
use chrono_tz::Africa::Tunis;

use super::super::dice::Dice;

/// The moment of seeding, and moments before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub now: DateTime<Utc>,
}

impl Calendar {
    /// A moment so many days ago (at least 1) at which a student works: after school, or during the week-end.
    pub fn study_time(self, days_ago: i64, dice: &mut Dice) -> DateTime<Utc> {
        let day = self.now.with_timezone(&Tunis).date_naive() - TimeDelta::days(days_ago.max(1));
        let hours = match day.weekday() {
            Weekday::Sat | Weekday::Sun => 9..=18,
            Weekday::Wed => 14..=20,
            _ => 17..=20,
        };
        let minutes = dice.between(hours.start() * 60, hours.end() * 60 + 59);
        let local =
            day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes) + TimeDelta::seconds(dice.between(0, 59));
        Tunis.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |at| at.to_utc())
    }

    /// How many days before the seeding a moment lies.
    pub fn days_ago(self, at: DateTime<Utc>) -> i64 {
        (self.now - at).num_days()
    }
}

#[cfg(test)]
mod tests {
    use chrono::Timelike as _;

    use super::*;

    #[test]
    fn students_work_after_school_and_always_in_the_past() {
        let calendar = Calendar { now: Utc::now() };
        for days_ago in 0..60 {
            let at = calendar.study_time(days_ago, &mut Dice::of(days_ago));
            let local = at.with_timezone(&Tunis);
            assert!(at < calendar.now && (9..=20).contains(&local.hour()), "{local}");
        }
    }
}

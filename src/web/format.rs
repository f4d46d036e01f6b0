//! How dates and numbers are shown: French, Africa/Tunis.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Africa::Tunis;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// "20 novembre 2026".
pub fn date(at: DateTime<Utc>) -> String {
    day(at.with_timezone(&Tunis).date_naive())
}

/// "20 novembre 2026", of a calendar day.
pub fn day(day: NaiveDate) -> String {
    let number = if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() };
    format!("{number} {} {}", MONTHS[day.month0() as usize], day.year())
}

/// "novembre 2026".
pub fn month(day: NaiveDate) -> String {
    format!("{} {}", MONTHS[day.month0() as usize], day.year())
}

/// "19 h 05".
pub fn hour(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&Tunis);
    format!("{}\u{a0}h\u{a0}{:02}", at.hour(), at.minute())
}

/// The calendar day in Tunis.
pub fn tunis_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Tunis).date_naive()
}

/// When the calendar day begins in Tunis.
pub fn tunis_midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    midnight.and_local_timezone(Tunis).earliest().map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// "3 minutes", "2 heures", "5 jours".
pub fn age(age: TimeDelta) -> String {
    let plural = |count: i64, word: &str| format!("{count} {word}{}", if count > 1 { "s" } else { "" });
    if age < TimeDelta::minutes(1) {
        "moins d’une minute".to_owned()
    } else if age < TimeDelta::hours(1) {
        plural(age.num_minutes(), "minute")
    } else if age < TimeDelta::days(1) {
        plural(age.num_hours(), "heure")
    } else {
        plural(age.num_days(), "jour")
    }
}

/// "52,4": one decimal, none when it is zero.
pub fn decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.replace('.', ","), str::to_owned)
}

/// "12 345".
pub fn count(value: i64) -> String {
    let digits = value.abs().to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    format!("{}{}", if value < 0 { "-" } else { "" }, groups.join("\u{202f}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
        let said = |seconds| age(TimeDelta::seconds(seconds));
        assert_eq!(said(-5), "moins d’une minute");
        assert_eq!(said(60), "1 minute");
        assert_eq!(said(7300), "2 heures");
        assert_eq!(said(3 * 86_400), "3 jours");
    }

    #[test]
    fn dates_and_numbers_read_as_in_french() {
        let at = DateTime::parse_from_rfc3339("2026-03-01T23:30:00Z").expect("date").to_utc();
        assert_eq!(date(at), "2 mars 2026");
        assert_eq!(hour(at), "0\u{a0}h\u{a0}30");
        assert_eq!(tunis_midnight(tunis_day(at)).to_rfc3339(), "2026-03-01T23:00:00+00:00");
        assert_eq!(decimal(52.4), "52,4");
        assert_eq!(decimal(50.0), "50");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
    }
}

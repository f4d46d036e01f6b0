//! Answers that came by the JSON contract: a class of another school, without accounts here.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    super::{
        ability::{self, Ability},
        dice::Dice,
    },
    calendar::Calendar,
    school,
};
use crate::{
    accounts::identifier,
    assessments::{
        bank::{self, BankEdition},
        model::{Grade, Subject},
    },
    keys::Keys,
};

/// Who sent them, in order, and their ability.
const CLASS: &[(&str, f64)] = &[
    ("Ilyes Bahri", 0.3),
    ("Mélissa Caron", -1.0),
    ("Zied Essid", 1.2),
    ("Nawel Frikha", -0.3),
    ("Quentin Gaillard", 0.7),
    ("Safa Horchani", -0.6),
    ("Raed Ibrahim", 0.0),
    ("Maëlle Joly", 1.6),
    ("Aymen Kallel", -1.5),
    ("Sabrine Lahmar", 0.5),
    ("Kenza Mestiri", -0.1),
    ("Hatem Naceur", 0.9),
];

/// A set of answers.
pub(super) struct Submission {
    pub id: Uuid,
    pub edition: BankEdition,
    pub name: &'static str,
    pub email: String,
    /// Question id → option, as sent.
    pub answers: BTreeMap<String, String>,
    pub duration_ms: i64,
    pub started: DateTime<Utc>,
    pub sent: DateTime<Utc>,
}

impl Submission {
    /// Such as 2026-2027: it begins in September.
    pub fn school_year(&self) -> String {
        let began = if self.sent.month() >= 9 { self.sent.year() } else { self.sent.year() - 1 };
        format!("{began}-{}", began + 1)
    }
}

/// All of them, in the order in which they were sent.
pub(super) fn draw(keys: &Keys, calendar: Calendar) -> Vec<Submission> {
    let Some(edition) = bank::for_combination(Subject::Maths, Grade::Terminale) else { return Vec::new() };
    let mut all: Vec<_> = (0..).zip(CLASS).map(|(at, who)| submission(keys, calendar, edition, at, who)).collect();
    all.sort_by_key(|one| (one.sent, one.id));
    all
}

fn submission(
    keys: &Keys,
    calendar: Calendar,
    edition: BankEdition,
    at: i64,
    (name, ability): &(&'static str, f64),
) -> Submission {
    let mut dice = Dice::of(format_args!("submission of {name}"));
    let days_ago = 162 - 9 * at - dice.between(0, 4);
    let started = calendar.study_time(days_ago, &mut dice);
    let duration_ms = dice.between(1_500_000, 3_400_000);
    let answers = Ability::new(name, *ability).answers(edition.bank, 0.0, &mut dice);
    let (first, last) = name.split_once(' ').unwrap_or((*name, ""));
    Submission {
        id: school::id(keys, format_args!("submission of {name}")),
        edition,
        name,
        email: format!("{}@example.org", identifier::base(first, last)),
        answers: ability::submitted(edition.bank, &answers),
        duration_ms,
        started,
        sent: started + TimeDelta::milliseconds(duration_ms),
    }
}

//! Badges: the fifteen of specs §4.13, named in `assets/badges.toml`, awarded by what happens.
//!
//! Always true: a badge is earned once, with the moment and the reason; nobody is shown a badge that cannot be earned
//! today ([`OPEN`]).

mod days;
mod pages;
pub(super) mod rules;
mod store;
mod views;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    days::{JudgeActiveDays, judge_days},
    pages::{mine, of_student},
    rules::{AriaCounts, Earned},
    store::{Held, list},
};
use crate::error::Result;

/// Rooms whose badges can be earned today.
const OPEN: &[Room] = &[Room::Learning, Room::Aria];
/// Days during which a badge is new (contract).
pub const NEW_DAYS: i64 = 7;

/// What awards a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Room {
    /// Presence, assessments, skills.
    Learning,
    /// The tutor.
    Aria,
}

/// The kinds of badges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// Coming back.
    Assiduite,
    /// Getting better.
    Progression,
    /// Asking.
    Curiosite,
}

impl Category {
    /// Its key in the contract.
    pub fn key(self) -> &'static str {
        match self {
            Self::Assiduite => "ASSIDUITE",
            Self::Progression => "PROGRESSION",
            Self::Curiosite => "CURIOSITE",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Assiduite => "Assiduité",
            Self::Progression => "Progression",
            Self::Curiosite => "Curiosité",
        }
    }
}

/// A badge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Badge {
    /// Never changes.
    pub key: String,
    /// Its kind.
    pub category: Category,
    /// Its name.
    pub name: String,
    /// What earns it, to the student.
    pub description: String,
    /// What awards it.
    pub room: Room,
}

impl Badge {
    /// Whether it can be earned today.
    pub fn is_open(&self) -> bool {
        OPEN.contains(&self.room)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    badges: Vec<Badge>,
}

/// All badges, in the order of the page.
pub fn all() -> &'static [Badge] {
    static BADGES: LazyLock<Vec<Badge>> = LazyLock::new(|| {
        let file: Result<File, _> = toml::from_str(include_str!("../../../assets/badges.toml"));
        // Embedded, and parsed by the tests.
        file.unwrap_or_else(|error| panic!("badges.toml: {error}")).badges
    });
    &BADGES
}

/// The badge with this key.
pub fn find(key: &str) -> Option<&'static Badge> {
    all().iter().find(|badge| badge.key == key)
}

/// Awards what was earned, in the caller's transaction; what is held already stays as it is. Answers what is new.
pub async fn award(
    conn: &mut PgConnection,
    student: Uuid,
    earned: &[Earned],
    at: DateTime<Utc>,
) -> Result<Vec<&'static Badge>> {
    if earned.is_empty() {
        return Ok(Vec::new());
    }
    let new = store::insert(conn, student, earned, at).await?;
    Ok(all().iter().filter(|badge| new.contains(&badge.key)).collect())
}

/// The tutor was asked a question, or told what an answer was worth: for its room to call, in the transaction that stores
/// it, with the counts as they are then. `held` are badges that the student is known to have.
pub async fn on_aria(
    conn: &mut PgConnection,
    student: Uuid,
    counts: AriaCounts,
    held: &[String],
    at: DateTime<Utc>,
) -> Result<Vec<&'static Badge>> {
    let mut earned = rules::aria(counts);
    earned.retain(|it| held.iter().all(|key| key != it.key));
    award(conn, student, &earned, at).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_fifteen_and_no_two_share_a_key_or_a_name() {
        let keys: BTreeSet<_> = all().iter().map(|badge| &badge.key).collect();
        let names: BTreeSet<_> = all().iter().map(|badge| &badge.name).collect();
        assert_eq!((all().len(), keys.len(), names.len()), (15, 15, 15));
        let of = |category| all().iter().filter(|badge| badge.category == category).count();
        assert_eq!([Category::Assiduite, Category::Progression, Category::Curiosite].map(of), [5, 5, 5]);
    }

    #[test]
    fn all_can_be_earned() {
        assert!(all().iter().all(Badge::is_open));
    }

    #[test]
    fn every_rule_names_a_badge() {
        for key in rules::KEYS {
            assert!(find(key).is_some(), "{key}");
        }
        assert_eq!(rules::KEYS.len(), all().len());
    }
}

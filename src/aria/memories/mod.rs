//! What ARIA remembers of a student, drawn from conversations that have gone quiet. The student sees where each memory
//! comes from, corrects it and forgets it.
//!
//! Always true: memories are about learning only; each has its source and an end; what was forgotten or corrected is not
//! written again by the same words; nobody else's answer is made of them.

mod draw;
pub mod jobs;
mod pages;
mod store;
mod views;

pub(super) use self::pages::{forget, forget_all, list, update};
pub use self::store::list_for_prompt;

/// Most memories of one student; the oldest give way.
pub const MOST: i64 = 40;
/// Most characters of one.
pub const LONGEST: usize = 300;

/// What kind of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the student knows, prefers, finds hard.
    Semantic,
    /// What was done.
    Episodic,
    /// What the student means to do.
    Plan,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 3] = [Self::Semantic, Self::Episodic, Self::Plan];

    /// Key in the database and in the model's answer.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Semantic => "SEMANTIC",
            Self::Episodic => "EPISODIC",
            Self::Plan => "PLAN",
        }
    }

    /// The kind with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What the student reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Semantic => "Ce qui t’aide ou te bloque",
            Self::Episodic => "Ce que tu as travaillé",
            Self::Plan => "Ce que tu as prévu",
        }
    }

    /// Longest life in days.
    pub const fn most_days(self) -> i64 {
        match self {
            Self::Semantic => 180,
            Self::Episodic => 60,
            Self::Plan => 30,
        }
    }
}

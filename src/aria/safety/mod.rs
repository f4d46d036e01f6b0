//! The safety of minors: signs of danger in a message, recognised by rules, and what ARIA answers then.
//!
//! Always true: an alarm names a kind and the rule that raised it, never a diagnosis and never a score; the answer is a
//! fixed text ([`reply`]) with the help contacts of the school. Rules, messages that they are measured on and replies
//! are data under `assets/aria/safety/`. Between a sign in the first person and schoolwork, the first person wins.
//!
//! What it cannot do: irony, allusions, languages other than French, some Tunisian and some English, and what is spread
//! over several messages. The model is asked too where there is one ([`SAFETY_PROMPT`], [`parse_verdict`]); either may
//! raise the alarm.

mod lexicon;
mod pattern;
mod replies;
mod rules;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

use serde::{Deserialize, Serialize};

pub use self::{
    replies::{Contact, Country, default_contacts, replies_version, reply},
    verdict::{SAFETY_PROMPT, parse_verdict},
};

/// What the message is a sign of; the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Suicidal thoughts or self-harm, of the writer or of somebody close.
    Suicide,
    /// Abuse at home or by a partner, sexual violence, harassment at school or online.
    Abuse,
    /// A threat to others, a weapon, a beating by others.
    Violence,
    /// Deep distress without any of these.
    Distress,
}

impl Kind {
    /// Every kind, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Suicide, Self::Abuse, Self::Violence, Self::Distress];

    /// Its key in files and in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Suicide => "SUICIDE",
            Self::Abuse => "ABUSE",
            Self::Violence => "VIOLENCE",
            Self::Distress => "DISTRESS",
        }
    }

    /// The kind with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Its name on the screens of the staff.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Suicide => "Idées suicidaires ou automutilation",
            Self::Abuse => "Maltraitance, violences sexuelles ou harcèlement",
            Self::Violence => "Menace, arme ou coups",
            Self::Distress => "Détresse",
        }
    }
}

/// What a message has raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// What it is a sign of.
    pub kind: Kind,
    /// The rule that recognised it.
    pub rule: &'static str,
}

/// The alarm that a message raises, if it does: of several, the most urgent. Looks at the first 4 000 characters.
pub fn assess(message: &str) -> Option<Alarm> {
    rules::Rules::get().assess(message)
}

/// Version of the rules, to keep with an alert.
pub fn rules_version() -> u32 {
    rules::Rules::get().version
}

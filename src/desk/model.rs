//! Items and what can be done with them: rules without I/O.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long an item stays with who took it: somebody who was called away must not block it for ever.
pub const HOLD: TimeDelta = TimeDelta::minutes(30);

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A family asked for a free assessment and expects a call.
    Request,
    /// An account whose activation link has expired unused.
    Activation,
    /// A mail that could not be delivered.
    Mail,
    /// A report that the model did not write.
    Report,
}

impl Kind {
    /// All, in the order of the filters.
    pub const ALL: [Self; 4] = [Self::Request, Self::Activation, Self::Mail, Self::Report];

    /// `desk_items.kind`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Activation => "ACTIVATION",
            Self::Mail => "MAIL",
            Self::Report => "REPORT",
        }
    }

    /// The word in its address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Request => "demande",
            Self::Activation => "activation",
            Self::Mail => "e-mail",
            Self::Report => "bilan",
        }
    }

    /// From [`Self::slug`].
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// From [`Self::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What is to be done, in three words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Request => "Famille à rappeler",
            Self::Activation => "Compte jamais activé",
            Self::Mail => "E-mail non remis",
            Self::Report => "Bilan non rédigé",
        }
    }

    /// What ends it, in the order of the buttons; the first is the main one.
    pub fn outcomes(self) -> &'static [Outcome] {
        match self {
            Self::Request => &[Outcome::Reached, Outcome::Later, Outcome::Dropped],
            Self::Activation => &[Outcome::Resent, Outcome::Dropped],
            Self::Mail | Self::Report => &[Outcome::Solved, Outcome::Dropped],
        }
    }
}

/// How an item ends, or is put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The family was spoken to.
    Reached,
    /// Nobody answered: the item comes back the next morning.
    Later,
    /// A new link went out.
    Resent,
    /// Settled in another way.
    Solved,
    /// Nothing more to do.
    Dropped,
}

impl Outcome {
    const ALL: [Self; 5] = [Self::Reached, Self::Later, Self::Resent, Self::Solved, Self::Dropped];

    /// Key on the wire and in `desk_items.outcome` ([`Self::Later`] is not stored: the item stays open).
    pub fn key(self) -> &'static str {
        match self {
            Self::Reached => "REACHED",
            Self::Later => "LATER",
            Self::Resent => "RESENT",
            Self::Solved => "SOLVED",
            Self::Dropped => "DROPPED",
        }
    }

    /// From [`Self::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// The button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Reached => "Famille jointe",
            Self::Later => "Pas de réponse : rappeler demain",
            Self::Resent => "Envoyer un nouveau lien",
            Self::Solved => "C’est réglé",
            Self::Dropped => "Sans suite",
        }
    }
}

/// Who works on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Key in `users`.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// An open item, as the queue shows it.
#[derive(Debug, Clone)]
pub struct Item {
    /// What waits.
    pub kind: Kind,
    /// The record it is about.
    pub subject_id: Uuid,
    /// Since when it waits.
    pub opened_at: DateTime<Utc>,
    /// Whom it is about: a family, an account, a student.
    pub who: String,
    /// One line more: a phone, an address, a reason.
    pub what: String,
    /// Who has it, if anybody still does.
    pub holder: Option<Holder>,
}

/// Whether a hold taken at that moment still stands.
pub fn holds(taken_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - taken_at < HOLD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_address_and_by_its_key_and_can_be_ended() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_slug(kind.slug()), Some(kind));
            assert_eq!(Kind::from_key(kind.key()), Some(kind));
            assert!(kind.outcomes().len() >= 2 && kind.outcomes().contains(&Outcome::Dropped));
        }
        assert!(Outcome::ALL.iter().all(|outcome| Outcome::from_key(outcome.key()) == Some(*outcome)));
    }

    #[test]
    fn who_was_called_away_holds_an_item_for_half_an_hour() {
        let now = Utc::now();
        assert!(holds(now - TimeDelta::minutes(29), now));
        assert!(!holds(now - TimeDelta::minutes(30), now));
    }
}

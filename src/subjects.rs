//! The ten subjects of the school: what families ask for, what a conversation or a course document is about.
//!
//! An assessment is about something narrower: see [`crate::assessments::model::Subject`].

use serde::{Deserialize, Serialize};

/// A subject of the lycée. On the wire, in the database and in files it is its key (`HISTOIRE_GEO`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SchoolSubject {
    /// Mathematics.
    Mathematiques,
    /// Computer science, "numérique et sciences informatiques".
    Nsi,
    /// French.
    Francais,
    /// Philosophy.
    Philosophie,
    /// History and geography.
    HistoireGeo,
    /// English.
    Anglais,
    /// Spanish.
    Espagnol,
    /// Physics and chemistry.
    PhysiqueChimie,
    /// Life and earth sciences.
    Svt,
    /// Economics and social sciences.
    Ses,
}

impl SchoolSubject {
    /// Every subject, in the order of lists.
    pub const ALL: [Self; 10] = [
        Self::Mathematiques,
        Self::Nsi,
        Self::Francais,
        Self::Philosophie,
        Self::HistoireGeo,
        Self::Anglais,
        Self::Espagnol,
        Self::PhysiqueChimie,
        Self::Svt,
        Self::Ses,
    ];

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mathematiques => "MATHEMATIQUES",
            Self::Nsi => "NSI",
            Self::Francais => "FRANCAIS",
            Self::Philosophie => "PHILOSOPHIE",
            Self::HistoireGeo => "HISTOIRE_GEO",
            Self::Anglais => "ANGLAIS",
            Self::Espagnol => "ESPAGNOL",
            Self::PhysiqueChimie => "PHYSIQUE_CHIMIE",
            Self::Svt => "SVT",
            Self::Ses => "SES",
        }
    }

    /// The subject with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.key() == key)
    }

    /// Its name on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mathematiques => "Mathématiques",
            Self::Nsi => "NSI",
            Self::Francais => "Français",
            Self::Philosophie => "Philosophie",
            Self::HistoireGeo => "Histoire-géographie",
            Self::Anglais => "Anglais",
            Self::Espagnol => "Espagnol",
            Self::PhysiqueChimie => "Physique-chimie",
            Self::Svt => "SVT",
            Self::Ses => "SES",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::families::SUBJECTS;

    #[test]
    fn the_subjects_are_those_that_a_family_can_ask_for() {
        let ours: Vec<_> = SchoolSubject::ALL.iter().map(|subject| (subject.key(), subject.label())).collect();
        assert_eq!(ours, SUBJECTS);
    }

    #[test]
    fn serde_and_the_key_agree() {
        for subject in SchoolSubject::ALL {
            assert_eq!(serde_json::to_value(subject).expect("json"), subject.key());
            assert_eq!(SchoolSubject::parse(subject.key()), Some(subject));
        }
    }
}

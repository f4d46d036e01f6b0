//! For whom a report is written, and how far the writing has come. Keys are those of the contract and the database.

use super::result::Reader;
use crate::error::{Error, Result};

/// For whom a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The student: *tu*.
    Eleve,
    /// The guardians: *vous*.
    Parents,
    /// The team of the centre; never shown to a family.
    Nexus,
}

impl Audience {
    /// All, in the order of pages and of messages.
    pub const ALL: [Self; 3] = [Self::Eleve, Self::Parents, Self::Nexus];

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Eleve => "ELEVE",
            Self::Parents => "PARENTS",
            Self::Nexus => "NEXUS",
        }
    }

    /// The audience with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// Title of its report on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Eleve => "Bilan pour l’élève",
            Self::Parents => "Bilan pour les parents",
            Self::Nexus => "Note pour l’équipe",
        }
    }

    /// The reports that this reader may see, its own first. In the browser where the family began the assessment,
    /// student and parents read together.
    pub const fn readable_by(reader: Reader) -> &'static [Self] {
        match reader {
            Reader::Student => &[Self::Eleve],
            Reader::Family => &[Self::Eleve, Self::Parents],
            Reader::Guardian => &[Self::Parents, Self::Eleve],
            Reader::Team => &[Self::Nexus, Self::Eleve, Self::Parents],
        }
    }
}

/// `generation_status`: how far the model has come with the reports of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GenerationStatus {
    /// A job is going to write them, or does.
    Pending,
    /// All three are there.
    Complete,
    /// The model could not; staff may ask again.
    Failed,
    /// Nobody was asked: switched off, or no model in the settings.
    Skipped,
}

impl GenerationStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Complete, Self::Failed, Self::Skipped];

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Complete => "COMPLETE",
            Self::Failed => "FAILED",
            Self::Skipped => "SKIPPED",
        }
    }

    /// The `error_code` that goes with it.
    pub const fn error_code(self) -> Option<&'static str> {
        match self {
            Self::Pending | Self::Complete => None,
            Self::Failed => Some("LLM_GENERATION_FAILED"),
            Self::Skipped => Some("LLM_GENERATION_SKIPPED"),
        }
    }

    /// The status with exactly this key.
    pub fn parse(key: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|one| one.key() == key);
        found.ok_or_else(|| Error::internal(anyhow::anyhow!("unknown generation status {key:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back() {
        for audience in Audience::ALL {
            assert_eq!(Audience::parse(audience.key()), Some(audience));
        }
        for status in GenerationStatus::ALL {
            assert_eq!(GenerationStatus::parse(status.key()).expect("known"), status);
        }
        assert_eq!(Audience::parse("eleve"), None);
        assert!(GenerationStatus::parse("DONE").is_err());
    }

    #[test]
    fn no_family_reads_the_note_for_the_team() {
        for reader in [Reader::Student, Reader::Family, Reader::Guardian] {
            assert!(!Audience::readable_by(reader).contains(&Audience::Nexus));
        }
    }
}

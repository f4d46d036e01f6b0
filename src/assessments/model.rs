//! Words of the assessments: subjects, grades, versions of the scoring rules, bands of the standardised score.
//!
//! On the wire, in the database and in files they are the keys of the contract (`MATHS`, `PREMIERE`, `scoring_v3`,
//! `tres_solide`): `as_str`, `parse` and serde agree on them. On screen they are the French labels.

use serde::{Deserialize, Serialize};

/// What an assessment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Subject {
    /// Mathematics.
    Maths,
    /// Computer science, "numérique et sciences informatiques".
    Nsi,
    /// Method and general knowledge of the Bac; also stands in for a combination without a bank.
    General,
}

impl Subject {
    /// Every subject, in the order of lists.
    pub const ALL: [Self; 3] = [Self::Maths, Self::Nsi, Self::General];

    /// Its key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Maths => "MATHS",
            Self::Nsi => "NSI",
            Self::General => "GENERAL",
        }
    }

    /// The subject with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == key)
    }

    /// Its name on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Maths => "Mathématiques",
            Self::Nsi => "NSI",
            Self::General => "Méthode et culture du Bac",
        }
    }
}

/// Year of lycée that an assessment is for. A student may also be in *seconde*: see the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Grade {
    /// Second year.
    Premiere,
    /// Third and last year.
    Terminale,
}

impl Grade {
    /// Every grade, the younger first.
    pub const ALL: [Self; 2] = [Self::Premiere, Self::Terminale];

    /// Its key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Premiere => "PREMIERE",
            Self::Terminale => "TERMINALE",
        }
    }

    /// The grade with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == key)
    }

    /// Its name on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Premiere => "Première",
            Self::Terminale => "Terminale",
        }
    }
}

/// Which scoring rules made a result. Results of two versions never share a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RuleVersion {
    /// The rules of the record of February 2026, for answers that arrive by the JSON contract.
    #[serde(rename = "scoring_v2")]
    V2,
    /// The rules of attempts made in the app: every question presented counts.
    #[serde(rename = "scoring_v3")]
    V3,
}

impl RuleVersion {
    /// Every version, the older first.
    pub const ALL: [Self; 2] = [Self::V2, Self::V3];

    /// Its key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "scoring_v2",
            Self::V3 => "scoring_v3",
        }
    }

    /// The version with exactly this key.
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == key)
    }
}

/// Where a standardised score lies: five contiguous bands, the lower bound belongs to the band.
///
/// Ordered from the best to the one that needs help first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 85 and more.
    Excellence,
    /// 70 to 85.
    TresSolide,
    /// 55 to 70.
    Stable,
    /// 40 to 55.
    Fragile,
    /// Under 40: appears among the director's alerts.
    Prioritaire,
}

impl Band {
    /// Every band, the best first.
    pub const ALL: [Self; 5] = [Self::Excellence, Self::TresSolide, Self::Stable, Self::Fragile, Self::Prioritaire];

    /// The band of a standardised score.
    pub fn of(ssn: f64) -> Self {
        Self::ALL.into_iter().find(|band| ssn >= band.lower_bound()).unwrap_or(Self::Prioritaire)
    }

    /// The lowest score of the band, in points.
    pub const fn lower_bound(self) -> f64 {
        match self {
            Self::Excellence => 85.0,
            Self::TresSolide => 70.0,
            Self::Stable => 55.0,
            Self::Fragile => 40.0,
            Self::Prioritaire => 0.0,
        }
    }

    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Excellence => "excellence",
            Self::TresSolide => "tres_solide",
            Self::Stable => "stable",
            Self::Fragile => "fragile",
            Self::Prioritaire => "prioritaire",
        }
    }

    /// Its name on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Excellence => "Excellence",
            Self::TresSolide => "Très solide",
            Self::Stable => "Stable",
            Self::Fragile => "Fragile",
            Self::Prioritaire => "Prioritaire",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn keys_are_the_same_for_code_and_for_serde() {
        for subject in Subject::ALL {
            assert_eq!(json!(subject), subject.as_str());
            assert_eq!(from_value::<Subject>(json!(subject.as_str())).unwrap(), subject);
            assert_eq!(Subject::parse(subject.as_str()), Some(subject));
        }
        for grade in Grade::ALL {
            assert_eq!(json!(grade), grade.as_str());
            assert_eq!(Grade::parse(grade.as_str()), Some(grade));
        }
        for version in RuleVersion::ALL {
            assert_eq!(json!(version), version.as_str());
            assert_eq!(RuleVersion::parse(version.as_str()), Some(version));
        }
        for band in Band::ALL {
            assert_eq!(json!(band), band.key());
        }
    }

    #[test]
    fn an_unknown_key_is_nothing_whatever_its_case() {
        assert_eq!(Subject::parse("LATIN"), None);
        assert_eq!(Subject::parse("maths"), None);
        assert_eq!(Grade::parse("SECONDE"), None);
        assert_eq!(RuleVersion::parse("scoring_v1"), None);
    }

    #[test]
    fn the_lower_bound_belongs_to_the_band() {
        let bands = [(100.0, Band::Excellence), (85.0, Band::Excellence), (84.9, Band::TresSolide)]
            .into_iter()
            .chain([(70.0, Band::TresSolide), (69.9, Band::Stable), (55.0, Band::Stable), (54.9, Band::Fragile)])
            .chain([(40.0, Band::Fragile), (39.9, Band::Prioritaire), (0.0, Band::Prioritaire)]);
        for (ssn, band) in bands {
            assert_eq!(Band::of(ssn), band, "{ssn}");
        }
    }
}

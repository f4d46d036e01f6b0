//! What the list shows: the query of its address.

use chrono::{Months, NaiveDate};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    assessments::{
        bank,
        model::{Band, RuleVersion, Subject},
    },
    ui::filters,
};

/// Address of the list.
pub const PATH: &str = "/admin/directeur/resultats";

/// How an assessment came to us, and the rule that scores it: key in the address, label, rule.
pub const ORIGINS: [(&str, &str, RuleVersion); 2] = [
    ("application", "Passées dans l’application", RuleVersion::V3),
    ("programme", "Envoyées par un autre programme", RuleVersion::V2),
];

/// Narrowings, by the names that stand in the address; empty or unknown means all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Key of a band.
    pub niveau: String,
    /// MATHS, NSI or GENERAL.
    pub matiere: String,
    /// Edition of a bank.
    pub questionnaire: String,
    /// A key of [`ORIGINS`].
    pub origine: String,
    /// Such as 2026-11.
    pub mois: String,
    /// Where the page before ended: day and assessment.
    pub apres: String,
}

impl Filter {
    /// The results of a band.
    pub fn of_band(band: Band) -> Self {
        Self { niveau: band.key().to_owned(), ..Self::default() }
    }

    /// The band that was chosen.
    pub fn band(&self) -> Option<Band> {
        Band::ALL.into_iter().find(|band| band.key() == self.niveau)
    }

    /// Scores from the first to below the second.
    pub(super) fn scores(&self) -> (f64, f64) {
        let above = |band: Band| {
            let higher = Band::ALL.into_iter().filter(|one| one.lower_bound() > band.lower_bound());
            higher.map(Band::lower_bound).fold(f64::INFINITY, f64::min)
        };
        self.band().map_or((0.0, f64::INFINITY), |band| (band.lower_bound(), above(band)))
    }

    /// The subject that was chosen.
    pub(super) fn subject(&self) -> Option<Subject> {
        Subject::parse(&self.matiere)
    }

    /// The edition that was chosen.
    pub(super) fn edition(&self) -> Option<&str> {
        Some(self.questionnaire.as_str()).filter(|id| bank::find(id).is_some())
    }

    /// The rule of the origin that was chosen.
    pub(super) fn rule(&self) -> Option<RuleVersion> {
        ORIGINS.into_iter().find(|(key, ..)| *key == self.origine).map(|(.., rule)| rule)
    }

    /// The first day of the month that was chosen.
    pub(super) fn month(&self) -> Option<NaiveDate> {
        if self.mois.len() != 7 {
            return None;
        }
        format!("{}-01", self.mois).parse().ok()
    }

    /// From the first day to before the second.
    pub(super) fn days(&self) -> (NaiveDate, NaiveDate) {
        let all = (NaiveDate::default(), NaiveDate::from_ymd_opt(9999, 1, 1).unwrap_or_default());
        self.month().and_then(|first| Some((first, first.checked_add_months(Months::new(1))?))).unwrap_or(all)
    }

    /// Where the page before ended.
    pub(super) fn cursor(&self) -> Option<(NaiveDate, Uuid)> {
        let (day, id) = self.apres.split_once('_')?;
        Some((day.parse().ok()?, id.parse().ok()?))
    }

    /// Whether nothing is left out.
    pub(super) fn is_all(&self) -> bool {
        let chosen =
            [self.subject().is_some(), self.edition().is_some(), self.rule().is_some(), self.month().is_some()];
        self.band().is_none() && !chosen.contains(&true)
    }

    /// Address of the list, or of its file, with these narrowings and this cursor.
    pub fn link(&self, path: &str, cursor: &str) -> String {
        filters::link(
            path,
            &[
                ("niveau", &self.niveau),
                ("matiere", &self.matiere),
                ("questionnaire", &self.questionnaire),
                ("origine", &self.origine),
                ("mois", &self.mois),
                ("apres", cursor),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_the_scores_up_to_the_next_one() {
        assert_eq!(Filter::of_band(Band::Stable).scores(), (55.0, 70.0));
        assert_eq!(Filter::of_band(Band::Prioritaire).scores(), (0.0, 40.0));
        assert_eq!(Filter::of_band(Band::Excellence).scores(), (85.0, f64::INFINITY));
    }

    #[test]
    fn what_cannot_be_read_narrows_nothing() {
        let wild = Filter {
            niveau: "x".into(),
            matiere: "LATIN".into(),
            questionnaire: "?".into(),
            origine: "ailleurs".into(),
            mois: "2026-13".into(),
            apres: "hier_lui".into(),
        };
        assert!(wild.is_all() && wild.cursor().is_none());
        let december = Filter { mois: "2026-12".into(), ..Filter::default() };
        let day = |text: &str| text.parse::<NaiveDate>().expect("day");
        assert_eq!(december.days(), (day("2026-12-01"), day("2027-01-01")));
    }
}

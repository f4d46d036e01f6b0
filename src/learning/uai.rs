//! UAI, the unified academic index: the latest SSN of each subject, weighted (spec §1.6.1). Pure.
//!
//! Weights are 0.60 for MATHS and 0.40 for NSI; a subject that is not listed weighs 1/(number of subjects). They are
//! brought to a sum of 1 over the subjects there are, and rounded to three decimals before they are used.

use serde::Serialize;

use crate::assessments::{model::Subject, standard_score::round1};

/// The index and what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Uai {
    /// From 0 to 100, one decimal.
    pub uai: f64,
    /// One part a subject.
    pub components: Vec<Component>,
    /// How many subjects.
    pub subject_count: usize,
}

/// What a subject brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// The subject.
    pub subject: Subject,
    /// Its latest SSN.
    pub ssn: f64,
    /// From 0 to 1, three decimals.
    pub weight: f64,
    /// One decimal.
    pub contribution: f64,
}

/// The index of these subjects, each once; none for fewer than two.
pub fn uai(latest: &[(Subject, f64)]) -> Option<Uai> {
    if latest.len() < 2 {
        return None;
    }
    let own = |subject| match subject {
        Subject::Maths => 0.60,
        Subject::Nsi => 0.40,
        Subject::General => 1.0 / latest.len() as f64,
    };
    let all: f64 = latest.iter().map(|(subject, _)| own(*subject)).sum();
    let weight = |subject| (own(subject) / all * 1000.0).round() / 1000.0;
    let components: Vec<Component> = latest
        .iter()
        .map(|&(subject, ssn)| {
            let weight = weight(subject);
            Component { subject, ssn, weight, contribution: round1(weight * ssn) }
        })
        .collect();
    let sum: f64 = components.iter().map(|one| one.weight * one.ssn).sum();
    Some(Uai { uai: round1(sum).clamp(0.0, 100.0), components, subject_count: latest.len() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Subject::{General, Maths, Nsi};

    #[test]
    fn mathematics_weigh_three_fifths_beside_nsi() {
        let it = uai(&[(Maths, 62.0), (Nsi, 47.0)]).expect("two subjects");
        // 0.6·62 + 0.4·47.
        assert_eq!((it.uai, it.subject_count), (56.0, 2));
        let parts: Vec<_> = it.components.iter().map(|one| (one.weight, one.contribution)).collect();
        assert_eq!(parts, [(0.6, 37.2), (0.4, 18.8)]);
    }

    #[test]
    fn a_subject_that_is_not_listed_shares_and_weights_are_rounded_to_three_decimals() {
        // 0.6 and 1/2 over 1.1: 0.545 and 0.455.
        let two = uai(&[(Maths, 60.0), (General, 40.0)]).expect("two subjects");
        assert_eq!(two.components.iter().map(|one| one.weight).collect::<Vec<_>>(), [0.545, 0.455]);
        assert_eq!(two.uai, 50.9);
        // 0.6, 0.4 and 1/3 over 4/3: 0.45, 0.3, 0.25.
        let three = uai(&[(Maths, 60.0), (Nsi, 40.0), (General, 20.0)]).expect("three subjects");
        assert_eq!(three.components.iter().map(|one| one.weight).collect::<Vec<_>>(), [0.45, 0.3, 0.25]);
        assert_eq!(three.uai, 44.0);
    }

    #[test]
    fn one_subject_makes_no_index() {
        assert_eq!((uai(&[]), uai(&[(Maths, 70.0)])), (None, None));
    }

    proptest! {
        #[test]
        fn it_lies_between_the_lowest_and_the_highest_score(scores in prop::collection::vec(0.0..=100.0_f64, 3)) {
            let it = uai(&[(Maths, scores[0]), (Nsi, scores[1]), (General, scores[2])]).expect("three subjects");
            let (low, high) = scores.iter().fold((100.0_f64, 0.0_f64), |(low, high), one| (low.min(*one), high.max(*one)));
            // A rounded weight may be off by half a thousandth.
            prop_assert!(it.uai >= low - 0.2 && it.uai <= high + 0.2);
        }
    }
}

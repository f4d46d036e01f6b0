//! `scoring_v3`: the worked examples of decision 2, and its rules one by one.

use super::{domains, hundred};
use crate::assessments::{
    bank::fixture,
    model::{RuleVersion, Subject},
    scoring::v3::{self, Answer},
};

#[test]
fn the_worked_examples_of_v3_hold_to_one_decimal() {
    let table =
        [(40, 0, 62.7), (55, 45, 55.0), (0, 0, 30.0), (25, 75, 25.0), (1, 0, 31.5), (90, 0, 93.9), (100, 0, 100.0)];
    for (right, wrong, raw) in table {
        let tenths = (hundred(right, wrong).raw_micro + 50_000) / 100_000;
        assert_eq!(tenths as f64 / 10.0, raw, "{right} right, {wrong} wrong");
    }
}

#[test]
fn the_indices_of_v3_are_those_of_decision_2() {
    let scored = hundred(30, 20);
    assert_eq!((scored.rule, scored.global_score), (RuleVersion::V3, 30));
    assert_eq!((scored.confidence_index, scored.precision_index), (50, Some(60)));
    // Right or admitted: 30 + 50. Rigor: (30 + 2.5)/(50 + 5).
    assert_eq!((scored.lucidity_index, scored.rigor_index), (Some(80), Some(59)));
    assert_eq!(scored.raw_micro, 45_818_182);
    assert_eq!(scored.cohort_micro, scored.raw_micro);
    assert_eq!(domains(&scored), [("analyse", 50), ("geometrie", 0)]);
}

#[test]
fn in_v3_unanswered_and_missing_answers_are_je_ne_sais_pas_and_precision_is_not_shown_without_an_answer() {
    let bank = fixture::bank();
    let admitted = v3::score(&bank, &[Answer::Nsp; 3]);
    assert_eq!(v3::score(&bank, &[Answer::Unanswered; 3]), admitted);
    assert_eq!(v3::score(&bank, &[]), admitted);
    assert_eq!((admitted.precision_index, admitted.totals.nsp), (None, 3));
    assert_eq!(admitted.raw_micro, 30_000_000);
}

#[test]
fn in_v3_a_bank_with_a_method_domain_uses_its_score_instead_of_lucidity() {
    let bank = fixture::build(Subject::General, &[("methodologie", &[1, 1, 1]), ("organisation", &[3])]);
    let scored = v3::score(&bank, &[Answer::Choice(0), Answer::Choice(1), Answer::Nsp, Answer::Choice(0)]);
    // 0.6·4/6 + 0.2·1/3 + 0.2·(2 + 0.05)/(3 + 0.1)
    assert_eq!(scored.raw_micro, 59_892_473);
}

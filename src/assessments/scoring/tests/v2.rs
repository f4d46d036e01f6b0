//! `scoring_v2`: the record of February 2026 (spec §1.5), and its rules one by one.

use std::collections::BTreeMap;

use super::{domains, record};
use crate::assessments::{
    bank::fixture,
    model::{RuleVersion, Subject},
    scoring::v2,
    standard_score::{CohortStats, ssn},
};

#[test]
fn test_1_of_the_record_gives_49_with_confidence_94_and_precision_21() {
    let [mixed, ..] = record();
    assert_eq!((mixed.rule, mixed.global_score), (RuleVersion::V2, 49));
    assert_eq!((mixed.confidence_index, mixed.precision_index), (94, Some(21)));
    let totals = mixed.totals;
    assert_eq!((totals.questions, totals.attempted, totals.correct, totals.nsp), (50, 47, 10, 3));
    let expected = [("analyse", 33), ("combinatoire", 67), ("geometrie", 50), ("logExp", 0), ("probabilites", 50)];
    assert_eq!(domains(&mixed), expected);
    assert_eq!((mixed.raw_micro, mixed.cohort_micro), (52_400_000, 49_000_000));
}

#[test]
fn test_2_of_the_record_gives_0_and_a_raw_of_18_8() {
    let [_, zero, _] = record();
    assert_eq!((zero.global_score, zero.confidence_index, zero.precision_index), (0, 94, Some(0)));
    assert_eq!((zero.raw_micro, zero.cohort_micro), (18_800_000, 0));
}

#[test]
fn test_3_of_the_record_gives_100_on_nine_right_answers() {
    let [.., right] = record();
    assert_eq!((right.global_score, right.confidence_index, right.precision_index), (100, 100, Some(18)));
    assert_eq!(right.raw_micro, 83_600_000);
    let measured: Vec<_> = right.domain_scores.iter().filter(|it| it.measured).map(|it| it.domain.as_str()).collect();
    assert_eq!(measured, ["analyse", "combinatoire"]);
}

#[test]
fn the_record_in_its_order_gives_the_ssn_52_4_then_19_8_then_86_2() {
    let mut cohort = CohortStats::default();
    let scores = record().map(|it| {
        let score = ssn(it.raw_micro, &cohort);
        cohort = cohort.with(it.cohort_micro);
        score
    });
    assert_eq!(scores, [52.4, 19.8, 86.2]);
}

#[test]
fn in_v2_a_je_ne_sais_pas_is_no_wrong_answer_but_its_points_count() {
    let bank = fixture::bank();
    let answers = [("Q0", "a"), ("Q1", v2::NSP), ("Q2", ""), ("unknown", "a")];
    let scored = v2::score(&bank, &answers.map(|(id, option)| (id.into(), option.into())).into());
    let totals = scored.totals;
    assert_eq!((totals.questions, totals.attempted, totals.correct, totals.nsp), (3, 1, 1, 2));
    // 1 point of 1 + 2 + 3; one attempt left, and it is right.
    assert_eq!((scored.global_score, scored.confidence_index, scored.precision_index), (17, 33, Some(100)));
    assert_eq!(domains(&scored), [("analyse", 50), ("logExp", 0)]);
}

#[test]
fn in_v2_nothing_or_only_unknown_ids_is_scored_0_without_failing() {
    let bank = fixture::bank();
    let nothing = v2::score(&bank, &BTreeMap::new());
    assert_eq!((nothing.global_score, nothing.confidence_index, nothing.precision_index), (0, 100, Some(0)));
    let unknown = (0..500).map(|n| (format!("X{n}"), "a".into())).collect();
    let unknown = v2::score(&bank, &unknown);
    assert_eq!((unknown.global_score, unknown.confidence_index, unknown.precision_index), (0, 0, Some(0)));
    assert_eq!((unknown.totals.attempted, unknown.totals.nsp, unknown.raw_micro), (0, 500, 0));
}

#[test]
fn in_v2_the_method_domain_stands_for_confidence_once_it_is_submitted() {
    let bank = fixture::build(Subject::General, &[("methodologie", &[1, 1]), ("organisation", &[1, 1])]);
    let raw = |answers: &[(&str, &str)]| {
        let answers = answers.iter().map(|(id, option)| ((*id).into(), (*option).into())).collect();
        v2::score(&bank, &answers).raw_micro
    };
    // Global 50; method 0; precision 25.
    assert_eq!(raw(&[("Q0", "b"), ("Q2", "a")]), 35_000_000);
    // Global 100; confidence 100; precision 25.
    assert_eq!(raw(&[("Q2", "a")]), 85_000_000);
}

//! The worked examples: the record of February 2026 (spec §1.5) for v2, decision 2 for v3; and the sentences.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::json;

use super::{Scored, v2, v3, v3::Answer};
use crate::assessments::{
    bank::{self, Bank, fixture},
    model::{RuleVersion, Subject},
    standard_score::{CohortStats, ssn},
};

fn terminale() -> &'static Bank {
    bank::bank("maths_terminale_spe_v1").unwrap()
}

/// Answers written as "PREFIX options", one letter a question from 01 on.
fn answers(lines: &[(&str, &str)]) -> BTreeMap<String, String> {
    let line = |(prefix, options): &(&str, &str)| {
        let entry = |(option, n): (char, usize)| (format!("{prefix}-{n:02}"), option.to_string());
        options.chars().zip(1..).map(entry).collect::<Vec<_>>()
    };
    lines.iter().flat_map(line).collect()
}

/// Tests 1, 2 and 3 of the record, as `record.sh` sends them.
fn record() -> [Scored; 3] {
    let mixed = [
        ("MATH-COMB", "aabaac"),
        ("MATH-ANA", "bacdab"),
        ("MATH-GEO", "abda"),
        ("MATH-PROB", "acba"),
        ("MATH-LOGEXP", "bac"),
    ];
    let zero = [
        ("MATH-COMB", "bbbbbb"),
        ("MATH-ANA", "dddddd"),
        ("MATH-GEO", "dddd"),
        ("MATH-PROB", "dddd"),
        ("MATH-LOGEXP", "ddd"),
    ];
    let right = [("MATH-COMB", "aaaaaa"), ("MATH-ANA", "aaa")];
    [&mixed[..], &zero, &right].map(|lines| v2::score(terminale(), &answers(lines)))
}

fn domains(scored: &Scored) -> Vec<(&str, i32)> {
    scored.domain_scores.iter().map(|it| (it.domain.as_str(), it.score)).collect()
}

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

/// So many right, wrong and "je ne sais pas", on 100 questions of equal weight.
fn hundred(right: usize, wrong: usize) -> Scored {
    let bank = fixture::build(Subject::Maths, &[("analyse", &[1; 60]), ("geometrie", &[1; 40])]);
    let mut answers = vec![Answer::Choice(0); right];
    answers.extend(vec![Answer::Choice(1); wrong]);
    answers.resize(100, Answer::Nsp);
    v3::score(&bank, &answers)
}

#[test]
fn the_worked_examples_of_v3_hold_to_one_decimal() {
    let table = [
        (40, 0, 62.7),
        (55, 45, 55.0),
        (0, 0, 30.0),
        (25, 75, 25.0),
        (1, 0, 31.5),
        (90, 0, 93.9),
        (100, 0, 100.0),
    ];
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

#[test]
fn skills_count_their_questions_without_weight() {
    let bank = fixture::build(Subject::Maths, &[("analyse", &[1, 3, 3, 3]), ("logExp", &[2])]);
    let skills = |scored: &Scored| {
        scored.skill_scores.iter().map(|it| (it.tag.clone(), it.score, it.right, it.total)).collect::<Vec<_>>()
    };
    let here = v3::score(&bank, &[Answer::Choice(0), Answer::Choice(0), Answer::Choice(2), Answer::Nsp]);
    assert_eq!(skills(&here), [("s0_1".into(), 100, 1, 1), ("s0_3".into(), 33, 1, 3), ("s1_2".into(), 0, 0, 1)]);
    let sent = [("Q1", "a"), ("Q4", "d")].map(|(id, option)| (id.to_owned(), option.to_owned()));
    assert_eq!(skills(&v2::score(&bank, &sent.into())), [("s0_3".into(), 100, 1, 1), ("s1_2".into(), 0, 0, 1)]);
}

#[test]
fn the_competences_of_the_contract_come_from_the_domains_that_were_submitted() {
    let [mixed, ..] = record();
    let competences: Vec<_> = mixed.competences.iter().map(|it| (it.key.as_str(), it.score, it.measured)).collect();
    assert_eq!(competences, [("raisonnement", 50, true), ("calcul", 0, false), ("abstraction", 50, true)]);
}

#[test]
fn the_competences_of_nsi_weigh_the_kinds_of_error() {
    let bank = fixture::build(Subject::Nsi, &[("python", &[1, 1]), ("algorithmique", &[2, 3]), ("structures", &[2])]);
    let answers = [("Q0", "a"), ("Q1", "b"), ("Q2", "b"), ("Q3", "a"), ("Q4", v2::NSP)];
    let scored = v2::score(&bank, &answers.map(|(id, option)| (id.into(), option.into())).into());
    let competences: Vec<_> = scored.competences.iter().map(|it| (it.key.as_str(), it.score)).collect();
    // Mean of 50 and 0; 0.7·50 + 0.3·50; 0.6·50 + 0.4·100; 100 − 50·1/2.
    assert_eq!(competences, [("logique", 25), ("syntaxe", 50), ("optimisation", 70), ("debuggage", 75)]);
}

#[test]
fn the_competences_of_the_general_diagnostic_pool_their_questions() {
    let domains: [(&str, &[u8]); 4] =
        [("methodologie", &[1]), ("connaissances", &[1, 1]), ("raisonnement", &[1]), ("organisation", &[1, 1])];
    let bank = fixture::build(Subject::General, &domains);
    let answers = [("Q0", "a"), ("Q1", "a"), ("Q2", "b"), ("Q3", "a"), ("Q4", "b"), ("Q5", "b")];
    let scored = v2::score(&bank, &answers.map(|(id, option)| (id.into(), option.into())).into());
    let competences: Vec<_> = scored.competences.iter().map(|it| (it.key.as_str(), it.score)).collect();
    assert_eq!(competences, [("comprehension", 50), ("analyse", 100), ("application", 33)]);
}

#[test]
fn the_competences_of_v3_are_those_of_the_questions_when_three_or_more_ask_for_them() {
    let bank = fixture::build(Subject::Maths, &[("analyse", &[1, 1, 2]), ("logExp", &[1, 2, 3, 3, 3])]);
    let scored = v3::score(&bank, &[Answer::Choice(0); 6]);
    let competences: Vec<_> = scored.competences.iter().map(|it| (it.key.as_str(), it.score)).collect();
    assert_eq!(competences, [("restituer", 100), ("raisonner", 33)]);
}

#[test]
fn the_result_has_the_fields_of_the_contract() {
    let [mixed, ..] = record();
    let moment = DateTime::parse_from_rfc3339("2026-02-17T10:00:00.5Z").unwrap().to_utc();
    let result = serde_json::to_value(mixed.result(moment)).unwrap();
    let figures = json!({
        "globalScore": 49, "confidenceIndex": 94, "precisionIndex": 21,
        "metrics": {
            "raisonnement": 50, "calcul": 0, "abstraction": 50,
            "categoryScores": { "analyse": 33, "combinatoire": 67, "geometrie": 50, "probabilites": 50 },
        },
        "totalQuestions": 50, "totalAttempted": 47, "totalCorrect": 10, "totalNSP": 3,
        "scoredAt": "2026-02-17T10:00:00.500Z",
    });
    let sentences = ["strengths", "weaknesses", "recommendations", "diagnosticText", "lucidityText"];
    for (field, value) in figures.as_object().unwrap() {
        assert_eq!(&result[field], value, "{field}");
    }
    for field in sentences {
        assert!(!result[field].is_null(), "{field}");
    }
    assert_eq!(result.as_object().unwrap().len(), figures.as_object().unwrap().len() + sentences.len());
    assert_eq!(serde_json::from_value::<super::ScoringResult>(result).unwrap(), mixed.result(moment));
}

#[test]
fn the_result_of_v3_adds_its_two_indices_and_says_null_for_no_precision() {
    let result = serde_json::to_value(hundred(0, 0).result(DateTime::UNIX_EPOCH)).unwrap();
    assert_eq!([&result["lucidityIndex"], &result["rigorIndex"]], [100, 50]);
    assert!(result.as_object().unwrap()["precisionIndex"].is_null());
}

#[test]
fn strengths_and_weaknesses_are_names_of_what_was_measured() {
    let [mixed, _, right] = record();
    assert_eq!(mixed.feedback.weaknesses, ["Analyse"]);
    assert!(mixed.feedback.strengths.is_empty());
    assert_eq!(right.feedback.strengths, ["Analyse", "Combinatoire", "Raisonnement logique"]);
    assert!(right.feedback.weaknesses.is_empty());
    let logarithms = v2::score(terminale(), &answers(&[("MATH-LOG", "bbbb")]));
    assert_eq!(logarithms.feedback.weaknesses, ["Log & Exp", "Calcul et manipulation"]);
}

#[test]
fn recommendations_follow_their_triggers_and_are_never_missing() {
    let has = |scored: &Scored, start: &str| scored.feedback.recommendations.iter().any(|it| it.starts_with(start));
    let unknown = hundred(60, 15);
    assert!(has(&unknown, "Revenir aux bases") && !has(&unknown, "Viser la justesse"));
    let hasty = hundred(30, 70);
    assert!(has(&hasty, "Viser la justesse") && has(&hasty, "Se faire accompagner"));
    assert!(has(&hasty, "Travailler spécifiquement : Domaine geometrie"));
    assert!(has(&hasty, "Travailler spécifiquement : Restituer ("));
    let [mixed, ..] = record();
    assert!(has(&mixed, "Viser la justesse") && has(&mixed, "Travailler spécifiquement : Analyse"));
    assert_eq!(hundred(100, 0).feedback.recommendations.len(), 1);
    assert!(has(&hundred(100, 0), "Continuer ainsi"));
}

#[test]
fn the_general_diagnostic_gives_its_advice_by_domain() {
    let general = bank::find("general_premiere_default").unwrap().bank;
    let scored = v3::score(general, &vec![Answer::Nsp; general.questions.len()]);
    let advice = &scored.feedback.recommendations;
    let starts = ["Méthodologie :", "Connaissances :", "Raisonnement :", "Organisation :", "Se faire", "Plusieurs points"];
    assert_eq!(advice.len(), starts.len());
    assert!(starts.iter().zip(advice).all(|(start, it)| it.starts_with(start)), "{advice:?}");
    let right: Vec<_> = general.questions.iter().map(|it| Answer::Choice(it.key)).collect();
    let right = v3::score(general, &right);
    assert_eq!((right.global_score, right.raw_micro), (100, 100_000_000));
    assert!(right.feedback.recommendations[0].starts_with("Garder ces bonnes habitudes"));
}

#[test]
fn the_level_is_told_by_band_of_the_global_score() {
    let table = [(80, "Excellent niveau"), (60, "Bon niveau"), (40, "Niveau correct"), (39, "Niveau à renforcer")];
    for (right, start) in table {
        let text = hundred(right, 100 - right).feedback.diagnostic_text;
        assert!(text.starts_with(start), "{right}: {text}");
    }
}

#[test]
fn nobody_who_admits_not_knowing_is_told_to_lack_lucidity() {
    let lucidity = |right, wrong| hundred(right, wrong).feedback.lucidity_text;
    assert!(lucidity(0, 0).starts_with("Très lucide"));
    assert!(lucidity(40, 20).starts_with("Très lucide"));
    assert!(lucidity(40, 40).starts_with("Lucidité correcte"));
    assert!(lucidity(40, 59).starts_with("Des doutes ont été reconnus"));
    assert!(lucidity(40, 60).starts_with("Lucidité à travailler"));
    let [mixed, ..] = record();
    assert!(mixed.feedback.lucidity_text.starts_with("Très lucide"));
    let admitted = terminale().questions.iter().map(|it| (it.id.clone(), v2::NSP.into())).collect();
    assert!(v2::score(terminale(), &admitted).feedback.lucidity_text.starts_with("Beaucoup de « je ne sais pas »"));
}

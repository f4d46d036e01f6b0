//! Skills and competences.

use super::record;
use crate::assessments::{
    bank::{self, fixture},
    model::Subject,
    scoring::{
        Scored, v2,
        v3::{self, Answer},
    },
};

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
fn in_premiere_too_each_competence_of_the_contract_has_its_domains() {
    let bank = bank::bank("maths_premiere_spe_v1").unwrap();
    let right: Vec<_> = bank.questions.iter().filter(|it| it.domain != "suites" && it.domain != "geometrie").collect();
    let wrong = ["MATHP-SUI-01", "MATHP-GEO-01"].map(|id| (id.to_owned(), v2::NSP.to_owned()));
    let sent = right.iter().map(|it| (it.id.clone(), it.right_option().to_owned())).chain(wrong);
    let scored = v2::score(bank, &sent.collect());
    let competences: Vec<_> = scored.competences.iter().map(|it| (it.key.as_str(), it.score, it.measured)).collect();
    assert_eq!(competences, [("raisonnement", 50, true), ("calcul", 100, true), ("abstraction", 50, true)]);
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
fn a_competence_of_nsi_whose_domain_was_not_measured_is_no_weakness() {
    let bank = fixture::build(Subject::Nsi, &[("poo", &[1, 1]), ("structures", &[2])]);
    let answers = [("Q0", "a"), ("Q1", "a"), ("Q2", "a")].map(|(id, option)| (id.into(), option.into()));
    let scored = v2::score(&bank, &answers.into());
    let measured: Vec<_> = scored.competences.iter().map(|it| (it.key.as_str(), it.measured)).collect();
    assert_eq!(measured, [("logique", true), ("syntaxe", false), ("optimisation", false), ("debuggage", true)]);
    assert_eq!(scored.feedback.weaknesses, Vec::<String>::new());
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

//! `scoring_v2`: answers that arrive by the JSON contract, scored as the record of February 2026 does (spec §1.3–1.4).
//!
//! Only the questions submitted count, in the points as in the domains. An id that the bank does not have, and
//! `__NSP__`, are "je ne sais pas" (decision 2); any other wrong string is a wrong answer. The cohort is of the global
//! score, and the composite is made of rounded indices.

use std::collections::BTreeMap;

use super::{
    Feedback, Scored, Totals, competences,
    tally::{self, Outcome, Status, Tally, percent},
};
use crate::assessments::{
    bank::{Bank, Question},
    model::RuleVersion,
};

/// What the contract writes for "je ne sais pas".
pub const NSP: &str = "__NSP__";

/// Scores a map of question id → option (`a` to `d`, or [`NSP`]).
pub fn score(bank: &Bank, answers: &BTreeMap<String, String>) -> Scored {
    let outcomes: Vec<_> = bank.questions.iter().filter_map(|it| outcome(it, answers)).collect();
    let totals = totals(bank, &outcomes, answers.len());
    let domain_scores = tally::domain_scores(bank, &outcomes);
    // With nothing submitted the record divides by 85 points: 0 all the same.
    let global_score = Tally::points(&outcomes).percent();
    let confidence_index = percent(totals.attempted, totals.questions);
    // More right answers than attempts is possible, when unknown ids fill the attempts up.
    let precision_index = percent(totals.correct, totals.attempted).min(100);
    let method = bank.method_domain().and_then(|it| domain_scores.iter().find(|score| score.domain == it.key));
    let method = method.filter(|it| it.measured).map_or(confidence_index, |it| it.score);
    Scored {
        rule: RuleVersion::V2,
        global_score,
        raw_micro: 600_000 * i64::from(global_score) + 200_000 * i64::from(method + precision_index),
        cohort_micro: 1_000_000 * i64::from(global_score),
        confidence_index,
        precision_index: Some(precision_index),
        lucidity_index: None,
        rigor_index: None,
        competences: competences::of_contract(bank.subject, &domain_scores, &outcomes),
        domain_scores,
        skill_scores: tally::skill_scores(bank, &outcomes),
        totals,
        marks: tally::marks(bank, &outcomes),
        feedback: Feedback::default(),
    }
    .with_feedback(bank.subject)
}

/// What a question submitted is worth; none if it was not.
fn outcome<'a>(question: &'a Question, answers: &BTreeMap<String, String>) -> Option<Outcome<'a>> {
    let status = match answers.get(&question.id)?.as_str() {
        option if option == question.right_option() => Status::Right,
        NSP => Status::Nsp,
        _ => Status::Wrong,
    };
    Some(Outcome { question, status })
}

fn totals(bank: &Bank, outcomes: &[Outcome], submitted: usize) -> Totals {
    let questions = bank.questions.len() as i32;
    let unknown = i32::try_from(submitted - outcomes.len()).unwrap_or(i32::MAX);
    let nsp = tally::count(outcomes, Status::Nsp).saturating_add(unknown);
    Totals { questions, attempted: (questions - nsp).max(0), correct: tally::count(outcomes, Status::Right), nsp }
}

//! `scoring_v3`: attempts made in the app (decision 2).
//!
//! Every question presented counts, and one left without an answer is "je ne sais pas". Admitting it is worth at least
//! a blind guess: what guessing gains in points it loses in lucidity, and it costs rigor. That is so at equal weights
//! and on the Terminale bank whichever questions are known (both tested), but not in a bank with a method domain, where
//! that domain stands in for lucidity. The composite is made of exact shares; only the indices shown are rounded.

use super::{
    Feedback, Scored, Totals, competences,
    tally::{self, Outcome, Status, Tally, percent, share},
};
use crate::assessments::{bank::Bank, model::RuleVersion};

/// What a student did with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Chose an option, by its stored position, 0 to 3.
    Choice(usize),
    /// Said "je ne sais pas".
    Nsp,
    /// Said nothing.
    Unanswered,
}

/// Scores one answer for each question, in the bank's order; those missing at the end are unanswered.
pub fn score(bank: &Bank, answers: &[Answer]) -> Scored {
    let answers = answers.iter().chain(std::iter::repeat(&Answer::Unanswered));
    let outcomes: Vec<_> = bank
        .questions
        .iter()
        .zip(answers)
        .map(|(question, answer)| Outcome { question, status: status(question.key, *answer) })
        .collect();
    let totals = totals(&outcomes);
    let Totals { questions: all, attempted: answered, correct: right, nsp } = totals;
    let points = Tally::points(&outcomes);
    let (rigor_part, rigor_whole) = rigor(totals);
    let method = bank.method_domain().map_or_else(
        || share(right + nsp, all),
        |domain| Tally::of(&outcomes, |question| question.domain == domain.key).share(),
    );
    let raw = 0.6 * points.share() + 0.2 * method + 0.2 * share(rigor_part, rigor_whole);
    let raw_micro = (raw * 100e6).round() as i64;
    Scored {
        rule: RuleVersion::V3,
        global_score: points.percent(),
        raw_micro,
        cohort_micro: raw_micro,
        confidence_index: percent(answered, all),
        precision_index: (answered > 0).then(|| percent(right, answered)),
        lucidity_index: Some(percent(right + nsp, all)),
        rigor_index: Some(percent(rigor_part, rigor_whole)),
        domain_scores: tally::domain_scores(bank, &outcomes),
        skill_scores: tally::skill_scores(bank, &outcomes),
        competences: competences::of_questions(&outcomes),
        totals,
        marks: tally::marks(bank, &outcomes),
        feedback: Feedback::default(),
    }
    .with_feedback(bank.subject)
}

fn status(key: usize, answer: Answer) -> Status {
    match answer {
        Answer::Choice(option) if option == key => Status::Right,
        Answer::Choice(_) => Status::Wrong,
        Answer::Nsp | Answer::Unanswered => Status::Nsp,
    }
}

fn totals(outcomes: &[Outcome]) -> Totals {
    let questions = outcomes.len() as i32;
    let nsp = tally::count(outcomes, Status::Nsp);
    Totals { questions, attempted: questions - nsp, correct: tally::count(outcomes, Status::Right), nsp }
}

/// Rigor as a fraction of whole numbers: (right + c/2)/(answered + c) with c = nsp/10, times 20 above and below.
fn rigor(Totals { attempted, correct, nsp, .. }: Totals) -> (i32, i32) {
    (20 * correct + nsp, 20 * attempted + 2 * nsp)
}

//! Submissions and attempts to copy from: answered by the ability model, scored by the rules of the one or the other.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::super::{
    ability::{self, Ability},
    dice::Dice,
};
use crate::{
    assessments::{
        bank::Bank,
        scoring::{
            Scored, SkillScore, v2,
            v3::{self, Answer},
        },
        standard_score::CohortStats,
    },
    error::{Error, Result},
};

/// Abilities lie between minus and plus so many deviations.
const WIDEST: f64 = 2.2;

/// Answers with their scores, as columns.
#[derive(Debug, Serialize)]
pub(super) struct Template {
    pub number: usize,
    codes: Vec<i16>,
    answers: Option<Value>,
    result: Value,
    global_score: i32,
    confidence_index: i32,
    pub raw_micro: i64,
    pub cohort_micro: i64,
    domains: Vec<String>,
    domain_scores: Vec<i32>,
    tags: Vec<String>,
    skill_scores: Vec<i32>,
    skill_right: Vec<i32>,
    skill_total: Vec<i32>,
    /// Filled in once the cohort is known.
    pub ssn: f64,
}

/// Submissions to a bank by the JSON contract; every question is answered, so that each set of answers has its full size.
pub(super) fn submissions(bank: &Bank, wanted: usize, now: DateTime<Utc>) -> Result<Vec<Template>> {
    let submission = |number: usize| {
        let mut dice = Dice::of(format_args!("bench template {number}"));
        let ability = Ability::new(&format!("bench {number}"), dice.bell());
        let mut answers = ability::submitted(bank, &ability.answers(bank, 0.0, &mut dice));
        for question in &bank.questions {
            answers.entry(question.id.clone()).or_insert_with(|| v2::NSP.to_owned());
        }
        let answered = Some(serde_json::to_value(&answers).map_err(Error::internal)?);
        template(number, Vec::new(), answered, &v2::score(bank, &answers), now)
    };
    (0..wanted).map(submission).collect()
}

/// Attempts on a bank in the app, the least able students first.
pub(super) fn attempts(bank: &Bank, wanted: usize, now: DateTime<Utc>) -> Result<Vec<Template>> {
    let attempt = |number: usize| {
        let mut dice = Dice::of(format_args!("bench attempt {number} on {}", bank.id));
        let general = WIDEST * (2.0 * number as f64 / (wanted.max(2) - 1) as f64 - 1.0);
        let answers = Ability::new(&format!("bench {number}"), general).answers(bank, 0.0, &mut dice);
        let codes = answers.iter().map(|answer| code(*answer)).collect();
        template(number, codes, None, &v3::score(bank, &answers), now)
    };
    (0..wanted).map(attempt).collect()
}

/// As `bulk` stores an answer: the option, 4 for "je ne sais pas", 5 for a question that was seen only.
fn code(answer: Answer) -> i16 {
    match answer {
        Answer::Choice(option) => option as i16,
        Answer::Nsp => 4,
        Answer::Unanswered => 5,
    }
}

fn template(
    number: usize,
    codes: Vec<i16>,
    answers: Option<Value>,
    scored: &Scored,
    now: DateTime<Utc>,
) -> Result<Template> {
    let skill = |of: fn(&SkillScore) -> i32| scored.skill_scores.iter().map(of).collect();
    Ok(Template {
        number,
        codes,
        answers,
        result: serde_json::to_value(scored.result(now)).map_err(Error::internal)?,
        global_score: scored.global_score,
        confidence_index: scored.confidence_index,
        raw_micro: scored.raw_micro,
        cohort_micro: scored.cohort_micro,
        domains: scored.domain_scores.iter().map(|one| one.domain.clone()).collect(),
        domain_scores: scored.domain_scores.iter().map(|one| one.score).collect(),
        tags: scored.skill_scores.iter().map(|one| one.tag.clone()).collect(),
        skill_scores: skill(|one| one.score),
        skill_right: skill(|one| one.right),
        skill_total: skill(|one| one.total),
        ssn: 0.0,
    })
}

/// What so many copies of each template add to a cohort.
pub(super) fn with_copies(cohort: CohortStats, templates: &[Template], copies: &[i64]) -> CohortStats {
    templates.iter().zip(copies).fold(cohort, |sums, (template, copies)| {
        let (x, n) = (i128::from(template.cohort_micro), i128::from(*copies));
        CohortStats { n: sums.n + copies, sum_micro: sums.sum_micro + n * x, sum_sq: sums.sum_sq + n * x * x }
    })
}

//! Submissions to copy from: answered by the ability model, scored by `scoring_v2` as those of the JSON contract.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::super::{
    ability::{self, Ability},
    dice::Dice,
};
use crate::{
    assessments::{bank::Bank, scoring::v2, standard_score::CohortStats},
    error::{Error, Result},
};

/// How many different submissions there are.
pub(super) const COUNT: usize = 1000;

/// A submission with its scores, as columns.
#[derive(Debug, Serialize)]
pub(super) struct Template {
    pub number: usize,
    answers: Value,
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

/// All templates of a bank; every question is answered, so that each set of answers has its full size.
pub(super) fn draw(bank: &Bank, now: DateTime<Utc>) -> Result<Vec<Template>> {
    (0..COUNT).map(|number| template(bank, number, now)).collect()
}

fn template(bank: &Bank, number: usize, now: DateTime<Utc>) -> Result<Template> {
    let mut dice = Dice::of(format_args!("bench template {number}"));
    let ability = Ability::new(&format!("bench {number}"), dice.bell());
    let mut answers = ability::submitted(bank, &ability.answers(bank, 0.0, &mut dice));
    for question in &bank.questions {
        answers.entry(question.id.clone()).or_insert_with(|| v2::NSP.to_owned());
    }
    let scored = v2::score(bank, &answers);
    let skill = |of: fn(&crate::assessments::scoring::SkillScore) -> i32| scored.skill_scores.iter().map(of).collect();
    Ok(Template {
        number,
        answers: serde_json::to_value(&answers).map_err(Error::internal)?,
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

//! Which forms exist for which combination of subject and grade, which are missing, and what a student of that
//! combination gets instead (decision 8). Pure, from the embedded banks and the very rule that chooses for families.

mod views;

#[cfg(test)]
mod tests;

use poem::{handler, web::Data};

use super::{READERS, store};
use crate::{
    accounts::families::SUBJECTS,
    assessments::{
        bank::{self, BankEdition},
        free,
        model::{Grade, RuleVersion, Subject},
    },
    ctx::Ctx,
    error::Result,
    web::{Page, Visitor},
};

/// A subject for a grade.
struct Combination {
    subject: Subject,
    grade: Grade,
    /// Its forms, the oldest first.
    forms: Vec<Form>,
    /// What its students get as long as there is none.
    instead: Option<BankEdition>,
}

/// A form with what has come in for it.
struct Form {
    edition: BankEdition,
    /// First attempts in the app.
    in_app: i64,
    /// Submissions by the JSON contract.
    received: i64,
}

/// Results of a cohort.
pub(super) struct Size {
    pub bank: String,
    pub rule_version: String,
    pub n: i64,
}

/// Every combination, by subject, the younger grade first.
fn combinations(editions: &[BankEdition], sizes: &[Size]) -> Vec<Combination> {
    let all = Subject::ALL.into_iter().flat_map(|subject| Grade::ALL.map(|grade| (subject, grade)));
    all.map(|(subject, grade)| {
        let mut forms: Vec<Form> = editions
            .iter()
            .filter(|one| one.bank.subject == subject && one.edition.grade == grade)
            .map(|one| Form {
                edition: *one,
                in_app: of(sizes, one, RuleVersion::V3),
                received: of(sizes, one, RuleVersion::V2),
            })
            .collect();
        forms.sort_by_key(|form| (form.edition.bank.date, form.edition.edition.id.clone()));
        let instead = if forms.is_empty() { instead(subject, grade) } else { None };
        Combination { subject, grade, forms, instead }
    })
    .collect()
}

fn of(sizes: &[Size], edition: &BankEdition, rule: RuleVersion) -> i64 {
    let same = |size: &&Size| size.bank == edition.edition.id && size.rule_version == rule.as_str();
    sizes.iter().filter(same).map(|size| size.n).sum()
}

/// What the free assessment gives to somebody who chooses this subject in this grade.
fn instead(subject: Subject, grade: Grade) -> Option<BankEdition> {
    let key = SUBJECTS.iter().map(|(key, _)| *key).find(|key| free::subject_of(key) == Some(subject))?;
    free::choose(&[key.to_owned()], grade.as_str()).map(|choice| choice.edition)
}

/// What students of *seconde* get, whatever they choose.
fn for_seconde() -> Option<BankEdition> {
    free::choose(&["MATHEMATIQUES".to_owned()], "SECONDE").map(|choice| choice.edition)
}

/// Subjects of the family's form that never have questions of their own.
fn other_subjects() -> Vec<&'static str> {
    SUBJECTS.iter().filter(|(key, _)| free::subject_of(key).is_none()).map(|(_, label)| *label).collect()
}

/// `/admin/formes`.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    visitor.in_role(READERS)?;
    let sizes = store::list_cohort_sizes(&ctx.pool).await?;
    let editions: Vec<BankEdition> = bank::editions().collect();
    let all = combinations(&editions, &sizes);
    Ok(Page::new("Formes des questionnaires", views::forms(&all, for_seconde(), &other_subjects())).wide())
}

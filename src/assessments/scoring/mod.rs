//! The scoring rules: from the answers of one student to scores and sentences. Pure: same answers, same result.
//!
//! Two versions live side by side and never mix (decision 2): [`v2`] for answers that arrive by the JSON contract,
//! [`v3`] for attempts made in the app. Both sort the answers into outcomes, and share what follows: tallies by domain
//! and skill, sentences, the JSON that is stored.
//! Integer percentages are rounded half up, from whole numbers. Every index lies between 0 and 100.

mod competences;
mod feedback;
mod result;
mod tally;
pub mod v2;
pub mod v3;

#[cfg(test)]
mod tests;

pub use self::{feedback::Feedback, result::ScoringResult};
use super::model::RuleVersion;

/// Everything that one scoring yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The rules that were used.
    pub rule: RuleVersion,
    /// Share of the points, in percent.
    pub global_score: i32,
    /// Composite that the SSN standardises, in millionths of a point (0 to 100 000 000).
    pub raw_micro: i64,
    /// What enters the cohort, in millionths of a point: v2 the global score, v3 the composite.
    pub cohort_micro: i64,
    /// Share of questions not left to "je ne sais pas", in percent.
    pub confidence_index: i32,
    /// Share of right answers among those given, in percent; v3: none when nothing was answered.
    pub precision_index: Option<i32>,
    /// Share of questions right or admitted unknown, in percent (v3).
    pub lucidity_index: Option<i32>,
    /// Precision, drawn to 50 when little was answered, in percent (v3).
    pub rigor_index: Option<i32>,
    /// One score for each domain of the bank, in its order; 0 where nothing was submitted.
    pub domain_scores: Vec<DomainScore>,
    /// One score for each skill of the questions that count, in the bank's order.
    pub skill_scores: Vec<SkillScore>,
    /// Competences: those of the contract in v2, those of the questions in v3.
    pub competences: Vec<CompetenceScore>,
    /// Counts.
    pub totals: Totals,
    /// Every question that counts, in the bank's order.
    pub marks: Vec<Mark>,
    /// Sentences for the student and the family.
    pub feedback: Feedback,
}

/// A question that counts, and whether it was known: "je ne sais pas" is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its place in the bank.
    pub question: usize,
    /// Whether the right option was chosen.
    pub right: bool,
}

/// Counts of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// In the bank.
    pub questions: i32,
    /// Those not left to "je ne sais pas". In v2 what was not submitted counts as attempted, as in the record.
    pub attempted: i32,
    /// Right.
    pub correct: i32,
    /// "Je ne sais pas"; in v2 also unknown ids, in v3 also what was not answered.
    pub nsp: i32,
}

/// Score of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainScore {
    /// Its key.
    pub domain: String,
    /// Its short name.
    pub label: String,
    /// Share of right answers, in percent, all questions counting the same.
    pub score: i32,
    /// Whether any question of it counted: if not, the score of 0 says nothing.
    pub measured: bool,
}

/// Score of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillScore {
    /// Its tag.
    pub tag: String,
    /// Share of right answers, in percent, all questions counting the same.
    pub score: i32,
    /// Right answers.
    pub right: i32,
    /// Questions that count; never 0.
    pub total: i32,
}

/// Score of a competence: a way of working, across the domains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompetenceScore {
    /// Its key in the stored JSON.
    pub key: String,
    /// Its name on screen.
    pub label: String,
    /// In percent.
    pub score: i32,
    /// Whether anything was there to measure it: if not, the score of 0 says nothing.
    pub measured: bool,
}

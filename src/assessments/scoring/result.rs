//! The `scoringResult` JSON that is stored with an assessment and served by the contract (spec §1.3.8).

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};

use super::Scored;

/// The contract's fields; those of `scoring_v3` alone are absent from a result of `scoring_v2`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoringResult {
    /// See [`Scored::global_score`].
    pub global_score: i32,
    /// See [`Scored::confidence_index`].
    pub confidence_index: i32,
    /// See [`Scored::precision_index`]; null when nothing was answered.
    pub precision_index: Option<i32>,
    /// See [`Scored::lucidity_index`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lucidity_index: Option<i32>,
    /// See [`Scored::rigor_index`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rigor_index: Option<i32>,
    /// Competences and domains.
    pub metrics: Metrics,
    /// Names of what is solid.
    pub strengths: Vec<String>,
    /// Names of what is to be worked on.
    pub weaknesses: Vec<String>,
    /// What to do next, a sentence each.
    pub recommendations: Vec<String>,
    /// The level in a sentence.
    pub diagnostic_text: String,
    /// How well the student knows what is known, in a sentence.
    pub lucidity_text: String,
    /// See [`super::Totals`].
    pub total_questions: i32,
    /// See [`super::Totals`].
    pub total_attempted: i32,
    /// See [`super::Totals`].
    pub total_correct: i32,
    /// See [`super::Totals`].
    #[serde(rename = "totalNSP")]
    pub total_nsp: i32,
    /// When it was scored; ISO 8601, UTC, milliseconds.
    #[serde(serialize_with = "iso_millis")]
    pub scored_at: DateTime<Utc>,
}

/// Competences by key, side by side with `categoryScores`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// Score of each domain that was measured, by key.
    #[serde(rename = "categoryScores")]
    pub category_scores: BTreeMap<String, i32>,
    /// Score of each competence, by key.
    #[serde(flatten)]
    pub competences: BTreeMap<String, i32>,
}

impl Scored {
    /// What is stored of it as JSON.
    pub fn result(&self, scored_at: DateTime<Utc>) -> ScoringResult {
        let domains = self.domain_scores.iter().filter(|it| it.measured);
        let feedback = self.feedback.clone();
        ScoringResult {
            global_score: self.global_score,
            confidence_index: self.confidence_index,
            precision_index: self.precision_index,
            lucidity_index: self.lucidity_index,
            rigor_index: self.rigor_index,
            metrics: Metrics {
                category_scores: domains.map(|it| (it.domain.clone(), it.score)).collect(),
                competences: self.competences.iter().map(|it| (it.key.clone(), it.score)).collect(),
            },
            strengths: feedback.strengths,
            weaknesses: feedback.weaknesses,
            recommendations: feedback.recommendations,
            diagnostic_text: feedback.diagnostic_text,
            lucidity_text: feedback.lucidity_text,
            total_questions: self.totals.questions,
            total_attempted: self.totals.attempted,
            total_correct: self.totals.correct,
            total_nsp: self.totals.nsp,
            scored_at,
        }
    }
}

fn iso_millis<S: Serializer>(moment: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
}

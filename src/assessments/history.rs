//! Completed assessments with their scores made again from the stored answers: published banks and rules never change,
//! so this is what was scored then. For what is attached late, and for rebuilding what follows from scores.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    bank::{self, BankEdition},
    model::RuleVersion,
    record::Standard,
    scoring::{
        Scored, v2,
        v3::{self, Answer},
    },
};
use crate::error::{Error, Result};

/// A completed assessment of a student.
pub struct Completed {
    /// Key in `assessments`.
    pub id: Uuid,
    /// Whose.
    pub student_id: Uuid,
    /// What was asked.
    pub edition: BankEdition,
    /// What was answered.
    pub scored: Scored,
    /// Its SSN as it stands, with the cohort that made it; none for practice.
    pub standard: Option<Standard>,
    /// When it was sent.
    pub completed_at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    student_id: Uuid,
    bank: String,
    engine_version: String,
    completed_at: DateTime<Utc>,
    answers: Option<Value>,
    ssn: Option<f64>,
    cohort_n: Option<i64>,
    cohort_std: Option<f64>,
    questions: Vec<i16>,
    codes: Vec<i16>,
}

/// Those among these assessments that are completed and have a student, the oldest first within each student.
pub async fn list(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Completed>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select a.id, a.student_id as "student_id!", a.bank, a.engine_version, a.completed_at as "completed_at!", a.answers,
                  s.ssn as "ssn?", s.cohort_n as "cohort_n?", s.cohort_std as "cohort_std?",
                  coalesce(g.questions, '{}') as "questions!", coalesce(g.codes, '{}') as "codes!"
           from assessments a
           left join standard_scores s on s.assessment_id = a.id
           left join lateral (
               select array_agg(question) as questions,
                      array_agg(case when nsp then 4::int2 else coalesce(choice, 5::int2) end) as codes
               from attempt_answers where assessment_id = a.id) g on true
           where a.id = any($1) and a.student_id is not null and a.status = 'COMPLETED'
           order by a.student_id, a.completed_at, a.id"#,
        ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::completed).collect()
}

/// All completed assessments of a student, by key.
pub async fn ids_of_student(conn: &mut PgConnection, student: Uuid) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!("select id from assessments where student_id = $1 and status = 'COMPLETED'", student)
        .fetch_all(conn)
        .await
        .map_err(Error::from)
}

impl Row {
    fn completed(self) -> Result<Completed> {
        let unknown = || Error::internal(anyhow::anyhow!("assessment {} names unknown bank {}", self.id, self.bank));
        let edition = bank::find(&self.bank).ok_or_else(unknown)?;
        let scored = match RuleVersion::parse(&self.engine_version) {
            Some(RuleVersion::V2) => v2::score(edition.bank, &self.submitted()?),
            _ => v3::score(edition.bank, &self.given(edition.bank.questions.len())),
        };
        let standard = match (self.ssn, self.cohort_n, self.cohort_std) {
            (Some(ssn), Some(cohort_n), Some(cohort_std)) => Some(Standard { ssn, cohort_n, cohort_std }),
            _ => None,
        };
        let Self { id, student_id, completed_at, .. } = self;
        Ok(Completed { id, student_id, edition, scored, standard, completed_at })
    }

    /// Answers of the JSON contract, by question.
    fn submitted(&self) -> Result<BTreeMap<String, String>> {
        let answers = self.answers.clone().unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        serde_json::from_value(answers).map_err(Error::internal)
    }

    /// Answers of an attempt, in the bank's order.
    fn given(&self, count: usize) -> Vec<Answer> {
        let mut answers = vec![Answer::Unanswered; count];
        for (question, code) in self.questions.iter().zip(&self.codes) {
            if let Some(slot) = usize::try_from(*question).ok().and_then(|at| answers.get_mut(at)) {
                *slot = match usize::try_from(*code) {
                    Ok(option @ 0..=3) => Answer::Choice(option),
                    Ok(4) => Answer::Nsp,
                    _ => Answer::Unanswered,
                };
            }
        }
        answers
    }
}

//! Reads the list.

use chrono::NaiveDate;
use sqlx::PgPool;
use uuid::Uuid;

use super::Filter;
use crate::error::{Error, Result};

/// A result of the list.
#[derive(Debug)]
pub struct Row {
    /// Key in `assessments`.
    pub assessment_id: Uuid,
    /// First and last name.
    pub student_name: String,
    /// MATHS, NSI or GENERAL.
    pub subject: String,
    /// Edition of the bank.
    pub bank: String,
    /// Day in Tunis.
    pub scored_on: NaiveDate,
    /// The standardised score.
    pub ssn: f64,
    /// Share of the points, in percent.
    pub global_score: i16,
}

/// At most so many results after the cursor, newest first.
pub async fn list(pool: &PgPool, filter: &Filter, limit: i64) -> Result<Vec<Row>> {
    let ((low, high), (from, to)) = (filter.scores(), filter.days());
    let (day, id) = filter.cursor().unwrap_or((to, Uuid::nil()));
    sqlx::query_as!(
        Row,
        r#"select r.assessment_id, a.student_name, r.subject, r.bank, r.scored_on, r.ssn, r.global_score
           from (
               select s.*, c.subject, c.bank from cohorts c cross join lateral (
                   select assessment_id, scored_on, ssn, global_score from standard_scores
                   where cohort_id = c.id and ssn >= $3 and ssn < $4 and scored_on >= $5 and scored_on < $6
                     and (scored_on, assessment_id) < ($7, $8)
                   order by scored_on desc, assessment_id desc limit $9) s
               where ($1::text is null or c.subject = $1) and ($2::text is null or c.bank = $2)
                 and ($10::text is null or c.rule_version = $10)
               order by s.scored_on desc, s.assessment_id desc limit $9) r
           join assessments a on a.id = r.assessment_id
           order by r.scored_on desc, r.assessment_id desc"#,
        filter.subject().map(|subject| subject.as_str()),
        filter.edition(),
        low,
        high,
        from,
        to,
        day,
        id,
        limit,
        filter.rule().map(|rule| rule.as_str())
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

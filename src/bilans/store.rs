//! SQL of the reports.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{Audience, GenerationStatus};
use crate::error::Result;

/// What the model wrote, accepted.
pub struct NewReport<'a> {
    pub audience: Audience,
    pub markdown: &'a str,
    pub model: &'a str,
    pub prompt_version: &'a str,
    /// The SSN that the text speaks of.
    pub ssn: Option<f64>,
}

/// Stores a report; one that is there already stays.
pub async fn insert_report(pool: &PgPool, assessment: Uuid, report: &NewReport<'_>) -> Result<()> {
    sqlx::query!(
        "insert into reports (assessment_id, audience, markdown, model, prompt_version, ssn)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        assessment,
        report.audience.key(),
        report.markdown,
        report.model,
        report.prompt_version,
        report.ssn
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Ends the generation, if it has not ended yet: the status, its code, and for a failure the cause and the count.
/// Whether it ended now.
pub async fn set_ended(
    conn: &mut PgConnection,
    assessment: Uuid,
    status: GenerationStatus,
    details: Option<&str>,
) -> Result<bool> {
    let ended = sqlx::query!(
        "update assessments set generation_status = $2, error_code = $3, error_details = $4, retry_count = retry_count + $5
         where id = $1 and generation_status = 'PENDING'",
        assessment,
        status.key(),
        status.error_code(),
        details,
        i16::from(status == GenerationStatus::Failed)
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Who is told that there is something to read: the student, and the guardians who may see.
pub struct Reading {
    /// Whom.
    pub person: Uuid,
    /// Whether this is the student.
    pub is_student: bool,
    /// The student's first name.
    pub student: String,
}

/// The readers of an assessment's reports who have an account; nobody for a submission that belongs to no student.
pub async fn list_readers(conn: &mut PgConnection, assessment: Uuid) -> Result<Vec<Reading>> {
    let rows = sqlx::query_as!(
        Reading,
        r#"with student as (
               select u.id, u.first_name from assessments a join users u on u.id = a.student_id where a.id = $1)
           select id as "person!", true as "is_student!", first_name as "student!" from student
           union all
           select g.guardian_id, false, s.first_name from student s
           join guardianships g on g.student_id = s.id and 'VIEW' = any (g.rights)"#,
        assessment
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// From failed back to pending; false when it had not failed.
pub async fn set_pending_again(conn: &mut PgConnection, assessment: Uuid) -> Result<bool> {
    let changed = sqlx::query!(
        "update assessments set generation_status = 'PENDING', error_code = null, error_details = null
         where id = $1 and generation_status = 'FAILED'",
        assessment
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected() == 1)
}

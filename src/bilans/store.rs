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
pub async fn set_ended(
    conn: &mut PgConnection,
    assessment: Uuid,
    status: GenerationStatus,
    details: Option<&str>,
) -> Result<()> {
    sqlx::query!(
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
    Ok(())
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

//! SQL of the forms that were taken.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::error::{Error, Result};

/// A result on a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The edition, as `assessments.bank` names it.
    pub form: String,
    /// When it was sent.
    pub at: DateTime<Utc>,
}

/// Forms on which this student has a result, the first taken first: by account, or by what was begun in the same browser
/// under the same name (as `has_result_on_form` in the database knows it).
pub async fn list_taken(
    db: impl PgExecutor<'_>,
    student: Option<Uuid>,
    name: &str,
    begun: &[Uuid],
) -> Result<Vec<Taken>> {
    sqlx::query_as!(
        Taken,
        r#"select bank as form, completed_at as "at!" from assessments
           where status = 'COMPLETED' and origin = 'APP'
             and (student_id = $1 or id = any($2) and lower(student_name) = lower($3))
           order by completed_at"#,
        student,
        begun,
        name
    )
    .fetch_all(db)
    .await
    .map_err(Error::from)
}

//! SQL of the question; nothing is written here.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::error::{Error, Result};

/// How many are asked about at once; the rest comes up as these are answered.
const MOST_ASKED: i64 = 3;

/// A completed assessment that nobody owns yet.
#[derive(Debug)]
pub struct Asked {
    /// Key in `bilan_requests`.
    pub request_id: Uuid,
    /// The child's, as it was typed.
    pub first_name: String,
    /// Key of the subject.
    pub subject: String,
    /// When it was sent.
    pub completed_at: DateTime<Utc>,
    /// False once the parent has answered.
    waits: bool,
}

/// What this parent is to be asked about, the oldest first, at most [`MOST_ASKED`]; nothing for anybody else.
pub async fn list(db: impl PgExecutor<'_>, parent: Uuid) -> Result<Vec<Asked>> {
    load(db, parent, None).await
}

/// Whether this request waits for the parent's answer; none unless it is asked about, or was answered by the parent.
pub(super) async fn find_waits(conn: &mut PgConnection, parent: Uuid, request: Uuid) -> Result<Option<bool>> {
    Ok(load(conn, parent, Some(request)).await?.first().map(|asked| asked.waits))
}

/// Requests with the address of this active parent, made since the account exists and sent to the end: all that wait, or
/// this one. None for a child of this name whom the parent may not see.
async fn load(db: impl PgExecutor<'_>, parent: Uuid, request: Option<Uuid>) -> Result<Vec<Asked>> {
    sqlx::query_as!(
        Asked,
        r#"select r.id as request_id, r.student_first_name as first_name, a.subject, a.completed_at as "completed_at!",
                  (r.guardian_id is null and r.student_id is null and r.disowned_at is null) as "waits!"
           from users o
           join bilan_requests r on r.parent_email = o.email
           join assessments a on a.request_id = r.id and a.status = 'COMPLETED' and a.completed_at is not null
           where o.id = $1 and o.role = 'PARENT' and o.activated_at is not null and o.deactivated_at is null
             and r.created_at >= o.created_at
             and case when $2::uuid is null
                 then r.guardian_id is null and r.student_id is null and r.disowned_at is null
                 else r.id = $2 and (r.guardian_id = o.id or r.guardian_id is null and r.student_id is null) end
             and not exists (
                 select from guardianships g join users c on c.id = g.student_id
                 where g.guardian_id = o.id and not 'VIEW' = any(g.rights)
                   and lower(c.first_name) = lower(r.student_first_name) and lower(c.last_name) = lower(r.student_last_name))
           order by r.id limit $3"#,
        parent,
        request,
        MOST_ASKED
    )
    .fetch_all(db)
    .await
    .map_err(Error::from)
}

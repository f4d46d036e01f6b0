//! SQL of alerts.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use crate::error::Result;

/// Stores an alert; nothing when the question has one.
pub(super) async fn insert(
    db: impl PgExecutor<'_>,
    person: Uuid,
    question: Uuid,
    kind: &str,
    found_by: &str,
    message: &str,
) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "insert into aria_alerts (id, user_id, question_id, kind, found_by, message) values ($1, $2, $3, $4, $5, $6)
         on conflict (question_id) do nothing returning id",
        Uuid::now_v7(),
        person,
        question,
        kind,
        found_by,
        message
    )
    .fetch_optional(db)
    .await?;
    Ok(id)
}

/// The staff who are told.
pub(super) async fn list_responsible(db: impl PgExecutor<'_>) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select id from users where role in ('ADMIN', 'ASSISTANTE') and deactivated_at is null order by role, id"
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// Who asked what: (person, question, words).
pub(super) async fn find_question(db: impl PgExecutor<'_>, generation: Uuid) -> Result<(Uuid, Uuid, String)> {
    let row = sqlx::query!(
        "select q.user_id, q.id, q.content from aria_generations g join aria_questions q on q.id = g.question_id where g.id = $1",
        generation
    )
    .fetch_one(db)
    .await?;
    Ok((row.user_id, row.id, row.content))
}

/// An alert, as staff see it.
#[derive(Debug)]
pub(super) struct Alert {
    pub id: Uuid,
    pub user_id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub role: String,
    pub phone: Option<String>,
    pub kind: String,
    pub found_by: String,
    pub message: String,
    pub created_at: DateTime<Utc>,
    pub handler: Option<String>,
    pub handled_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

/// Open ones first, then the newest; before a place.
pub(super) async fn list(pool: &PgPool, before: Option<Uuid>, most: i64) -> Result<Vec<Alert>> {
    let alerts = sqlx::query_as!(
        Alert,
        r#"select a.id, a.user_id, u.first_name, u.last_name, u.role, u.phone, a.kind, a.found_by, '' as "message!", a.created_at,
                  h.first_name || ' ' || h.last_name as handler, a.handled_at, a.note
           from aria_alerts a join users u on u.id = a.user_id left join users h on h.id = a.handled_by
           where $1::uuid is null or (a.handled_at is null, a.created_at, a.id)
                 < (select p.handled_at is null, p.created_at, p.id from aria_alerts p where p.id = $1)
           order by a.handled_at is null desc, a.created_at desc, a.id desc limit $2"#,
        before,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(alerts)
}

/// One alert, with the message.
pub(super) async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<Alert> {
    let alert = sqlx::query_as!(
        Alert,
        r#"select a.id, a.user_id, u.first_name, u.last_name, u.role, u.phone, a.kind, a.found_by, a.message, a.created_at,
                  h.first_name || ' ' || h.last_name as handler, a.handled_at, a.note
           from aria_alerts a join users u on u.id = a.user_id left join users h on h.id = a.handled_by where a.id = $1"#,
        id
    )
    .fetch_one(db)
    .await?;
    Ok(alert)
}

/// A guardian whom staff may call.
#[derive(Debug)]
pub(super) struct Guardian {
    pub name: String,
    pub phone: Option<String>,
}

/// The guardians of a student.
pub(super) async fn list_guardians(pool: &PgPool, student: Uuid) -> Result<Vec<Guardian>> {
    let guardians = sqlx::query_as!(
        Guardian,
        r#"select u.first_name || ' ' || u.last_name as "name!", u.phone from guardianships g
           join users u on u.id = g.guardian_id where g.student_id = $1 order by u.last_name, u.id"#,
        student
    )
    .fetch_all(pool)
    .await?;
    Ok(guardians)
}

/// Closes it; false when somebody else has.
pub(super) async fn close(db: impl PgExecutor<'_>, id: Uuid, by: Uuid, note: &str) -> Result<bool> {
    let closed = sqlx::query!(
        "update aria_alerts set handled_by = $2, handled_at = now(), note = $3 where id = $1 and handled_at is null",
        id,
        by,
        note
    )
    .execute(db)
    .await?;
    Ok(closed.rows_affected() == 1)
}

//! SQL of alerts.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::Sign;
use crate::{aria::safety::Kind, error::Result};

/// What an alert is told with.
#[derive(Debug)]
pub(super) struct Told {
    /// The alert that the notification leads to: the first of this person and kind within the hour that is still open.
    pub with: Uuid,
    /// First name of the person.
    pub first_name: String,
    /// Open alerts that the notification stands for.
    pub messages: i64,
}

/// Stores an alert; nothing when the question has one. A question that was deleted meanwhile leaves its words alone.
pub(super) async fn insert(db: impl PgExecutor<'_>, sign: &Sign) -> Result<Option<Told>> {
    let told = sqlx::query_as!(
        Told,
        r#"with first as (
               select id from aria_alerts
               where handled_at is null and created_at > now() - interval '1 hour'
                 and user_id = $2 and kind = $4 and told_with is null
               order by created_at desc limit 1
           ), new as (
               insert into aria_alerts (id, user_id, question_id, kind, found_by, message, told_with)
               values ($1, $2, (select id from aria_questions where id = $3 for key share), $4, $5, $6,
                       (select id from first))
               on conflict do nothing returning id, user_id, told_with
           )
           select coalesce(n.told_with, n.id) as "with!", u.first_name,
                  case when n.told_with is null then 1 else 2 + (
                      select count(*) from aria_alerts a
                      where a.handled_at is null and a.created_at > now() - interval '1 hour' and a.told_with = n.told_with)
                  end as "messages!"
           from new n join users u on u.id = n.user_id"#,
        sign.alert,
        sign.person,
        sign.question,
        sign.kind.key(),
        sign.found_by.key(),
        sign.message
    )
    .fetch_optional(db)
    .await?;
    Ok(told)
}

/// People of whom open alerts are shown at once.
pub(super) const MOST_PEOPLE: usize = 30;
/// Open alerts that are looked at for it, the newest.
const MOST_OPEN: i64 = 300;

/// What is open of one person.
#[derive(Debug)]
pub struct Open {
    /// The alert to read first: of the most urgent kind, the newest.
    pub(super) alert: Uuid,
    pub(super) first_name: String,
    pub(super) last_name: String,
    /// The most urgent kind.
    pub(super) kind: String,
    /// Alerts that are open.
    pub messages: i64,
    /// Since when the oldest is.
    pub(super) since: DateTime<Utc>,
}

/// The people whose alerts are open, the most urgent first; what it costs depends on what is open.
pub async fn list_open(pool: &PgPool) -> Result<Vec<Open>> {
    let urgency: Vec<&str> = Kind::ALL.iter().map(|kind| kind.key()).collect();
    let open = sqlx::query_as!(
        Open,
        r#"with open as (
               select id, user_id, kind, created_at, array_position($1::text[], kind) as rank from aria_alerts
               where handled_at is null order by created_at desc limit $2)
           select (array_agg(o.id order by o.rank, o.created_at desc))[1] as "alert!", u.first_name, u.last_name,
                  (array_agg(o.kind order by o.rank))[1] as "kind!", count(*) as "messages!", min(o.created_at) as "since!"
           from open o join users u on u.id = o.user_id
           group by u.id order by min(o.rank), max(o.created_at) desc limit $3"#,
        &urgency as &[&str],
        MOST_OPEN,
        MOST_PEOPLE as i64
    )
    .fetch_all(pool)
    .await?;
    Ok(open)
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

/// Another open alert of the same person.
#[derive(Debug)]
pub(super) struct Other {
    pub id: Uuid,
    pub kind: String,
    pub created_at: DateTime<Utc>,
}

/// The other open alerts of the person, the newest first.
pub(super) async fn list_others(pool: &PgPool, alert: &Alert) -> Result<Vec<Other>> {
    let others = sqlx::query_as!(
        Other,
        "select id, kind, created_at from aria_alerts where handled_at is null and user_id = $1 and id <> $2
         order by created_at desc limit 20",
        alert.user_id,
        alert.id
    )
    .fetch_all(pool)
    .await?;
    Ok(others)
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

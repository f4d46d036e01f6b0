//! SQL of limits and usage.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::Left;
use crate::{error::Result, web::Role};

/// What is left today.
pub async fn left(db: impl PgExecutor<'_>, person: Uuid, role: Role) -> Result<Left> {
    let row = sqlx::query!(
        r#"select l.per_day, l.plan, (now() at time zone 'Africa/Tunis')::date as "day!",
                  coalesce((select used from aria_usage u
                            where u.user_id = $1 and u.day = (now() at time zone 'Africa/Tunis')::date), 0) as "used!"
           from aria_limits l where l.role = $2 and (l.plan = 'FREE' or has_feature($1, 'aria'))
           order by l.plan = 'SUBSCRIBER' desc limit 1"#,
        person,
        role.key()
    )
    .fetch_one(db)
    .await?;
    Ok(Left { per_day: row.per_day, used: row.used, day: row.day, free: row.plan == "FREE" })
}

/// A limit, for the admin's page.
#[derive(Debug)]
pub(super) struct Limit {
    pub role: String,
    pub plan: String,
    pub per_day: i32,
    pub updated_at: DateTime<Utc>,
}

/// All limits.
pub(super) async fn list_limits(db: impl PgExecutor<'_>) -> Result<Vec<Limit>> {
    let limits = sqlx::query_as!(
        Limit,
        "select role, plan, per_day, updated_at from aria_limits
         order by array_position(array['ELEVE', 'PARENT', 'COACH', 'ASSISTANTE', 'ADMIN'], role), plan"
    )
    .fetch_all(db)
    .await?;
    Ok(limits)
}

/// Sets a limit; answers what it was, if it is another now.
pub(super) async fn set_limit(
    conn: &mut PgConnection,
    role: &str,
    plan: &str,
    per_day: i32,
    by: Uuid,
) -> Result<Option<i32>> {
    let before = sqlx::query_scalar!(
        "with old as (select per_day from aria_limits where role = $1 and plan = $2 for update)
         update aria_limits l set per_day = $3, updated_by = $4, updated_at = now() from old
         where l.role = $1 and l.plan = $2 and l.per_day <> $3 returning old.per_day",
        role,
        plan,
        per_day,
        by
    )
    .fetch_optional(conn)
    .await?;
    Ok(before)
}

/// A student who has ARIA+.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub id: Uuid,
    pub first_name: String,
    pub last_name: String,
    pub ends_at: Option<DateTime<Utc>>,
}

/// The students who have ARIA+ now, by name; at most `most`.
pub(super) async fn list_subscribers(pool: &PgPool, most: i64) -> Result<Vec<Subscriber>> {
    let list = sqlx::query_as!(
        Subscriber,
        r#"select u.id, u.first_name, u.last_name, e.ends_at from entitlements e join users u on u.id = e.user_id
           where e.feature = 'aria' and e.withdrawn_at is null and e.starts_at <= now()
             and (e.ends_at is null or e.ends_at > now())
           order by plain_text(u.last_name), plain_text(u.first_name), u.id limit $1"#,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(list)
}

/// The student whose e-mail, identifier or whole name this is, when it is one alone.
pub(super) async fn find_student(db: impl PgExecutor<'_>, words: &str) -> Result<Option<Uuid>> {
    let found = sqlx::query_scalar!(
        "select u.id from users u join students s on s.user_id = u.id
         where u.deactivated_at is null and (u.email = lower($1) or u.identifier = lower($1)
            or plain_text(u.first_name || ' ' || u.last_name) = plain_text($1)
            or plain_text(u.last_name || ' ' || u.first_name) = plain_text($1)) limit 2",
        words
    )
    .fetch_all(db)
    .await?;
    Ok(if let [one] = found[..] { Some(one) } else { None })
}

/// Forgets days that are long over: the counts are for limits only.
pub async fn forget_old(pool: &PgPool) -> Result<u64> {
    let gone = sqlx::query!("delete from aria_usage where day < (now() at time zone 'Africa/Tunis')::date - 62")
        .execute(pool)
        .await?;
    Ok(gone.rows_affected())
}

//! SQL of memories.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::{MOST, draw::Drawn};
use crate::{error::Result, subjects::SchoolSubject};

/// A memory, as the student sees it.
#[derive(Debug)]
pub(super) struct Memory {
    pub id: Uuid,
    pub kind: String,
    pub content: String,
    pub conversation_id: Option<Uuid>,
    pub source_title: String,
    pub created_at: DateTime<Utc>,
    pub corrected_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
}

/// All of a student's that live.
pub(super) async fn list(pool: &PgPool, student: Uuid) -> Result<Vec<Memory>> {
    let memories = sqlx::query_as!(
        Memory,
        "select id, kind, content, conversation_id, source_title, created_at, corrected_at, expires_at from memories
         where user_id = $1 and expires_at > now() order by kind, created_at desc, id limit $2",
        student,
        MOST
    )
    .fetch_all(pool)
    .await?;
    Ok(memories)
}

/// What is told to the model: those of the subject and those of none, the newest first.
pub async fn list_for_prompt(pool: &PgPool, student: Uuid, subject: SchoolSubject) -> Result<Vec<String>> {
    let contents = sqlx::query_scalar!(
        "select content from memories where user_id = $1 and expires_at > now() and (subject is null or subject = $2)
         order by coalesce(corrected_at, created_at) desc limit 12",
        student,
        subject.key()
    )
    .fetch_all(pool)
    .await?;
    Ok(contents)
}

/// Corrects one of the student's; false when it is not theirs. One that says what another says already is that other one.
pub(super) async fn update(db: impl PgExecutor<'_>, student: Uuid, id: Uuid, content: &str) -> Result<bool> {
    let done = sqlx::query_scalar!(
        r#"with same as (
               select id from memories where user_id = $2 and content = $3 and id <> $1
           ), forgotten as (
               insert into memories_forgotten (user_id, digest)
               select user_id, memory_digest(content) from memories where id = $1 and user_id = $2 and content <> $3
               on conflict do nothing
           ), gone as (
               delete from memories where id = $1 and user_id = $2 and exists (select from same) returning id
           ), changed as (
               update memories set content = $3, corrected_at = now()
               where id = $1 and user_id = $2 and not exists (select from same) returning id
           )
           select exists (select from gone union all select from changed) as "done!""#,
        id,
        student,
        content
    )
    .fetch_one(db)
    .await?;
    Ok(done)
}

/// Forgets one of the student's; false when it is not theirs.
pub(super) async fn delete(db: impl PgExecutor<'_>, student: Uuid, id: Uuid) -> Result<bool> {
    let gone = sqlx::query_scalar!(
        r#"with gone as (
               delete from memories where id = $1 and user_id = $2 returning user_id, content
           ), forgotten as (
               insert into memories_forgotten (user_id, digest) select user_id, memory_digest(content) from gone
               on conflict do nothing
           )
           select exists (select from gone) as "gone!""#,
        id,
        student
    );
    Ok(gone.fetch_one(db).await?)
}

/// Forgets all of the student's.
pub(super) async fn delete_all(db: impl PgExecutor<'_>, student: Uuid) -> Result<u64> {
    let gone = sqlx::query_scalar!(
        r#"with gone as (
               delete from memories where user_id = $1 returning user_id, content
           ), forgotten as (
               insert into memories_forgotten (user_id, digest) select distinct user_id, memory_digest(content) from gone
               on conflict do nothing
           )
           select count(*) as "gone!" from gone"#,
        student
    );
    Ok(gone.fetch_one(db).await?.unsigned_abs())
}

/// Forgets what is over.
pub(super) async fn delete_expired(pool: &PgPool) -> Result<u64> {
    sqlx::query!("delete from memories_forgotten where forgotten_at < now() - interval '2 years'")
        .execute(pool)
        .await?;
    Ok(sqlx::query!("delete from memories where expires_at < now()").execute(pool).await?.rows_affected())
}

/// Takes students' conversations that have been quiet for a while and hold something new, at most `most`: each once for
/// what was said last, and again after hours, for some days, while it is not remembered.
pub(super) async fn take_quiet(conn: &mut PgConnection, most: i64) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "update aria_conversations c set memory_queued_for = c.updated_at, memory_queued_at = now()
         where c.id in (
             select q.id from aria_conversations q
             where q.updated_at between now() - interval '3 days' and now() - interval '10 minutes'
               and (q.remembered_until is null or q.remembered_until < q.updated_at)
               and (q.memory_queued_for is distinct from q.updated_at
                    or q.memory_queued_at < now() - interval '6 hours')
             order by q.updated_at limit $1 for update skip locked)
         returning c.id",
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(ids)
}

/// A conversation to draw memories from.
#[derive(Debug)]
pub(super) struct Quiet {
    pub user_id: Uuid,
    pub subject: String,
    pub title: String,
    pub titled_by: String,
    pub updated_at: DateTime<Utc>,
    pub remembered_until: Option<DateTime<Utc>>,
}

/// The conversation, if it still exists.
pub(super) async fn find_quiet(pool: &PgPool, id: Uuid) -> Result<Option<Quiet>> {
    let quiet = sqlx::query_as!(
        Quiet,
        "select user_id, subject, title, titled_by, updated_at, remembered_until from aria_conversations where id = $1",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(quiet)
}

/// Keeps what was drawn and notes until when the conversation was read. The oldest of too many go.
pub(super) async fn keep(
    conn: &mut PgConnection,
    conversation: Uuid,
    quiet: &Quiet,
    drawn: &[Drawn],
    title: Option<&str>,
) -> Result<()> {
    for one in drawn {
        sqlx::query!(
            "insert into memories (id, user_id, kind, content, subject, conversation_id, source_title, expires_at)
             select $1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 day'
             where not exists (select from memories_forgotten where user_id = $2 and digest = memory_digest($4))
             on conflict (user_id, content) do nothing",
            Uuid::now_v7(),
            quiet.user_id,
            one.kind.key(),
            one.content,
            quiet.subject,
            conversation,
            quiet.title,
            one.days as f64
        )
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query!(
        "delete from memories where user_id = $1 and id in (
             select id from memories where user_id = $1 order by coalesce(corrected_at, created_at) desc offset $2)",
        quiet.user_id,
        MOST
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update aria_conversations
         set remembered_until = $2, title = case when titled_by = 'QUESTION' then coalesce($3, title) else title end,
             titled_by = case when titled_by = 'QUESTION' and $3::text is not null then 'MODEL' else titled_by end
         where id = $1",
        conversation,
        quiet.updated_at,
        title
    )
    .execute(conn)
    .await?;
    Ok(())
}

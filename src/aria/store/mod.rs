//! SQL of conversations, questions and answers. Everything is loaded through its owner.

mod taking;
mod turns;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

pub use self::{
    taking::{Begins, Outcome, Taking, take},
    turns::{find_by_key, find_question, find_turn, list_turns, list_turns_of, set_feedback, want_stop},
};
use super::model::Conversation;
use crate::{
    error::{Error, Result},
    subjects::SchoolSubject,
    web::Role,
};

struct ConversationRow {
    id: Uuid,
    student_id: Option<Uuid>,
    student_name: Option<String>,
    subject: String,
    title: String,
    updated_at: DateTime<Utc>,
}

impl ConversationRow {
    fn read(self) -> Result<Conversation> {
        let subject = SchoolSubject::parse(&self.subject)
            .ok_or_else(|| Error::internal(anyhow::anyhow!("unknown subject {:?}", self.subject)))?;
        Ok(Conversation {
            id: self.id,
            student_id: self.student_id,
            student_name: self.student_name,
            subject,
            title: self.title,
            updated_at: self.updated_at,
        })
    }
}

/// The person's conversation.
pub async fn find_conversation(db: impl PgExecutor<'_>, owner: Uuid, id: Uuid) -> Result<Option<Conversation>> {
    let row = sqlx::query_as!(
        ConversationRow,
        r#"select c.id, c.student_id, s.first_name as "student_name?", c.subject, c.title, c.updated_at
           from aria_conversations c left join users s on s.id = c.student_id where c.id = $1 and c.user_id = $2"#,
        id,
        owner
    )
    .fetch_optional(db)
    .await?;
    row.map(ConversationRow::read).transpose()
}

/// The person's conversations, newest first: of one subject, whose title or questions hold these words, after a place.
pub async fn list_conversations(
    pool: &PgPool,
    owner: Uuid,
    subject: Option<SchoolSubject>,
    words: &str,
    before: Option<(DateTime<Utc>, Uuid)>,
    most: i64,
) -> Result<Vec<Conversation>> {
    let (at, id) = before.unzip();
    let rows = sqlx::query_as!(
        ConversationRow,
        r#"select c.id, c.student_id, s.first_name as "student_name?", c.subject, c.title, c.updated_at
           from aria_conversations c left join users s on s.id = c.student_id
           where c.user_id = $1 and ($2::text is null or c.subject = $2)
             and ($3 = '' or position(plain_text($3) in c.search_text) > 0 or exists (
                 select from aria_questions q
                 where q.conversation_id = c.id and position(plain_text($3) in plain_text(q.content)) > 0))
             and ($4::timestamptz is null or (c.updated_at, c.id) < ($4, $5))
           order by c.updated_at desc, c.id desc limit $6"#,
        owner,
        subject.map(SchoolSubject::key),
        words,
        at,
        id,
        most
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(ConversationRow::read).collect()
}

/// Gives it a title that nothing changes any more; false when it is not the person's.
pub async fn set_title(db: impl PgExecutor<'_>, owner: Uuid, id: Uuid, title: &str) -> Result<bool> {
    let set = sqlx::query!(
        "update aria_conversations set title = $3, titled_by = 'PERSON' where id = $1 and user_id = $2",
        id,
        owner,
        title
    )
    .execute(db)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// Gives the conversation of this question another title, if it still bears the words of the question as its own.
pub async fn unname(db: impl PgExecutor<'_>, question: Uuid, title: &str, neutral: &str) -> Result<()> {
    sqlx::query!(
        "update aria_conversations c set title = $3 from aria_questions q
         where q.id = $1 and c.id = q.conversation_id and c.titled_by = 'QUESTION' and c.title = $2",
        question,
        title,
        neutral
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes it with all that was said; false when it is not the person's.
pub async fn delete_conversation(db: impl PgExecutor<'_>, owner: Uuid, id: Uuid) -> Result<bool> {
    let gone =
        sqlx::query!("delete from aria_conversations where id = $1 and user_id = $2", id, owner).execute(db).await?;
    Ok(gone.rows_affected() == 1)
}

/// Counts a judgement of a student; answers (questions, judgements) of each subject.
pub async fn count_feedback(conn: &mut PgConnection, student: Uuid, subject: &str) -> Result<Vec<(i64, i64)>> {
    let rows = sqlx::query!(
        r#"with counted as (
               insert into aria_counts as c (user_id, subject, questions, feedbacks) values ($1, $2, 0, 1)
               on conflict (user_id, subject) do update set feedbacks = c.feedbacks + 1
               returning questions, feedbacks
           )
           select questions as "questions!", feedbacks as "feedbacks!" from counted
           union all
           select questions, feedbacks from aria_counts where user_id = $1 and subject <> $2"#,
        student,
        subject
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.questions, row.feedbacks)).collect())
}

/// The students whom a parent or a coach may ask about: (key, first name and name).
pub async fn list_students(pool: &PgPool, person: Uuid, role: Role) -> Result<Vec<(Uuid, String)>> {
    if !matches!(role, Role::Parent | Role::Coach) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select u.id, case when $2 then u.first_name else u.first_name || ' ' || u.last_name end as "name!"
           from users u
           where u.deactivated_at is null and u.id in (
               select student_id from guardianships where guardian_id = $1 and 'VIEW' = any (rights)
               union select student_id from coach_students where coach_id = $1)
           order by u.first_name, u.last_name, u.id limit 80"#,
        person,
        role == Role::Parent
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

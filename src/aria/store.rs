//! SQL of conversations, questions and answers. Everything is loaded through its owner.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::model::{Answer, Citation, Conversation, Mode, State, Turn};
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

/// Begins a conversation.
pub async fn insert_conversation(
    conn: &mut PgConnection,
    id: Uuid,
    owner: Uuid,
    student: Option<Uuid>,
    subject: SchoolSubject,
    title: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into aria_conversations (id, user_id, student_id, subject, title) values ($1, $2, $3, $4, $5)",
        id,
        owner,
        student,
        subject.key(),
        title
    )
    .execute(conn)
    .await?;
    Ok(())
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

/// Deletes it with all that was said; false when it is not the person's.
pub async fn delete_conversation(db: impl PgExecutor<'_>, owner: Uuid, id: Uuid) -> Result<bool> {
    let gone =
        sqlx::query!("delete from aria_conversations where id = $1 and user_id = $2", id, owner).execute(db).await?;
    Ok(gone.rows_affected() == 1)
}

/// Stores a question and counts the conversation as used; nothing when this form was sent before.
pub async fn insert_question(
    conn: &mut PgConnection,
    conversation: Uuid,
    owner: Uuid,
    key: &str,
    content: &str,
) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "with new as (
             insert into aria_questions (id, conversation_id, user_id, form_key, content) values ($1, $2, $3, $4, $5)
             on conflict (user_id, form_key) do nothing returning id
         ), used as (
             update aria_conversations set updated_at = now() where id = $2 and exists (select from new)
         )
         select id from new",
        Uuid::now_v7(),
        conversation,
        owner,
        key,
        content
    )
    .fetch_optional(conn)
    .await?;
    Ok(id)
}

/// What a new answer begins with.
#[derive(Debug)]
pub struct NewAnswer<'a> {
    /// Its key.
    pub id: Uuid,
    /// Of which question.
    pub question: Uuid,
    /// In which conversation.
    pub conversation: Uuid,
    /// For whom.
    pub owner: Uuid,
    /// The server that writes it.
    pub writer: Uuid,
    /// The day that it is counted on; none when it is not counted.
    pub quota_day: Option<NaiveDate>,
    /// The fixed text, when it is whole already.
    pub fixed: Option<&'a str>,
}

/// Stores a new answer. One that is running in the same conversation refuses it (`aria_generations_one_at_a_time`).
pub async fn insert_answer(conn: &mut PgConnection, new: &NewAnswer<'_>) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into aria_generations (id, question_id, conversation_id, user_id, state, mode, lease, answer, quota_day, quota, ended_at)
         values ($1, $2, $3, $4, case when $6::text is null then 'RUNNING' else 'DONE' end,
                 case when $6::text is null then 'MODEL' else 'SAFETY' end, case when $6::text is null then $5::uuid end,
                 $6, $7, case when $7::date is null then 'NONE' else 'RESERVED' end,
                 case when $6::text is not null then now() end)",
        new.id,
        new.question,
        new.conversation,
        new.owner,
        new.writer,
        new.fixed,
        new.quota_day
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest answer to the question of a form that was sent before: (conversation, answer).
pub async fn find_by_key(conn: &mut PgConnection, owner: Uuid, key: &str) -> Result<Option<(Uuid, Uuid)>> {
    let row = sqlx::query!(
        "select g.conversation_id, g.id from aria_questions q join aria_generations g on g.question_id = q.id
         where q.user_id = $1 and q.form_key = $2 order by g.created_at desc limit 1",
        owner,
        key
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.conversation_id, row.id)))
}

/// The question of an answer of the person: (question, conversation, content).
pub async fn find_question(db: impl PgExecutor<'_>, owner: Uuid, answer: Uuid) -> Result<Option<(Uuid, Uuid, String)>> {
    let row = sqlx::query!(
        "select q.id, q.conversation_id, q.content from aria_generations g join aria_questions q on q.id = g.question_id
         where g.id = $1 and g.user_id = $2",
        answer,
        owner
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.conversation_id, row.content)))
}

struct TurnRow {
    question: Uuid,
    content: String,
    asked_at: DateTime<Utc>,
    id: Uuid,
    state: String,
    mode: String,
    text: String,
    citations: serde_json::Value,
    resumed: bool,
    feedback: Option<i16>,
    created_at: DateTime<Utc>,
}

impl TurnRow {
    fn read(self) -> Turn {
        Turn {
            question: self.question,
            content: self.content,
            asked_at: self.asked_at,
            answer: Answer {
                id: self.id,
                state: State::parse(&self.state),
                mode: Mode::parse(&self.mode),
                text: self.text,
                citations: citations(self.citations),
                resumed: self.resumed,
                feedback: self.feedback,
                created_at: self.created_at,
            },
        }
    }
}

fn citations(stored: serde_json::Value) -> Vec<Citation> {
    serde_json::from_value(stored).unwrap_or_else(|error| {
        tracing::error!(%error, "citations of an answer cannot be read");
        Vec::new()
    })
}

/// The newest turns of a conversation before a question, oldest first. A running answer comes with what is stored of it.
pub async fn list_turns(
    db: impl PgExecutor<'_>,
    conversation: Uuid,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<Turn>> {
    let mut rows = sqlx::query_as!(
        TurnRow,
        r#"select q.id as question, q.content, q.created_at as asked_at, g.id, g.state, g.mode, g.citations, g.resumed,
                  g.feedback, g.created_at,
                  coalesce(g.answer, (select string_agg(p.body, '' order by p.seq) from aria_pieces p
                                      where p.generation_id = g.id), '') as "text!"
           from aria_questions q
           join lateral (select * from aria_generations g where g.question_id = q.id
                         order by g.created_at desc limit 1) g on true
           where q.conversation_id = $1
             and ($2::uuid is null or (q.created_at, q.id) < (select created_at, id from aria_questions where id = $2))
           order by q.created_at desc, q.id desc limit $3"#,
        conversation,
        before,
        most
    )
    .fetch_all(db)
    .await?;
    rows.reverse();
    Ok(rows.into_iter().map(TurnRow::read).collect())
}

/// One turn by its answer, for the person: with its conversation.
pub async fn find_turn(db: impl PgExecutor<'_>, owner: Uuid, answer: Uuid) -> Result<Option<(Uuid, Turn)>> {
    let row = sqlx::query!(
        r#"select q.id as question, q.content, q.created_at as asked_at, g.id, g.conversation_id, g.state, g.mode,
                  g.citations, g.resumed, g.feedback, g.created_at,
                  coalesce(g.answer, (select string_agg(p.body, '' order by p.seq) from aria_pieces p
                                      where p.generation_id = g.id), '') as "text!"
           from aria_generations g join aria_questions q on q.id = g.question_id where g.id = $1 and g.user_id = $2"#,
        answer,
        owner
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let turn = TurnRow {
            question: row.question,
            content: row.content,
            asked_at: row.asked_at,
            id: row.id,
            state: row.state,
            mode: row.mode,
            text: row.text,
            citations: row.citations,
            resumed: row.resumed,
            feedback: row.feedback,
            created_at: row.created_at,
        };
        (row.conversation_id, turn.read())
    }))
}

/// Notes that the person wants the answer to stop; false when it is not theirs or ended already.
pub async fn want_stop(db: impl PgExecutor<'_>, owner: Uuid, answer: Uuid) -> Result<bool> {
    let wanted = sqlx::query!(
        "update aria_generations set stop_wanted = true where id = $1 and user_id = $2 and state = 'RUNNING'",
        answer,
        owner
    )
    .execute(db)
    .await?;
    Ok(wanted.rows_affected() == 1)
}

/// Sets the person's judgement; the conversation's subject, and whether it is the first judgement of this answer.
pub async fn set_feedback(
    conn: &mut PgConnection,
    owner: Uuid,
    answer: Uuid,
    value: Option<i16>,
    reason: Option<&str>,
) -> Result<Option<(String, bool)>> {
    let row = sqlx::query!(
        r#"with old as (select id, feedback from aria_generations
                        where id = $1 and user_id = $2 and state <> 'RUNNING' for update)
           update aria_generations g set feedback = $3, feedback_reason = $4
           from old, aria_conversations c where g.id = old.id and c.id = g.conversation_id
           returning c.subject, old.feedback is null as "first!""#,
        answer,
        owner,
        value,
        reason
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.subject, row.first)))
}

/// Counts a question and a judgement of a student; answers the counts of all subjects: (subject, questions, feedbacks).
pub async fn count(
    conn: &mut PgConnection,
    student: Uuid,
    subject: &str,
    questions: i64,
    feedbacks: i64,
) -> Result<Vec<(String, i64, i64)>> {
    let rows = sqlx::query!(
        r#"with counted as (
               insert into aria_counts as c (user_id, subject, questions, feedbacks) values ($1, $2, $3, $4)
               on conflict (user_id, subject) do update
               set questions = c.questions + excluded.questions, feedbacks = c.feedbacks + excluded.feedbacks
               returning subject, questions, feedbacks
           )
           select subject as "subject!", questions as "questions!", feedbacks as "feedbacks!" from counted
           union all
           select subject, questions, feedbacks from aria_counts where user_id = $1 and subject <> $2"#,
        student,
        subject,
        questions,
        feedbacks
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.subject, row.questions, row.feedbacks)).collect())
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

//! SQL of questions and their answers.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::{
    aria::model::{Answer, Citation, Mode, State, Turn},
    error::Result,
};

/// What came of a form.
pub struct Twin {
    /// Its conversation.
    pub conversation: Uuid,
    /// The newest answer.
    pub answer: Uuid,
    /// The question.
    pub content: String,
}

/// The newest answer to the question of a form that was sent before: (conversation, answer).
pub async fn find_by_key(db: impl PgExecutor<'_>, owner: Uuid, key: &str) -> Result<Option<Twin>> {
    let row = sqlx::query_as!(
        Twin,
        "select g.conversation_id as conversation, g.id as answer, q.content from aria_questions q join aria_generations g on g.question_id = q.id
         where q.user_id = $1 and q.form_key = $2 order by g.created_at desc limit 1",
        owner,
        key
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// A question that was asked.
pub struct AskedBefore {
    /// Its key.
    pub id: Uuid,
    /// Its conversation.
    pub conversation: Uuid,
    /// Its words.
    pub content: String,
    /// When.
    pub asked_at: DateTime<Utc>,
}

/// The question of an answer of the person.
pub async fn find_question(db: impl PgExecutor<'_>, owner: Uuid, answer: Uuid) -> Result<Option<AskedBefore>> {
    let question = sqlx::query_as!(
        AskedBefore,
        "select q.id, q.conversation_id as conversation, q.content, q.created_at as asked_at
         from aria_generations g join aria_questions q on q.id = g.question_id where g.id = $1 and g.user_id = $2",
        answer,
        owner
    )
    .fetch_optional(db)
    .await?;
    Ok(question)
}

struct TurnRow {
    conversation: Uuid,
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
    feedback_reason: Option<String>,
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
                feedback_reason: self.feedback_reason,
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
        r#"select q.conversation_id as conversation, q.id as question, q.content, q.created_at as asked_at, g.id, g.state,
                  g.mode, g.citations, g.resumed, g.feedback, g.feedback_reason, g.created_at,
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

/// The last turns of several conversations, the oldest first, each with its conversation; at most `most` of each.
pub async fn list_turns_of(db: impl PgExecutor<'_>, conversations: &[Uuid], most: i64) -> Result<Vec<(Uuid, Turn)>> {
    let mut rows = sqlx::query_as!(
        TurnRow,
        r#"select q.conversation_id as conversation, q.id as question, q.content, q.created_at as asked_at, g.id, g.state, g.mode,
                  g.citations, g.resumed, g.feedback, g.feedback_reason, g.created_at,
                  coalesce(g.answer, (select string_agg(p.body, '' order by p.seq) from aria_pieces p
                                      where p.generation_id = g.id), '') as "text!"
           from unnest($1::uuid[]) c (id)
           cross join lateral (
               select * from aria_questions q where q.conversation_id = c.id
               order by q.created_at desc, q.id desc limit $2) q
           join lateral (select * from aria_generations g where g.question_id = q.id
                         order by g.created_at desc limit 1) g on true
           order by q.created_at desc, q.id desc"#,
        conversations,
        most
    )
    .fetch_all(db)
    .await?;
    rows.reverse();
    Ok(rows.into_iter().map(|row| (row.conversation, row.read())).collect())
}

/// One turn by its answer, for the person: with its conversation.
pub async fn find_turn(db: impl PgExecutor<'_>, owner: Uuid, answer: Uuid) -> Result<Option<(Uuid, Turn)>> {
    let row = sqlx::query_as!(
        TurnRow,
        r#"select q.conversation_id as conversation, q.id as question, q.content, q.created_at as asked_at, g.id, g.state,
                  g.mode, g.citations, g.resumed, g.feedback, g.feedback_reason, g.created_at,
                  coalesce(g.answer, (select string_agg(p.body, '' order by p.seq) from aria_pieces p
                                      where p.generation_id = g.id), '') as "text!"
           from aria_generations g join aria_questions q on q.id = g.question_id where g.id = $1 and g.user_id = $2"#,
        answer,
        owner
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.conversation, row.read())))
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
        r#"with old as (select id, judged_at from aria_generations
                        where id = $1 and user_id = $2 and state <> 'RUNNING' for update)
           update aria_generations g
           set feedback = $3, feedback_reason = $4,
               judged_at = coalesce(g.judged_at, case when $3::smallint is not null then now() end)
           from old, aria_conversations c where g.id = old.id and c.id = g.conversation_id
           returning c.subject, old.judged_at is null as "first!""#,
        answer,
        owner,
        value,
        reason
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.subject, row.first)))
}

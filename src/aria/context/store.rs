//! SQL of the context.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    aria::model::Conversation,
    error::{Error, Result},
    subjects::SchoolSubject,
    web::Role,
};

/// The answer to write, and for whom.
#[derive(Debug)]
pub struct Frame {
    pub question_id: Uuid,
    pub question: String,
    pub asked_at: DateTime<Utc>,
    /// When the answer was asked for: another moment when it is not the question's first.
    pub begun_at: DateTime<Utc>,
    pub conversation: Uuid,
    pub subject: SchoolSubject,
    pub person: Uuid,
    pub role: Role,
    /// The student whom it is about: the one who asks, or the one that a parent or coach chose and may see.
    pub student: Option<Student>,
    pub stop_wanted: bool,
    /// Whether something was said before in the conversation.
    pub goes_on: bool,
}

/// A student, as the prompt names them.
#[derive(Debug, Clone)]
pub struct Student {
    pub id: Uuid,
    pub first_name: String,
    pub grade: String,
}

impl Student {
    /// Of what a row says, if it says all.
    pub fn of(id: Option<Uuid>, first_name: Option<String>, grade: Option<String>) -> Option<Self> {
        Some(Self { id: id?, first_name: first_name?, grade: grade? })
    }
}

/// The frame of an answer; what a parent or coach may not see any more is not in it.
pub async fn find_frame(pool: &PgPool, generation: Uuid) -> Result<Frame> {
    let row = sqlx::query!(
        r#"select q.id as question_id, q.content, q.created_at as asked_at, g.created_at as begun_at, c.id as conversation,
                  c.subject, u.id as person, u.role, g.stop_wanted,
                  exists (select from aria_questions o where o.conversation_id = c.id and o.id <> q.id) as "goes_on!",
                  s.user_id as "student?", n.first_name as "first_name?", s.grade as "grade?"
           from aria_generations g
           join aria_questions q on q.id = g.question_id
           join aria_conversations c on c.id = g.conversation_id
           join users u on u.id = g.user_id
           left join students s on s.user_id = case when u.role = 'ELEVE' then u.id else c.student_id end
                and may_see_student(s.user_id, u.id, u.role)
           left join users n on n.id = s.user_id
           where g.id = $1"#,
        generation
    )
    .fetch_one(pool)
    .await?;
    Ok(Frame {
        question_id: row.question_id,
        question: row.content,
        asked_at: row.asked_at,
        begun_at: row.begun_at,
        conversation: row.conversation,
        subject: SchoolSubject::parse(&row.subject).ok_or_else(Error::not_found)?,
        person: row.person,
        role: row.role.parse()?,
        student: Student::of(row.student, row.first_name, row.grade),
        stop_wanted: row.stop_wanted,
        goes_on: row.goes_on,
    })
}

/// What was sent for an answer, for the staff's page.
#[derive(Debug)]
pub struct Audit {
    pub id: Uuid,
    pub role: String,
    pub subject: String,
    pub state: String,
    pub mode: String,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub prompt_version: Option<i32>,
    pub search_mode: Option<String>,
    pub problem: Option<String>,
    pub feedback: Option<i16>,
    pub feedback_reason: Option<String>,
    pub first_piece_ms: Option<i32>,
    pub created_at: DateTime<Utc>,
    pub messages: Option<serde_json::Value>,
    pub tokens: Option<serde_json::Value>,
}

/// The newest answers, before a place.
pub async fn list_audits(pool: &PgPool, before: Option<(DateTime<Utc>, Uuid)>, most: i64) -> Result<Vec<Audit>> {
    let (at, id) = before.unzip();
    let audits = sqlx::query_as!(
        Audit,
        r#"select g.id, u.role, c.subject, g.state, g.mode, g.provider, g.model, g.prompt_version, g.search_mode, g.problem,
                  g.feedback, g.feedback_reason, g.first_piece_ms, g.created_at,
                  null::json as messages, x.tokens as "tokens?"
           from aria_generations g join users u on u.id = g.user_id
           join aria_conversations c on c.id = g.conversation_id
           left join aria_contexts x on x.generation_id = g.id
           where $1::timestamptz is null or (g.created_at, g.id) < ($1, $2)
           order by g.created_at desc, g.id desc limit $3"#,
        at,
        id,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(audits)
}

/// One of them, with what was sent.
pub async fn find_audit(pool: &PgPool, id: Uuid) -> Result<Audit> {
    let audit = sqlx::query_as!(
        Audit,
        r#"select g.id, u.role, c.subject, g.state, g.mode, g.provider, g.model, g.prompt_version, g.search_mode, g.problem,
                  g.feedback, g.feedback_reason, g.first_piece_ms, g.created_at,
                  x.messages as "messages?", x.tokens as "tokens?"
           from aria_generations g join users u on u.id = g.user_id
           join aria_conversations c on c.id = g.conversation_id
           left join aria_contexts x on x.generation_id = g.id where g.id = $1"#,
        id
    )
    .fetch_one(pool)
    .await?;
    Ok(audit)
}

/// What stands in a conversation, for a preview of its context.
pub fn frame_of(
    conversation: &Conversation,
    person: Uuid,
    role: Role,
    student: Option<Student>,
    question: &str,
) -> Frame {
    Frame {
        question_id: Uuid::nil(),
        question: question.to_owned(),
        asked_at: conversation.updated_at,
        begun_at: conversation.updated_at,
        conversation: conversation.id,
        subject: conversation.subject,
        person,
        role,
        student,
        stop_wanted: false,
        goes_on: false,
    }
}

/// The student of a preview, if there is one with this id.
pub async fn find_student(pool: &PgPool, id: Uuid) -> Result<Student> {
    let student = sqlx::query_as!(
        Student,
        "select u.id, u.first_name, s.grade from students s join users u on u.id = s.user_id where s.user_id = $1",
        id
    )
    .fetch_one(pool)
    .await?;
    Ok(student)
}

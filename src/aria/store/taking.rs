//! SQL of taking a question: conversation, place in the quota, question and answer in one statement, so that all of it
//! is stored or nothing, and no two questions take the same place.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{aria::quota::Left, subjects::SchoolSubject, web::Role};

/// A question to take, or to answer again.
#[derive(Debug)]
pub struct Taking<'a> {
    /// Who asks.
    pub person: Uuid,
    /// What they are.
    pub role: Role,
    /// Key of the conversation.
    pub conversation: Uuid,
    /// The conversation, when it begins with this.
    pub begins: Option<&'a Begins<'a>>,
    /// Key of the question.
    pub question: Uuid,
    /// Key of its form, and what is asked; none when the question is there already.
    pub asked: Option<(&'a str, &'a str)>,
    /// Key of the answer.
    pub answer: Uuid,
    /// The server that writes it.
    pub writer: Uuid,
    /// The fixed text, when it is whole already; such a question is not counted.
    pub fixed: Option<&'a str>,
}

/// A new conversation.
#[derive(Debug)]
pub struct Begins<'a> {
    /// What it is about.
    pub subject: SchoolSubject,
    /// Whom it is about; the caller has checked that the person may see them.
    pub student: Option<Uuid>,
    /// Its title.
    pub title: &'a str,
}

/// What came of it, and what is known of the student whom it is about.
#[derive(Debug)]
pub struct Outcome {
    /// Subject of the conversation; none when it is not the person's.
    pub subject: Option<String>,
    /// Whether there was a place in the quota, or none was needed.
    pub reserved: bool,
    /// Whether the answer is there to be written; false when the form was sent before.
    pub stored: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// Questions a day.
    pub per_day: i32,
    /// Whether more can be had.
    pub free: bool,
    /// Today.
    pub day: NaiveDate,
    /// The student whom it is about, if the person may see them.
    pub student: Option<Uuid>,
    /// Their first name.
    pub first_name: Option<String>,
    /// Their class.
    pub grade: Option<String>,
    /// Questions of the student who asks, by subject.
    pub questions: Vec<i64>,
    /// Judgements of the student who asks, by subject.
    pub feedbacks: Vec<i64>,
    /// Badges that the student who asks has.
    pub held: Vec<String>,
}

impl Outcome {
    /// What is left of a quota in which there was no place.
    pub fn left(&self) -> Left {
        Left { per_day: self.per_day, used: self.per_day, day: self.day, free: self.free }
    }
}

/// Takes it; of two questions that a student asks at the same moment in two subjects, one may not count the other yet.
/// Unless [`Outcome::stored`], the caller gives its transaction up.
///
/// # Errors
/// `aria_generations_one_at_a_time`: an answer is running in this conversation.
pub async fn take(conn: &mut PgConnection, new: &Taking<'_>) -> std::result::Result<Outcome, sqlx::Error> {
    sqlx::query_as!(
        Outcome,
        r#"with place as (
               select $3::uuid as id, $4::text as subject, $5::uuid as student_id where $4::text is not null
               union all
               select id, subject, student_id from aria_conversations where $4::text is null and id = $3 and user_id = $1
           ), plan as (
               select l.per_day, l.plan, (now() at time zone 'Africa/Tunis')::date as day from aria_limits l
               where l.role = $2 and (l.plan = 'FREE' or has_feature($1, 'aria'))
               order by l.plan = 'SUBSCRIBER' desc limit 1
           ), reserved as (
               insert into aria_usage as u (user_id, day, used)
               select $1, day, 1 from plan, place where per_day > 0 and $12::text is null
               on conflict (user_id, day) do update set used = u.used + 1 where u.used < (select per_day from plan)
               returning day
           ), go as (
               select day from reserved union all select null from place where $12::text is not null
           ), begun as (
               insert into aria_conversations (id, user_id, student_id, subject, title, remembered_until)
               select p.id, $1, p.student_id, p.subject, $6, case when $2 <> 'ELEVE' then '9999-01-01'::timestamptz end
               from place p, go where $4::text is not null
           ), new as (
               insert into aria_questions (id, conversation_id, user_id, form_key, content)
               select $7, $3, $1, $8, $9 from go where $9::text is not null
               on conflict (user_id, form_key) do nothing returning id
           ), used as (
               update aria_conversations set updated_at = now()
               where id = $3 and $4::text is null and exists (select from new)
           ), question as (
               select id from new union all select $7::uuid from go where $9::text is null
           ), answer as (
               insert into aria_generations (id, question_id, conversation_id, user_id, state, mode, lease, answer,
                                             quota_day, quota, ended_at)
               select $10, q.id, $3, $1, case when $12::text is null then 'RUNNING' else 'DONE' end,
                      case when $12::text is null then 'MODEL' else 'SAFETY' end,
                      case when $12::text is null then $11::uuid end, $12, go.day,
                      case when go.day is null then 'NONE' else 'RESERVED' end,
                      case when $12::text is not null then now() end
               from question q, go
               returning id
           ), counted as (
               insert into aria_counts as c (user_id, subject, questions, feedbacks)
               select $1, p.subject, 1, 0 from place p, new where $2 = 'ELEVE'
               on conflict (user_id, subject) do update set questions = c.questions + 1
               returning subject, questions, feedbacks
           ), counts as (
               select questions, feedbacks from counted
               union all
               select o.questions, o.feedbacks from aria_counts o, counted c
               where o.user_id = $1 and o.subject <> c.subject
           )
           select p.subject as "subject?", exists (select from go) as "reserved!", exists (select from answer) as "stored!",
                  now() as "at!", plan.per_day as "per_day!", plan.plan = 'FREE' as "free!", plan.day as "day!",
                  s.user_id as "student?", n.first_name as "first_name?", s.grade as "grade?",
                  array(select questions from counts) as "questions!", array(select feedbacks from counts) as "feedbacks!",
                  array(select badge from student_badges e where e.student_id = $1 and $2 = 'ELEVE') as "held!"
           from plan
           left join place p on true
           left join students s on s.user_id = case when $2 = 'ELEVE' then $1 else p.student_id end
                and may_see_student(s.user_id, $1, $2)
           left join users n on n.id = s.user_id"#,
        new.person,
        new.role.key(),
        new.conversation,
        new.begins.map(|it| it.subject.key()),
        new.begins.and_then(|it| it.student),
        new.begins.map(|it| it.title),
        new.question,
        new.asked.map(|(key, _)| key),
        new.asked.map(|(_, content)| content),
        new.answer,
        new.writer,
        new.fixed
    )
    .fetch_one(conn)
    .await
}

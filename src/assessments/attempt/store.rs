//! SQL of attempts. Reads and writes go through the visitor: an attempt is taken by its student, or in the browser in
//! which it was begun.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    Taker, minutes,
    state::{Attempt, Given},
};
use crate::{
    assessments::{
        bank::{self, BankEdition},
        model::Grade,
    },
    error::{Error, Result},
    web::Visitor,
};

/// Whether the clock of a new attempt runs from its first moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// It waits for [`set_started`].
    Waiting,
    /// It runs.
    Running,
}

/// Stores a new attempt; false when the taker has one open already. Practice (decision 6) is decided here: whoever has
/// a result on this form has seen its explanations.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    visitor: &Visitor,
    edition: BankEdition,
    taker: &Taker,
    clock: Clock,
) -> Result<bool> {
    let allowed = |extra_time| i16::try_from(minutes(edition.bank.minutes, extra_time)).map_err(Error::internal);
    let seed = Uuid::new_v4();
    let inserted = sqlx::query!(
        "with assessment as (
             insert into assessments (id, origin, bank, engine_version, subject, grade, student_id, request_id, student_name,
                 user_agent, address, in_cohort, started_at)
             select $1, 'APP', $2, 'scoring_v3', $3, $4, $5, $6, $7, $8, $9, not has_result_on_form($2, $5, $7, $10),
                    case when $11 then now() end
             on conflict do nothing
             returning id),
         allowed as (
             select case when exists (select from students where user_id = $5 and extra_time) then $13::int2 else $12::int2 end as minutes)
         insert into attempts (assessment_id, seed, minutes, deadline)
         select id, $14, minutes, case when $11 then now() + make_interval(mins => minutes) end from assessment, allowed",
        id,
        edition.edition.id,
        edition.bank.subject.as_str(),
        edition.edition.grade.as_str(),
        taker.student_id,
        taker.request_id,
        taker.name,
        visitor.user_agent,
        visitor.address.to_string(),
        &visitor.grants,
        clock == Clock::Running,
        allowed(false)?,
        allowed(true)?,
        seed.as_bytes().as_slice()
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// An attempt that stands in the way of a new one.
pub(super) struct Known {
    pub id: Uuid,
    /// Whether it only waits for its end, so that another may begin.
    pub time_up: bool,
}

/// The taker's attempt on this bank that is open, or that belongs to the request.
pub(super) async fn find_open(conn: &mut PgConnection, edition: BankEdition, taker: &Taker) -> Result<Option<Known>> {
    sqlx::query_as!(
        Known,
        r#"select a.id, coalesce(a.request_id = $3, false) is false and coalesce(t.deadline + interval '5 seconds' < now(), false) as "time_up!"
           from assessments a join attempts t on t.assessment_id = a.id
           where (a.request_id = $3) or (a.student_id = $1 and a.bank = $2 and a.status = 'PENDING' and a.origin = 'APP')
           order by a.request_id = $3 desc nulls last limit 1"#,
        taker.student_id,
        edition.edition.id,
        taker.request_id
    )
    .fetch_optional(conn)
    .await
    .map_err(Error::from)
}

struct Row {
    id: Uuid,
    bank: String,
    student_name: String,
    status: String,
    in_cohort: bool,
    seed: Vec<u8>,
    minutes: i16,
    deadline: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    questions: Vec<i16>,
    codes: Vec<i16>,
}

impl Row {
    fn attempt(self) -> Result<Attempt> {
        let edition = bank::find(&self.bank)
            .ok_or_else(|| Error::internal(anyhow::anyhow!("an attempt names unknown bank {}", self.bank)))?;
        let flags = (self.ended_at.is_some(), self.status == "COMPLETED", self.in_cohort);
        let minutes = self.minutes.unsigned_abs();
        let answers = self.questions.into_iter().zip(self.codes);
        Ok(Attempt::new(self.id, edition, self.student_name, self.seed, minutes, self.deadline, flags, answers))
    }
}

/// The attempt with its answers, if this visitor may take it. One query.
pub async fn find(pool: &PgPool, visitor: &Visitor, id: Uuid) -> Result<Option<Attempt>> {
    let person = visitor.person.as_ref().map(|person| person.id);
    let row = sqlx::query_as!(
        Row,
        r#"select a.id, a.bank, a.student_name, a.status, a.in_cohort, t.seed, t.minutes, t.deadline, t.ended_at,
                  coalesce(g.questions, '{}') as "questions!", coalesce(g.codes, '{}') as "codes!"
           from assessments a
           join attempts t on t.assessment_id = a.id
           left join lateral (
               select array_agg(question) as questions,
                      array_agg(case when nsp then 4::int2 else coalesce(choice, 5::int2) end) as codes
               from attempt_answers where assessment_id = a.id) g on true
           where a.id = $1 and (a.id = any($2) or a.student_id = $3)"#,
        id,
        &visitor.grants,
        person
    )
    .fetch_optional(pool)
    .await?;
    row.map(Row::attempt).transpose()
}

/// The attempt, locked until the end of the transaction; for whoever ends it.
pub(super) async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Attempt>> {
    sqlx::query!("select from attempts where assessment_id = $1 for update", id).fetch_optional(&mut *conn).await?;
    let row = sqlx::query_as!(
        Row,
        r#"select a.id, a.bank, a.student_name, a.status, a.in_cohort, t.seed, t.minutes, t.deadline, t.ended_at,
                  coalesce(g.questions, '{}') as "questions!", coalesce(g.codes, '{}') as "codes!"
           from assessments a
           join attempts t on t.assessment_id = a.id
           left join lateral (
               select array_agg(question) as questions,
                      array_agg(case when nsp then 4::int2 else coalesce(choice, 5::int2) end) as codes
               from attempt_answers where assessment_id = a.id) g on true
           where a.id = $1"#,
        id
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::attempt).transpose()
}

/// Starts the clock once, for the visitor who may take the attempt.
pub(super) async fn set_started(pool: &PgPool, visitor: &Visitor, id: Uuid) -> Result<()> {
    let person = visitor.person.as_ref().map(|person| person.id);
    let found = sqlx::query_scalar!(
        r#"with mine as (select id from assessments where id = $1 and (id = any($2) or student_id = $3)),
                clock as (
                    update attempts set deadline = now() + make_interval(mins => minutes)
                    where assessment_id = (select id from mine) and deadline is null),
                begun as (
                    update assessments set started_at = now() where id = (select id from mine) and started_at is null)
           select count(*) as "count!" from mine"#,
        id,
        &visitor.grants,
        person
    )
    .fetch_one(pool)
    .await?;
    if found == 1 { Ok(()) } else { Err(Error::not_found()) }
}

/// Stores an answer while the attempt takes answers; waits for a send that is under way and then sees it ended.
pub(super) async fn set_answer(
    pool: &PgPool,
    visitor: &Visitor,
    id: Uuid,
    question: usize,
    given: Given,
) -> Result<bool> {
    let person = visitor.person.as_ref().map(|person| person.id);
    let choice = match given {
        Given::Choice(option) => i16::try_from(option).ok(),
        _ => None,
    };
    let stored = sqlx::query!(
        "with open as (
             select t.assessment_id from attempts t join assessments a on a.id = t.assessment_id
             where t.assessment_id = $1 and (a.id = any($2) or a.student_id = $3)
               and t.ended_at is null and t.deadline + interval '5 seconds' >= now()
             for key share of t)
         insert into attempt_answers as mine (assessment_id, question, choice, nsp, answered_at)
         select assessment_id, $4, $5, $6, now() from open
         on conflict (assessment_id, question)
         do update set choice = excluded.choice, nsp = excluded.nsp, answered_at = excluded.answered_at",
        id,
        &visitor.grants,
        person,
        i16::try_from(question).map_err(Error::internal)?,
        choice,
        given == Given::Nsp
    )
    .execute(pool)
    .await?;
    Ok(stored.rows_affected() == 1)
}

/// Marks a question as seen.
pub(super) async fn set_seen(pool: &PgPool, id: Uuid, question: usize) -> Result<()> {
    sqlx::query!(
        "insert into attempt_answers (assessment_id, question) values ($1, $2) on conflict do nothing",
        id,
        i16::try_from(question).map_err(Error::internal)?
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Ends the attempt without a score.
pub(super) async fn set_unfinished(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!(
        "with attempt as (update attempts set ended_at = now() where assessment_id = $1)
         update assessments set status = 'UNFINISHED', error_code = 'TIME_UP', generation_status = 'SKIPPED' where id = $1",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What an attempt's row says when it is closed.
pub(super) struct Closed {
    /// Whether it counts in its cohort.
    pub in_cohort: bool,
    /// The student's account, as it is now: an account that is activated meanwhile waits for this row, or was first.
    pub student_id: Option<Uuid>,
}

/// Closes the attempt and keeps how long it took; the score follows in the same transaction. Answers whether it counts
/// in the cohort: another attempt on the same form, by the account or begun in the same browser, may have got its result
/// meanwhile.
pub(super) async fn set_ended(conn: &mut PgConnection, id: Uuid, begun: &[Uuid]) -> Result<Closed> {
    sqlx::query_as!(
        Closed,
        "with attempt as (update attempts set ended_at = now() where assessment_id = $1)
         update assessments set duration_ms = (extract(epoch from now() - started_at) * 1000)::bigint,
                in_cohort = in_cohort and not has_result_on_form(bank, student_id, student_name, $2)
         where id = $1 returning in_cohort, student_id",
        id,
        begun
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

/// Attempts whose time ended more than ten seconds ago and that nobody sent.
pub(super) async fn list_expired(pool: &PgPool) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select assessment_id from attempts where ended_at is null and deadline < now() - interval '10 seconds' order by deadline limit 500"
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// One line of a student's list of assessments.
pub struct Listed {
    /// Key in `assessments`.
    pub id: Uuid,
    /// Bank.
    pub bank: String,
    /// PENDING, COMPLETED or UNFINISHED.
    pub status: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was sent.
    pub completed_at: Option<DateTime<Utc>>,
    /// End of the time, once started.
    pub deadline: Option<DateTime<Utc>>,
    /// The SSN; none for practice.
    pub ssn: Option<f64>,
    /// Whether its SSN is provisional.
    pub provisional: Option<bool>,
    /// Percent of the points.
    pub global_score: Option<i16>,
    /// Answers given so far.
    pub answered: i64,
}

/// A student's assessments, newest first, at most fifty.
pub async fn list_for_student(pool: &PgPool, student: Uuid) -> Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select a.id, a.bank, a.status, a.created_at, a.completed_at, t.deadline as "deadline?", s.ssn as "ssn?",
                  (s.cohort_n < 30) as provisional, a.global_score,
                  case when a.status = 'PENDING' then (
                      select count(*) from attempt_answers w where w.assessment_id = a.id and w.answered_at is not null)
                  else 0 end as "answered!"
           from assessments a
           left join attempts t on t.assessment_id = a.id
           left join standard_scores s on s.assessment_id = a.id
           where a.student_id = $1 order by a.created_at desc limit 50"#,
        student
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// The grade whose forms a student takes: *seconde* takes those of Première.
pub async fn find_grade(pool: &PgPool, student: Uuid) -> Result<Grade> {
    let grade =
        sqlx::query_scalar!("select grade from students where user_id = $1", student).fetch_optional(pool).await?;
    Ok(grade.as_deref().and_then(Grade::parse).unwrap_or(Grade::Premiere))
}

/// The subjects and the grade that the family asked for, when the attempt came from the free assessment.
pub async fn find_wishes(pool: &PgPool, id: Uuid) -> Result<Option<(Vec<String>, String)>> {
    let wishes = sqlx::query!(
        "select r.subjects, r.student_grade from assessments a join bilan_requests r on r.id = a.request_id where a.id = $1",
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(wishes.map(|row| (row.subjects, row.student_grade)))
}

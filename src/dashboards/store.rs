//! What the landing pages read from the other rooms' tables. Nothing is written here.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use crate::error::{Error, Result};

/// A student with the latest result.
#[derive(Debug, Clone)]
pub struct StudentLine {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// Identifier to sign in with.
    pub identifier: Option<String>,
    /// Latest completed assessment.
    pub assessment_id: Option<Uuid>,
    /// Its bank.
    pub bank: Option<String>,
    /// When it was sent.
    pub completed_at: Option<DateTime<Utc>>,
    /// Its SSN; none for practice.
    pub ssn: Option<f64>,
    /// Whether the SSN is provisional.
    pub provisional: Option<bool>,
}

/// A request from the form "bilan gratuit".
#[derive(Debug, Clone)]
pub struct RequestLine {
    /// Parent's first and last name.
    pub parent: String,
    /// Parent's phone.
    pub phone: String,
    /// Child's first and last name.
    pub student: String,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// Whether the parent activated the account.
    pub activated: bool,
    /// Its assessment.
    pub assessment_id: Option<Uuid>,
    /// State of the assessment.
    pub status: Option<String>,
}

/// A student's grade.
pub async fn find_grade(pool: &PgPool, student: Uuid) -> Result<Option<String>> {
    sqlx::query_scalar!("select grade from students where user_id = $1", student)
        .fetch_optional(pool)
        .await
        .map_err(Error::from)
}

/// A guardian's children with their latest results.
pub async fn list_children(pool: &PgPool, guardian: Uuid) -> Result<Vec<StudentLine>> {
    sqlx::query_as!(
        StudentLine,
        r#"select u.first_name, u.last_name, st.grade, u.identifier, a.id as "assessment_id?", a.bank as "bank?",
                  a.completed_at as "completed_at?", s.ssn as "ssn?", (s.cohort_n < 30) as provisional
           from guardianships g
           join students st on st.user_id = g.student_id
           join users u on u.id = g.student_id
           left join lateral (
               select id, bank, completed_at from assessments
               where student_id = g.student_id and status = 'COMPLETED' order by completed_at desc limit 1) a on true
           left join standard_scores s on s.assessment_id = a.id
           where g.guardian_id = $1 and 'VIEW' = any(g.rights) order by u.first_name"#,
        guardian
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// A coach's students with their latest results, lowest SSN first.
pub async fn list_coached(pool: &PgPool, coach: Uuid) -> Result<Vec<StudentLine>> {
    sqlx::query_as!(
        StudentLine,
        r#"select u.first_name, u.last_name, st.grade, u.identifier, a.id as "assessment_id?", a.bank as "bank?",
                  a.completed_at as "completed_at?", s.ssn as "ssn?", (s.cohort_n < 30) as provisional
           from coach_students c
           join students st on st.user_id = c.student_id
           join users u on u.id = c.student_id
           left join lateral (
               select id, bank, completed_at from assessments
               where student_id = c.student_id and status = 'COMPLETED' order by completed_at desc limit 1) a on true
           left join standard_scores s on s.assessment_id = a.id
           where c.coach_id = $1 and u.deactivated_at is null order by s.ssn nulls last, u.last_name limit 200"#,
        coach
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// The latest requests, at most thirty.
pub async fn list_requests(pool: &PgPool) -> Result<Vec<RequestLine>> {
    sqlx::query_as!(
        RequestLine,
        r#"select r.parent_first_name || ' ' || r.parent_last_name as "parent!", r.parent_phone as phone,
                  r.student_first_name || ' ' || r.student_last_name as "student!", r.student_grade as grade, r.created_at,
                  (p.activated_at is not null) as "activated!", a.id as "assessment_id?", a.status as "status?"
           from (select * from bilan_requests order by created_at desc limit 30) r
           left join users p on p.id = r.guardian_id
           left join assessments a on a.request_id = r.id
           order by r.created_at desc"#
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

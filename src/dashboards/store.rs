//! What the landing pages read from the other rooms' tables. Nothing is written here.

use sqlx::PgPool;
use uuid::Uuid;

use super::{coach::Coached, parent::Child};
use crate::error::{Error, Result};

/// Students on a coach's page.
const MOST_COACHED: i64 = 40;

/// A guardian's children with the state of their accounts, the assessment under way and the latest result.
pub async fn list_children(pool: &PgPool, guardian: Uuid) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"select u.id, u.first_name, st.grade, coalesce(u.identifier, u.email) as "account!",
                  (u.activated_at is not null) as "activated!", o.id as "open_id?", o.deadline as "deadline?",
                  a.id as "result_id?", a.completed_at as "completed_at?", s.ssn as "ssn?"
           from guardianships g
           join students st on st.user_id = g.student_id
           join users u on u.id = g.student_id
           left join lateral (
               select p.id, t.deadline from assessments p left join attempts t on t.assessment_id = p.id
               where p.student_id = g.student_id and p.status = 'PENDING' and (t.deadline is null or t.deadline > now())
               order by p.created_at desc limit 1) o on true
           left join lateral (
               select id, completed_at from assessments
               where student_id = g.student_id and status = 'COMPLETED' order by created_at desc limit 1) a on true
           left join standard_scores s on s.assessment_id = a.id
           where g.guardian_id = $1 and 'VIEW' = any(g.rights) and u.deactivated_at is null order by u.first_name, u.id"#,
        guardian
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// A coach's students, lowest latest SSN first, those without a score last; at most [`MOST_COACHED`].
pub async fn list_coached(pool: &PgPool, coach: Uuid) -> Result<Vec<Coached>> {
    sqlx::query_as!(
        Coached,
        r#"select u.id, u.first_name, u.last_name, st.grade, count(*) over () as "total!"
           from coach_students c
           join students st on st.user_id = c.student_id
           join users u on u.id = c.student_id
           left join lateral (
               select ssn from progression_history p where p.student_id = c.student_id and p.ssn is not null
               order by p.completed_at desc limit 1) latest on true
           where c.coach_id = $1 and u.deactivated_at is null
           order by latest.ssn nulls last, u.last_name, u.first_name, u.id limit $2"#,
        coach,
        MOST_COACHED
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

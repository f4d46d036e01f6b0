//! The states that the next steps are computed from.

use chrono::Utc;
use sqlx::PgPool;
use uuid::Uuid;

use super::engine::{Child, StudentState};
use crate::{
    assessments::attempt,
    error::{Error, Result},
    learning::{map::SkillMap, store},
};

/// A student's assessments and skills.
pub async fn student(pool: &PgPool, student: Uuid) -> Result<StudentState> {
    let ids = [student];
    let (grade, assessments, mut mastery) = tokio::try_join!(
        attempt::find_grade(pool, student),
        attempt::list_for_student(pool, student),
        store::list_mastery(pool, &ids)
    )?;
    let maps = SkillMap::all_of(grade, Utc::now(), |subject| mastery.remove(&(student, subject)));
    Ok(StudentState { grade, assessments, maps })
}

/// A guardian's children with their latest results.
pub(super) async fn children(pool: &PgPool, guardian: Uuid) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"select u.id, u.first_name, (u.activated_at is not null) as "activated!", p.assessment_id as "assessment_id?",
                  p.completed_at as "completed_at?", p.ssn as "ssn?"
           from guardianships g join users u on u.id = g.student_id
           left join lateral (
               select assessment_id, completed_at, ssn from progression_history
               where student_id = u.id order by completed_at desc limit 1) p on true
           where g.guardian_id = $1 and 'VIEW' = any(g.rights) and u.deactivated_at is null order by u.first_name"#,
        guardian
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// A coach's students with their latest results.
pub(super) async fn coached(pool: &PgPool, coach: Uuid) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"select u.id, u.first_name, (u.activated_at is not null) as "activated!", p.assessment_id as "assessment_id?",
                  p.completed_at as "completed_at?", p.ssn as "ssn?"
           from coach_students c join users u on u.id = c.student_id
           left join lateral (
               select assessment_id, completed_at, ssn from progression_history
               where student_id = u.id and ssn is not null order by completed_at desc limit 1) p on true
           where c.coach_id = $1 and u.deactivated_at is null order by u.last_name, u.first_name"#,
        coach
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// Families of the last month whose account waits for its activation since a day or more.
pub(super) async fn count_silent_families(pool: &PgPool) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(distinct r.guardian_id) as "count!" from bilan_requests r join users u on u.id = r.guardian_id
           where r.created_at between now() - interval '30 days' and now() - interval '1 day'
             and u.activated_at is null and u.deactivated_at is null"#
    )
    .fetch_one(pool)
    .await
    .map_err(Error::from)
}

/// Jobs that were given up.
pub(super) async fn count_dead_jobs(pool: &PgPool) -> Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from jobs where state = 'DEAD'"#)
        .fetch_one(pool)
        .await
        .map_err(Error::from)
}

//! SQL of coaches.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Coach, CoachForm};
use crate::{
    accounts::people::Words,
    error::{Error, Result},
    web::checks::given,
};

/// Most coaches on the page.
const MOST: i64 = 500;

/// Coaches in the order of names, those in service first.
pub(super) async fn list(pool: &PgPool) -> Result<Vec<Coach>> {
    sqlx::query_as!(
        Coach,
        r#"select u.id, u.first_name, u.last_name, u.email, u.phone, c.pseudonym, c.title, c.subjects,
                  (select count(*) from coach_students cs join users s on s.id = cs.student_id
                   where cs.coach_id = u.id and s.deactivated_at is null) as "students!",
                  u.activated_at is not null as "activated!", u.deactivated_at is not null as "closed!",
                  (extract(epoch from u.updated_at) * 1000000)::bigint as "version!"
           from coaches c join users u on u.id = c.user_id
           where u.role = 'COACH'
           order by u.deactivated_at is not null, plain_text(u.last_name), plain_text(u.first_name), u.id limit $1"#,
        MOST
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// One coach.
pub(super) async fn find(conn: &mut PgConnection, id: Uuid) -> Result<Option<Coach>> {
    sqlx::query_as!(
        Coach,
        r#"select u.id, u.first_name, u.last_name, u.email, u.phone, c.pseudonym, c.title, c.subjects,
                  (select count(*) from coach_students cs join users s on s.id = cs.student_id
                   where cs.coach_id = u.id and s.deactivated_at is null) as "students!",
                  u.activated_at is not null as "activated!", u.deactivated_at is not null as "closed!",
                  (extract(epoch from u.updated_at) * 1000000)::bigint as "version!"
           from coaches c join users u on u.id = c.user_id where u.id = $1 and u.role = 'COACH'"#,
        id
    )
    .fetch_optional(conn)
    .await
    .map_err(Error::from)
}

/// Stores the profile; false when another coach has the pseudonym.
pub(super) async fn set(conn: &mut PgConnection, id: Uuid, form: &CoachForm) -> Result<bool> {
    let pseudonym = form.shown_pseudonym();
    sqlx::query!("select pg_advisory_xact_lock(hashtext('coach pseudonym'))").execute(&mut *conn).await?;
    let set = sqlx::query!(
        "update coaches set pseudonym = $2, title = $3, subjects = $4
         where user_id = $1 and not exists (select from coaches other where other.pseudonym = $2 and other.user_id <> $1)",
        id,
        pseudonym,
        given(Some(&form.title)),
        &form.subjects
    )
    .execute(conn)
    .await?;
    Ok(set.rows_affected() == 1)
}

/// A student, as a coach's page lists one.
pub(super) struct Line {
    pub id: Uuid,
    pub name: String,
    pub grade: String,
}

/// The coach's students.
pub(super) async fn list_students(conn: &mut PgConnection, coach: Uuid) -> Result<Vec<Line>> {
    sqlx::query_as!(
        Line,
        r#"select u.id, u.first_name || ' ' || u.last_name as "name!", s.grade
           from coach_students cs join users u on u.id = cs.student_id join students s on s.user_id = u.id
           where cs.coach_id = $1 and u.deactivated_at is null
           order by plain_text(u.last_name), plain_text(u.first_name), u.id"#,
        coach
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// Students who are found and are not the coach's yet, ten at most.
pub(super) async fn search_students(conn: &mut PgConnection, coach: Uuid, searched: &str) -> Result<Vec<Line>> {
    let words = Words::of(searched);
    sqlx::query_as!(
        Line,
        r#"select u.id, u.first_name || ' ' || u.last_name as "name!", s.grade
           from users u join students s on s.user_id = u.id
           where u.role = 'ELEVE' and u.deactivated_at is null and u.search_text like plain_text($2)
             and u.search_text like all (array(select plain_text(word) from unnest($3::text[]) word))
             and not exists (select from coach_students cs where cs.coach_id = $1 and cs.student_id = u.id)
           order by plain_text(u.last_name), plain_text(u.first_name), u.id limit 10"#,
        coach,
        words.longest,
        &words.all
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

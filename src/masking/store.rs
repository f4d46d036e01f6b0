//! People's names, for masks.

use sqlx::PgPool;
use uuid::Uuid;

use super::{people::Person, possible::Possible};
use crate::error::Result;

/// The people whose names may stand in what is said: around a person and a student (both, the student's guardians and
/// coaches, the coaches' names), and those of the whole school who are named: by first and last name, or by title and last
/// name; the team by last name alone.
pub(super) async fn list(
    pool: &PgPool,
    person: Option<Uuid>,
    student: Option<Uuid>,
    possible: &Possible,
) -> Result<Vec<Person>> {
    let known = sqlx::query_as!(
        Person,
        // Arrays: the planner takes the few people from their index, and not all of the school. The first name is no
        // condition of the index: it would be looked up with each last name once.
        r#"select u.role as "role!", u.first_name as "first_name!", u.last_name as "last_name!", u.email, u.phone
           from users u
           where u.id = any (array(
               select $1::uuid
               union select $2::uuid
               union select guardian_id from guardianships where student_id = $2
               union select coach_id from coach_students where student_id = $2
               union select student_id from guardianships where guardian_id = $1
               union (select student_id from coach_students where coach_id = $1 limit 60)))
           union all
           (select u.role, u.first_name, u.last_name, u.email, u.phone
            from users u
            where plain_text(u.last_name) = any((select $3::text[])::text[])
              and (u.role not in ('ELEVE', 'PARENT') or plain_text(u.first_name) || '' = any((select $3::text[])::text[])
                   or plain_text(u.last_name) || '' = any((select $4::text[])::text[]))
            order by u.id limit 40)"#,
        person,
        student,
        &possible.names,
        &possible.titled
    )
    .fetch_all(pool)
    .await?;
    Ok(known)
}

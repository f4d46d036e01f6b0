//! Students' records, loaded through the person who asks: one who may not see a student gets the same 404 as for one
//! that does not exist (`may_see_student` in the database).

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    web::Person,
};

/// A student's record.
#[derive(Debug, Clone)]
pub struct Student {
    /// Key in `users` and `students`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Address; a child may have none.
    pub email: Option<String>,
    /// What the child types to sign in.
    pub identifier: Option<String>,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// School of the child.
    pub school: Option<String>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Tiers-temps: one third more time.
    pub extra_time: bool,
    /// Whether a password has been chosen.
    pub activated: bool,
    /// Whether the account is closed.
    pub closed: bool,
    /// See [`crate::accounts::people::Account::version`].
    pub version: i64,
}

impl Student {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// What the student signs in with.
    pub fn account(&self) -> &str {
        self.email.as_deref().or(self.identifier.as_deref()).unwrap_or_default()
    }
}

/// The student, when this person may see the record.
pub async fn for_viewer(conn: &mut PgConnection, viewer: &Person, id: Uuid) -> Result<Student> {
    sqlx::query_as!(
        Student,
        r#"select u.id, u.first_name, u.last_name, u.email, u.identifier, s.grade, s.school, s.birth_date, s.extra_time,
                  u.activated_at is not null as "activated!", u.deactivated_at is not null as "closed!",
                  (extract(epoch from u.updated_at) * 1000000)::bigint as "version!"
           from students s join users u on u.id = s.user_id
           where s.user_id = $1 and may_see_student(s.user_id, $2, $3)"#,
        id,
        viewer.id,
        viewer.role.key()
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(Error::not_found)
}

/// A guardian's children whom the guardian may see.
pub async fn list_of_guardian(conn: &mut PgConnection, guardian: Uuid) -> Result<Vec<Student>> {
    sqlx::query_as!(
        Student,
        r#"select u.id, u.first_name, u.last_name, u.email, u.identifier, s.grade, s.school, s.birth_date, s.extra_time,
                  u.activated_at is not null as "activated!", u.deactivated_at is not null as "closed!",
                  (extract(epoch from u.updated_at) * 1000000)::bigint as "version!"
           from guardianships g join students s on s.user_id = g.student_id join users u on u.id = g.student_id
           where g.guardian_id = $1 and 'VIEW' = any (g.rights) order by plain_text(u.first_name), u.id"#,
        guardian
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// Profiles of these accounts, as the JSON contract shows them: of students and of coaches.
pub async fn list_profiles(pool: &PgPool, ids: &[Uuid]) -> Result<HashMap<Uuid, Value>> {
    let rows = sqlx::query!(
        r#"select user_id as "id!", jsonb_build_object('grade', grade, 'school', school, 'birthDate', birth_date) as "profile!"
           from students where user_id = any($1)
           union all
           select user_id, jsonb_build_object('pseudonym', pseudonym, 'title', title, 'subjects', subjects)
           from coaches where user_id = any($1)"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.profile)).collect())
}

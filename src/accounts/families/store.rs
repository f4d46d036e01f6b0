//! SQL of families: requests, parents, children, consents.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{BilanForm, Registered};
use crate::{
    error::{Error, Result},
    web::checks::given,
};

/// Stores the form; false when a form with this key is stored already.
pub(super) async fn insert_request(
    conn: &mut PgConnection,
    id: Uuid,
    form_key: &str,
    form: &BilanForm,
) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into bilan_requests (id, form_key, parent_first_name, parent_last_name, parent_email, parent_phone,
             student_first_name, student_last_name, student_grade, student_school, student_birth_date, subjects,
             current_level, objectives, difficulties, preferred_modality, availability, newsletter)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (form_key) do nothing",
        id,
        form_key,
        form.parent_first_name.trim(),
        form.parent_last_name.trim(),
        super::normal_email(&form.parent_email),
        form.parent_phone.trim(),
        form.student_first_name.trim(),
        form.student_last_name.trim(),
        form.grade_key(),
        given(form.student_school.as_deref()),
        form.birth_date(),
        &form.subjects,
        form.current_level,
        given(form.objectives.as_deref()),
        given(form.difficulties.as_deref()),
        given(form.preferred_modality.as_deref()),
        given(form.availability.as_deref()),
        form.accept_newsletter
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// What the form with this key made.
pub(super) async fn find_request(conn: &mut PgConnection, form_key: &str) -> Result<Registered> {
    let row =
        sqlx::query!("select id, student_id from bilan_requests where form_key = $1", form_key).fetch_one(conn).await?;
    Ok(Registered { request_id: row.id, student_id: row.student_id, new: false })
}

/// Ties the request, and its consents, to the guardian who sent it and the child.
pub(super) async fn set_request_family(
    conn: &mut PgConnection,
    request: Uuid,
    guardian: Uuid,
    student: Uuid,
) -> Result<()> {
    sqlx::query!(
        "with consent as (update consents set person_id = $2 where request_id = $1)
         update bilan_requests set guardian_id = $2, student_id = $3 where id = $1",
        request,
        guardian,
        student
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Creates the parent; false when the address has an account of any role.
pub(super) async fn insert_parent(conn: &mut PgConnection, id: Uuid, email: &str, form: &BilanForm) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into users (id, role, email, first_name, last_name, phone) values ($1, 'PARENT', $2, $3, $4, $5)
         on conflict (email) do nothing",
        id,
        email,
        form.parent_first_name.trim(),
        form.parent_last_name.trim(),
        form.parent_phone.trim()
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Requests of the last hour with this address.
pub(super) async fn count_recent_requests(conn: &mut PgConnection, email: &str) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from bilan_requests
           where parent_email = $1 and created_at > now() - interval '1 hour'"#,
        email
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

/// Lets nobody else add a child to this parent until the end of the transaction.
pub(super) async fn lock_parent(conn: &mut PgConnection, parent: Uuid) -> Result<()> {
    sqlx::query!("select from users where id = $1 for update", parent).execute(conn).await?;
    Ok(())
}

/// The parent's child of this name.
pub(super) async fn find_child(conn: &mut PgConnection, parent: Uuid, form: &BilanForm) -> Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "select u.id from guardianships g join users u on u.id = g.student_id
         where g.guardian_id = $1 and lower(u.first_name) = lower($2) and lower(u.last_name) = lower($3) limit 1",
        parent,
        form.student_first_name.trim(),
        form.student_last_name.trim()
    )
    .fetch_optional(conn)
    .await
    .map_err(Error::from)
}

/// Notes that the parent whose address the request bears does not know it.
pub(super) async fn set_request_disowned(conn: &mut PgConnection, request: Uuid) -> Result<()> {
    sqlx::query!("update bilan_requests set disowned_at = now() where id = $1", request).execute(conn).await?;
    Ok(())
}

/// What a stored request tells of the child.
pub(super) async fn find_child_form(conn: &mut PgConnection, request: Uuid) -> Result<BilanForm> {
    let row = sqlx::query!(
        "select student_first_name, student_last_name, student_grade, student_school, student_birth_date
         from bilan_requests where id = $1",
        request
    )
    .fetch_one(conn)
    .await?;
    Ok(BilanForm {
        student_first_name: row.student_first_name,
        student_last_name: row.student_last_name,
        student_grade: row.student_grade,
        student_school: row.student_school,
        student_birth_date: row.student_birth_date.map(|date| date.to_string()),
        ..BilanForm::default()
    })
}

/// Creates the child and ties it to the parent, in one statement.
pub(super) async fn insert_child(
    conn: &mut PgConnection,
    id: Uuid,
    parent: Uuid,
    identifier: &str,
    form: &BilanForm,
) -> Result<()> {
    sqlx::query!(
        "with person as (insert into users (id, role, identifier, first_name, last_name) values ($1, 'ELEVE', $3, $4, $5)),
              student as (insert into students (user_id, grade, school, birth_date) values ($1, $6, $7, $8))
         insert into guardianships (guardian_id, student_id, is_payer) values ($2, $1, true)",
        id,
        parent,
        identifier,
        form.student_first_name.trim(),
        form.student_last_name.trim(),
        form.grade_key(),
        given(form.student_school.as_deref()),
        form.birth_date()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Records one consent.
pub(super) async fn insert_consent(
    conn: &mut PgConnection,
    request: Uuid,
    form: &BilanForm,
    text_key: &str,
    text_version: &str,
    address: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into consents (id, request_id, person_name, for_name, text_key, text_version, address)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        request,
        form.parent_name(),
        form.student_name(),
        text_key,
        text_version,
        address
    )
    .execute(conn)
    .await?;
    Ok(())
}

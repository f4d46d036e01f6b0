//! SQL of the demo school's people: one statement a table, rows handed over as JSON.

use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;

use super::rows::People;
use crate::error::{Error, Result};

/// Nobody registers meanwhile: the database stays as empty as it was found until the transaction ends.
pub(super) async fn lock_users(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("lock table users in share row exclusive mode").execute(conn).await?;
    Ok(())
}

fn json<T: Serialize>(rows: &[T]) -> Result<Value> {
    serde_json::to_value(rows).map_err(Error::internal)
}

/// Inserts everybody.
pub(super) async fn insert_people(conn: &mut PgConnection, people: &People) -> Result<()> {
    insert_users(conn, people).await?;
    insert_ties(conn, people).await?;
    insert_requests(conn, people).await?;
    work_at_desk(conn).await
}

/// What the desk has done with the requests (a trigger opened an item for each): all but those of the last three days
/// were called back the day after.
async fn work_at_desk(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "with newest as (select max(created_at) as at from bilan_requests),
              assistante as (select id from users where role = 'ASSISTANTE' order by id limit 1)
         update desk_items d set opened_at = r.created_at,
             closed_at = case when r.created_at < newest.at - interval '3 days' then r.created_at + interval '1 day' end,
             closed_by = case when r.created_at < newest.at - interval '3 days' then assistante.id end,
             outcome = case when r.created_at < newest.at - interval '3 days' then 'REACHED' end
         from bilan_requests r, newest, assistante where d.kind = 'REQUEST' and d.subject_id = r.id"
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_users(conn: &mut PgConnection, people: &People) -> Result<()> {
    sqlx::query!(
        "insert into users (id, role, email, identifier, first_name, last_name, phone, password_hash, activated_at,
             deactivated_at, created_at, updated_at)
         select id, role, email, identifier, first_name, last_name, phone, password_hash, activated_at, deactivated_at,
             created_at, updated_at
         from jsonb_populate_recordset(null::users, $1)",
        json(&people.users)?
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into students (user_id, grade, school, birth_date, extra_time, created_at)
         select user_id, grade, school, birth_date, extra_time, created_at
         from jsonb_populate_recordset(null::students, $1)",
        json(&people.students)?
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into coaches (user_id, pseudonym, title, subjects)
         select user_id, pseudonym, title, subjects from jsonb_populate_recordset(null::coaches, $1)",
        json(&people.coaches)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_ties(conn: &mut PgConnection, people: &People) -> Result<()> {
    sqlx::query!(
        "insert into guardianships (guardian_id, student_id, relation, is_payer, created_at)
         select guardian_id, student_id, relation, is_payer, created_at
         from jsonb_populate_recordset(null::guardianships, $1)",
        json(&people.guardianships)?
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into coach_students (coach_id, student_id, since)
         select coach_id, student_id, since from jsonb_populate_recordset(null::coach_students, $1)",
        json(&people.coach_students)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_requests(conn: &mut PgConnection, people: &People) -> Result<()> {
    sqlx::query!(
        "insert into bilan_requests (id, form_key, guardian_id, student_id, parent_first_name, parent_last_name,
             parent_email, parent_phone, student_first_name, student_last_name, student_grade, student_school,
             student_birth_date, subjects, current_level, objectives, difficulties, preferred_modality, availability,
             newsletter, created_at)
         select id, form_key, guardian_id, student_id, parent_first_name, parent_last_name, parent_email, parent_phone,
             student_first_name, student_last_name, student_grade, student_school, student_birth_date, subjects,
             current_level, objectives, difficulties, preferred_modality, availability, newsletter, created_at
         from jsonb_populate_recordset(null::bilan_requests, $1)",
        json(&people.requests)?
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into consents (id, request_id, person_id, person_name, for_name, text_key, text_version, address, agreed_at)
         select id, request_id, person_id, person_name, for_name, text_key, text_version, address, agreed_at
         from jsonb_populate_recordset(null::consents, $1)",
        json(&people.consents)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

//! Families as the staff keeps them: students with their guardians, who pays, who sees what, and the coaches.
//!
//! Always true: a family is many-to-many (decision 11); a minor keeps at least one guardian; a guardian has an address,
//! a child an identifier (decision 12) and never somebody else's password; what two people change at once is told to the
//! second; a change and its audit row are one transaction.

mod api;
mod export;
mod mails;
mod model;
mod pages;
pub(super) mod store;
mod ties;
mod views;

#[cfg(test)]
mod tests;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    api::ChildrenApi,
    model::{Child, GuardianForm, Refusal},
    ties::{Guardian, link, unlink, update_tie},
};
use super::{identifier, people};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Person, Routes, get, post},
};

/// Pages of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .at("/admin/families", get(pages::list).post(pages::create))
        .at("/admin/families.csv", get(export::download))
        .at("/admin/families/new", get(pages::new))
        .at("/admin/families/:id", get(pages::show).post(pages::save))
        .at("/admin/families/:id/guardians", post(pages::add_guardian))
        .at("/admin/families/:id/guardians/update", post(pages::update_guardian))
        .at("/admin/families/:id/guardians/unlink", post(pages::remove_guardian))
        .at("/admin/families/:id/coaches", post(pages::add_coach))
        .at("/admin/families/:id/coaches/remove", post(pages::remove_coach))
}

/// Enters a child without guardian; the caller ties one in the same transaction.
pub async fn create_child(conn: &mut PgConnection, actor: Option<Uuid>, child: &Child) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let identifier = identifier::free(conn, &child.first_name, &child.last_name).await?;
    store::insert_child(conn, id, &identifier, child).await?;
    let details = json!({ "grade": child.grade });
    audit::record(conn, actor, "students.create", &people_subject(id), &details).await?;
    Ok(id)
}

/// Enters a child with a first guardian, known or new; a family already has no second child of the same name and day of
/// birth.
pub async fn enroll(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    child: &Child,
    guardian: &GuardianForm,
) -> Result<Result<Uuid, Refusal>> {
    let guardian_id = match ties::find_or_create(conn, ctx, actor, guardian).await? {
        Ok(id) => id,
        Err(refusal) => return Ok(Err(refusal)),
    };
    add_child(conn, actor, guardian_id, child, &guardian.relation, guardian.pays()).await
}

/// Adds a child to a guardian's family.
pub async fn add_child(
    conn: &mut PgConnection,
    actor: &Person,
    guardian: Uuid,
    child: &Child,
    relation: &str,
    is_payer: bool,
) -> Result<Result<Uuid, Refusal>> {
    store::lock_person(conn, guardian).await?;
    if store::find_child(conn, guardian, child).await?.is_some() {
        return Ok(Err(Refusal::ChildKnown));
    }
    let id = create_child(conn, Some(actor.id), child).await?;
    store::insert_tie(conn, guardian, id, relation, is_payer).await?;
    note_tied(conn, actor, id, guardian).await?;
    Ok(Ok(id))
}

/// Changes grade, school, day of birth and extra time. `version`: the one that the form was drawn from.
pub async fn update_child(
    conn: &mut PgConnection,
    actor: &Person,
    id: Uuid,
    child: &Child,
    version: i64,
) -> Result<Result<(), Refusal>> {
    match people::store::lock(conn, id).await? {
        None => return Ok(Err(Refusal::Unknown)),
        Some(account) if account.version() != version => return Ok(Err(Refusal::ChangedMeanwhile)),
        Some(_) => {}
    }
    let before = store::set_child(conn, id, child).await?;
    people::store::touch(conn, id).await?;
    let details = json!({ "grade": child.grade, "extraTime": child.extra_time, "extraTimeBefore": before });
    audit::record(conn, Some(actor.id), "students.update", &people_subject(id), &details).await?;
    Ok(Ok(()))
}

/// Gives the student to a coach, or takes the student back; repeating it changes nothing.
pub async fn set_coach(
    conn: &mut PgConnection,
    actor: &Person,
    student: Uuid,
    coach: Uuid,
    coached: bool,
) -> Result<bool> {
    let changed = if coached {
        store::insert_coaching(conn, student, coach).await?
    } else {
        store::delete_coaching(conn, student, coach).await?
    };
    if changed {
        let action = if coached { "students.coach" } else { "students.uncoach" };
        audit::record(conn, Some(actor.id), action, &people_subject(student), &json!({ "coach": coach })).await?;
    }
    Ok(changed)
}

/// Notes in the audit log that a guardian was tied to a student.
pub(super) async fn note_tied(conn: &mut PgConnection, actor: &Person, student: Uuid, guardian: Uuid) -> Result<()> {
    let details = json!({ "guardian": guardian });
    audit::record(conn, Some(actor.id), "guardianships.create", &people_subject(student), &details).await
}

pub(super) fn people_subject(id: Uuid) -> String {
    format!("users:{id}")
}

/// Name of a grade on screen.
pub fn grade_label(grade: &str) -> &'static str {
    model::label(model::GRADES, grade)
}

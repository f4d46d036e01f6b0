//! Coaches as the staff keeps them: the person, the pseudonym that students know, subjects, students.
//!
//! Always true: a pseudonym belongs to one coach; a coach sees the students on the own list and no others (decision 13);
//! a coach who leaves is closed, never deleted: sessions and reports keep their author.

mod api;
mod export;
mod model;
mod pages;
mod store;
mod views;

#[cfg(test)]
mod tests;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    api::CoachesApi,
    model::{Coach, CoachForm},
};
use super::people::{self, Refusal};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::Result,
    web::{Person, Role, Routes, get, post},
};

/// Pages of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .at("/admin/coaches", get(pages::list).post(pages::create))
        .at("/admin/coaches.csv", get(export::download))
        .at("/admin/coaches/new", get(pages::new))
        .at("/admin/coaches/:id", get(pages::show).post(pages::save))
        .at("/admin/coaches/:id/students", post(pages::add_student))
        .at("/admin/coaches/:id/students/remove", post(pages::remove_student))
}

/// Why a coach was not saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Something about the account.
    Account(Refusal),
    /// Another coach has the pseudonym.
    PseudonymTaken,
}

impl Refused {
    /// What is said, and to which field it belongs.
    pub fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Account(refusal) => refusal.said(),
            Self::PseudonymTaken => ("pseudonym", "Un autre coach porte déjà ce pseudonyme."),
        }
    }
}

/// Creates a coach; an activation mail goes out.
pub async fn create(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    form: &CoachForm,
) -> Result<Result<Uuid, Refused>> {
    let id = match people::create(conn, ctx, actor, &form.details()).await? {
        Ok(id) => id,
        Err(refusal) => return Ok(Err(Refused::Account(refusal))),
    };
    if !store::set(conn, id, form).await? {
        return Ok(Err(Refused::PseudonymTaken));
    }
    Ok(Ok(id))
}

/// Changes a coach, account and profile. `version`: the one that the form was drawn from.
pub async fn update(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    id: Uuid,
    form: &CoachForm,
    version: Option<i64>,
) -> Result<Result<(), Refused>> {
    let coach = people::store::lock(conn, id).await?.filter(|account| account.role == Role::Coach);
    if coach.is_none() {
        return Ok(Err(Refused::Account(Refusal::Unknown)));
    }
    if let Err(refusal) = people::update(conn, ctx, actor, id, &form.details(), version).await? {
        return Ok(Err(Refused::Account(refusal)));
    }
    if !store::set(conn, id, form).await? {
        return Ok(Err(Refused::PseudonymTaken));
    }
    let details = json!({ "subjects": form.subjects });
    audit::record(conn, Some(actor.id), "coaches.update", &format!("users:{id}"), &details).await?;
    Ok(Ok(()))
}

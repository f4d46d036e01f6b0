//! The staff's register of people: search, create, edit, close and reopen accounts, send the activation again.
//!
//! Always true: who may touch which account is [`rights::may_manage`]; nobody closes the own account; one admin is
//! always left; two who edit one account at once never overwrite each other unseen (the form carries the version that
//! it was drawn from); a change and its audit row are one transaction; a closed account has no session and no link.

mod access;
mod api;
mod export;
pub(super) mod mails;
mod model;
mod pages;
mod refusal;
pub(super) mod store;
mod views;

#[cfg(test)]
pub(super) mod tests;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    access::{close, invite, invite_adult, reopen},
    api::UsersApi,
    model::{Account, Details, Filter, State, Words},
    refusal::Refusal,
};
pub(super) use self::{
    api::{contract, invalid},
    views::{state_badge, tabs},
};
use super::{normal_email, rights};
use crate::{
    accounts::links,
    compliance::audit,
    ctx::Ctx,
    error::Result,
    messaging,
    web::{Person, Role, Routes, get, post},
};

/// Pages of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .at("/admin/users", get(pages::list).post(pages::create))
        .at("/admin/users.csv", get(export::download))
        .at("/admin/users/new", get(pages::new))
        .at("/admin/users/:id", get(pages::show).post(pages::save))
        .at("/admin/users/:id/close", post(pages::close))
        .at("/admin/users/:id/reopen", post(pages::reopen))
        .at("/admin/users/:id/activation", post(pages::invite))
}

/// Creates the account of an adult, and mails the link with which its owner chooses a password.
pub async fn create(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    details: &Details,
) -> Result<Result<Uuid, Refusal>> {
    let Some(role) = details.role.filter(|role| rights::may_appoint(actor.role).contains(role)) else {
        return Ok(Err(Refusal::RoleNotYours));
    };
    let id = Uuid::now_v7();
    if !store::insert(conn, id, role, details).await? {
        return Ok(Err(Refusal::EmailTaken));
    }
    if role == Role::Coach {
        store::insert_coach(conn, id, &details.full_name()).await?;
    }
    note_created(conn, actor, id, role).await?;
    access::invite_adult(conn, ctx, id).await?;
    Ok(Ok(id))
}

/// Changes an account. `version`: the one that the form was drawn from; a program that sends none changes what it names.
pub async fn update(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    id: Uuid,
    details: &Details,
    version: Option<i64>,
) -> Result<Result<(), Refusal>> {
    let Some(account) = store::lock(conn, id).await? else { return Ok(Err(Refusal::Unknown)) };
    if let Err(refusal) = may_change(conn, actor, &account, details, version).await? {
        return Ok(Err(refusal));
    }
    let role = details.role.unwrap_or(account.role);
    let email = details.email().map(normal_email);
    if let Some(email) = &email
        && store::is_taken(conn, email, id).await?
    {
        return Ok(Err(Refusal::EmailTaken));
    }
    store::set(conn, id, role, details, email.as_deref()).await?;
    if role != account.role {
        access::change_role(conn, &account, role).await?;
    }
    if email != account.email {
        links::kill_all(conn, id).await?;
        if let Some(mail) = mails::address_changed(ctx, &account) {
            messaging::send(conn, &mail).await?;
        }
    }
    let details = json!({ "fields": account.differences(details, role), "role": role.key() });
    audit::record(conn, Some(actor.id), "users.update", &subject(id), &details).await?;
    Ok(Ok(()))
}

async fn may_change(
    conn: &mut PgConnection,
    actor: &Person,
    account: &Account,
    details: &Details,
    version: Option<i64>,
) -> Result<Result<(), Refusal>> {
    let role = details.role.unwrap_or(account.role);
    Ok(if !rights::may_manage(actor.role, account.role) {
        Err(Refusal::NotYours)
    } else if version.is_some_and(|version| version != account.version()) {
        Err(Refusal::ChangedMeanwhile)
    } else if details.email().is_none() && (role != Role::Eleve || account.identifier.is_none()) {
        Err(Refusal::EmailMissing)
    } else if role == account.role {
        Ok(())
    } else if actor.role != Role::Admin {
        Err(Refusal::RoleNotYours)
    } else if role == Role::Eleve || account.role == Role::Eleve {
        Err(Refusal::RoleFixed)
    } else if account.role == Role::Parent && store::has_children(conn, account.id).await? {
        Err(Refusal::HasChildren)
    } else if account.role == Role::Admin && !store::another_admin(conn, account.id).await? {
        Err(Refusal::LastAdmin)
    } else {
        Ok(())
    })
}

/// Notes in the audit log that an account was made.
pub(super) async fn note_created(conn: &mut PgConnection, actor: &Person, id: Uuid, role: Role) -> Result<()> {
    audit::record(conn, Some(actor.id), "users.create", &subject(id), &json!({ "role": role.key() })).await
}

/// How the audit log names an account.
pub(super) fn subject(id: Uuid) -> String {
    format!("users:{id}")
}

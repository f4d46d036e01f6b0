//! Opening and closing: closed accounts, new roles, activation mails. Whatever ends here ends at once, in every browser.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Account, Refusal, State, mails, store, subject};
use crate::{
    accounts::{activation, rights, standing},
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    messaging,
    web::{Person, Role, session_list},
};

/// The account, when this person may manage it.
async fn managed(conn: &mut PgConnection, actor: &Person, id: Uuid) -> Result<Result<Account, Refusal>> {
    Ok(match store::lock(conn, id).await? {
        None => Err(Refusal::Unknown),
        Some(account) if !rights::may_manage(actor.role, account.role) => Err(Refusal::NotYours),
        Some(account) => Ok(account),
    })
}

/// Closes an account: its owner is signed out everywhere and cannot sign in; nothing is deleted. Closing what is closed
/// changes nothing.
pub async fn close(conn: &mut PgConnection, actor: &Person, id: Uuid) -> Result<Result<(), Refusal>> {
    if id == actor.id {
        return Ok(Err(Refusal::Own));
    }
    let account = match managed(conn, actor, id).await? {
        Ok(account) => account,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if account.role == Role::Admin && !store::another_admin(conn, id).await? {
        return Ok(Err(Refusal::LastAdmin));
    }
    standing::deactivate(conn, actor.id, id).await?;
    Ok(Ok(()))
}

/// Reopens it: password and record are those of before.
pub async fn reopen(conn: &mut PgConnection, actor: &Person, id: Uuid) -> Result<Result<(), Refusal>> {
    if let Err(refusal) = managed(conn, actor, id).await? {
        return Ok(Err(refusal));
    }
    standing::reactivate(conn, actor.id, id).await?;
    Ok(Ok(()))
}

/// After a change of role: no session of the old one goes on, and a new coach gets the row of one.
pub(super) async fn change_role(conn: &mut PgConnection, account: &Account, role: Role) -> Result<()> {
    session_list::end_all(conn, account.id, None).await?;
    if account.role == Role::Coach {
        store::delete_coaching(conn, account.id).await?;
    }
    if role == Role::Coach {
        store::insert_coach(conn, account.id, &account.full_name()).await?;
    }
    Ok(())
}

/// Sends the activation again: to the owner, or to the guardians of a child without e-mail. Answers the addresses.
pub async fn invite(
    conn: &mut PgConnection,
    ctx: &Ctx,
    actor: &Person,
    id: Uuid,
) -> Result<Result<Vec<String>, Refusal>> {
    let account = match managed(conn, actor, id).await? {
        Ok(account) => account,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match account.state() {
        State::Active => return Ok(Err(Refusal::Activated)),
        State::Closed => return Ok(Err(Refusal::Closed)),
        State::Waiting => {}
    }
    let sent = send_invitation(conn, ctx, &account).await?;
    if sent.is_empty() {
        return Ok(Err(Refusal::NoAddress));
    }
    audit::record(conn, Some(actor.id), "users.invite", &subject(id), &json!({ "mails": sent.len() })).await?;
    Ok(Ok(sent))
}

async fn send_invitation(conn: &mut PgConnection, ctx: &Ctx, account: &Account) -> Result<Vec<String>> {
    if let Some(email) = &account.email {
        let link = activation::create_link(conn, ctx, account.id).await?;
        messaging::send(conn, &mails::activation(ctx, account, email, &link)).await?;
        return Ok(vec![email.clone()]);
    }
    let mut sent = Vec::new();
    for guardian in store::list_recipients(conn, account.id).await? {
        let link = activation::create_link(conn, ctx, account.id).await?;
        messaging::send(conn, &mails::child_activation(ctx, account, &guardian, &link)).await?;
        sent.push(guardian.email);
    }
    Ok(sent)
}

/// The first mail to a new adult.
pub async fn invite_adult(conn: &mut PgConnection, ctx: &Ctx, id: Uuid) -> Result<()> {
    let account = store::find(conn, id).await?.ok_or_else(Error::not_found)?;
    send_invitation(conn, ctx, &account).await?;
    Ok(())
}

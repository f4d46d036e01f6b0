//! « Est-ce bien vous ? »: assessments that were taken signed out with the address of a parent who has an account. The
//! parent is asked on the own page, and answers by these two addresses.
//!
//! Always true: only what was sent to the end is asked about, since nobody else can go on with it; only the owner of the
//! address is asked, for anybody else it does not exist; nothing joins a child before the parent says yes, and a guardian
//! who may not see a child is not asked about it; an answer sent twice changes nothing.

mod store;
mod views;

use poem::{
    handler,
    web::{Data, Path},
};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    store::{Asked, list},
    views::questions,
};
use super::rebuild;
use crate::{
    accounts::families::{Claims, adopting},
    ctx::Ctx,
    error::{Error, Result},
    web::{Redirect, Role, Visitor},
};

/// `POST /compte/bilans/:id/oui`: the request, its child and its result join the household.
#[handler]
pub(super) async fn accept(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    let parent = visitor.signed_in()?.id;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if waits(&mut tx, parent, id).await? {
        let claim = adopting::adopt(&mut tx, parent, id).await?;
        rebuild::attach(&mut tx, &Claims { requests: vec![claim], emails: Vec::new() }).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(Role::Parent.landing()))
}

/// `POST /compte/bilans/:id/non`: it is never attached.
#[handler]
pub(super) async fn refuse(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    let parent = visitor.signed_in()?.id;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if waits(&mut tx, parent, id).await? {
        adopting::disown(&mut tx, parent, id).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(Role::Parent.landing()))
}

/// Whether this request still waits for the parent's answer, which nobody else gives meanwhile; not found unless the
/// parent is or was asked.
async fn waits(conn: &mut PgConnection, parent: Uuid, request: Uuid) -> Result<bool> {
    adopting::lock(conn, parent).await?;
    store::find_waits(conn, parent, request).await?.ok_or_else(Error::not_found)
}

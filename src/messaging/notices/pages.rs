//! Handlers of `/notifications`.

use chrono::{DateTime, Utc};
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    store::{self, After},
    views,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    messaging::live,
    web::{Fragment, Page, Redirect, Visitor, layout},
};

/// Notifications on one page.
const PAGE: usize = 30;

/// Where a page of the list begins: the last line of the one before.
#[derive(Deserialize)]
pub(in crate::messaging) struct Place {
    at: Option<DateTime<Utc>>,
    id: Option<Uuid>,
}

/// `/notifications`.
#[handler]
pub(in crate::messaging) async fn list(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(place): Query<Place>,
) -> Result<Page> {
    let person = visitor.signed_in()?;
    let after = place.at.zip(place.id).map(|(at, id)| After { at, id });
    let mut rows = store::list(&ctx.pool, person.id, false, after, PAGE as i64 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let unread = store::count_unread(&ctx.pool, person.id).await?;
    Ok(Page::new("Notifications", views::page(person, &rows, more, unread, after.is_some(), Utc::now())))
}

/// `/notifications/{id}`: where it leads, marked as read.
#[handler]
pub(in crate::messaging) async fn open(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
) -> Result<Redirect> {
    let link = set_read(&ctx, visitor.signed_in()?.id, id).await?;
    Ok(Redirect::to(Redirect::safe_path(&link, "/notifications")))
}

/// Marks one as read and stays.
#[handler]
pub(in crate::messaging) async fn read(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
) -> Result<Redirect> {
    set_read(&ctx, visitor.signed_in()?.id, id).await?;
    Ok(Redirect::whole("/notifications"))
}

/// Marks all as read.
#[handler]
pub(in crate::messaging) async fn read_all(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    set_all_read(&ctx, visitor.signed_in()?.id).await?;
    Ok(Redirect::whole("/notifications"))
}

/// The two numbers at the top, for open pages. Nobody who stopped being signed in is led away from what they type.
#[handler]
pub(in crate::messaging) fn badges(visitor: Data<&Visitor>) -> Response {
    match &visitor.person {
        Some(person) => Fragment(layout::unread(person.unread)).into_response(),
        None => StatusCode::NO_CONTENT.into(),
    }
}

/// Marks one as read; answers its link. 404 if it is not theirs.
pub(super) async fn set_read(ctx: &Ctx, person: Uuid, id: Uuid) -> Result<String> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let link = store::set_read(&mut tx, person, id).await?.ok_or_else(Error::not_found)?;
    live::tell(&mut tx, person).await?;
    tx.commit().await?;
    Ok(link)
}

/// Marks all as read.
pub(super) async fn set_all_read(ctx: &Ctx, person: Uuid) -> Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if store::set_all_read(&mut tx, person).await? > 0 {
        live::tell(&mut tx, person).await?;
    }
    tx.commit().await?;
    Ok(())
}

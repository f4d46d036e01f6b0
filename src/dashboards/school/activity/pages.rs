//! `/admin/activite`: the whole feed.

use poem::{
    handler,
    web::{Data, Query},
};

use super::{Filter, store, views};
use crate::{
    ctx::Ctx,
    error::Result,
    web::{Page, Role, Visitor},
};

/// Events on one page.
const PAGE: usize = 50;

/// A page of the feed.
#[handler]
pub async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let (mut events, total) =
        tokio::try_join!(store::list(&ctx.pool, &filter, PAGE as i64 + 1), store::count(&ctx.pool, &filter))?;
    let more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events.last().filter(|_| more).map(|last| last.place().key());
    Ok(Page::new("Activité", views::page(&filter, &events, total, next.as_deref())).wide())
}

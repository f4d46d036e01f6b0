//! The list as a page.

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

/// Results on one page of the list.
const PAGE: i64 = 50;

/// The list.
#[handler]
pub(super) async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let mut rows = store::list(&ctx.pool, &filter, PAGE + 1).await?;
    let more = rows.len() > PAGE as usize;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| format!("{}_{}", last.scored_on, last.assessment_id));
    Ok(Page::new("Résultats", views::list(&filter, &rows, next.as_deref())).wide())
}

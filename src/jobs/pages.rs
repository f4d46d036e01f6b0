//! `/admin/jobs`: what the house does in the background, and what it could not do.

use poem::{
    handler,
    web::{Data, Path},
};
use serde_json::json;

use super::{overview, registry::Registry, views};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::Result,
    messaging,
    web::{Page, Redirect, Role, Visitor},
};

/// Most dead jobs on the page.
const MOST_DEAD: i64 = 100;

/// Counts and dead jobs.
#[handler]
pub(super) async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let jobs = views::Jobs {
        counts: overview::counts(&ctx.pool).await?,
        dead: overview::dead(&ctx.pool, MOST_DEAD).await?,
        mails: messaging::figures(&ctx.pool).await?,
        now: chrono::Utc::now(),
    };
    Ok(Page::new("Tâches en arrière-plan", views::page(&jobs, &Registry::product())).wide())
}

/// Tries a dead job again. Sent twice, the second finds nothing to do.
#[handler]
pub(super) async fn retry(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<i64>) -> Result<Redirect> {
    let person = visitor.in_role(&[Role::Admin])?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if let Some(kind) = overview::revive(&mut tx, id).await? {
        audit::record(&mut tx, Some(person.id), "jobs.retry", &format!("jobs:{id}"), &json!({ "kind": kind })).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/admin/jobs"))
}

/// Tries all dead jobs again: after an outage, one click is enough.
#[handler]
pub(super) async fn retry_all(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    let person = visitor.in_role(&[Role::Admin])?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let revived = overview::revive_all(&mut tx).await?;
    if revived > 0 {
        audit::record(&mut tx, Some(person.id), "jobs.retry", "jobs", &json!({ "count": revived })).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/admin/jobs"))
}

//! Handlers of the directeur's page.

use poem::{handler, web::Data};
use serde::Deserialize;

use super::{recompute, stats, views};
use crate::{
    assessments::{jobs::Recompute, model::Subject},
    ctx::Ctx,
    error::{Error, Result},
    jobs,
    web::{Form, Fragment, Page, Redirect, Role, Visitor},
};

/// `/admin/directeur`.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let (stats, latest) = tokio::try_join!(stats::load(&ctx.pool), recompute::latest(&ctx.pool))?;
    Ok(Page::new("Cohorte", views::directeur(&stats, latest.as_ref())).wide())
}

/// Which subject.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    subject: String,
}

/// Asks for a recompute; a job does it.
#[handler]
pub async fn create_recompute(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Form(chosen): Form<Chosen>,
) -> Result<Redirect> {
    let actor = visitor.in_role(&[Role::Admin])?.id;
    let subject =
        Subject::parse(&chosen.subject).ok_or_else(|| Error::bad_request("Choisissez une matière de la liste."))?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let recompute_id = recompute::announce(&mut tx, subject, actor).await?;
    jobs::enqueue(&mut tx, &Recompute { subject, recompute_id, actor }).await?;
    tx.commit().await?;
    Ok(Redirect::to("/admin/directeur#recompute"))
}

/// The progress alone, asked for every two seconds while it runs.
#[handler]
pub async fn progress(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Fragment> {
    visitor.in_role(&[Role::Admin])?;
    Ok(Fragment(views::recompute_progress(recompute::latest(&ctx.pool).await?.as_ref())))
}

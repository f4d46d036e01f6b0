//! Handlers of the quality of questions.

use poem::{
    Response, handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    READERS, csv, jobs,
    report::{Order, Report},
    store, views,
};
use crate::{
    assessments::bank,
    ctx::Ctx,
    error::{Error, Result},
    web::{Fragment, Page, Redirect, Role, Visitor, sheet},
};

/// `/admin/questions`: every edition.
#[handler]
pub async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    let person = visitor.in_role(READERS)?;
    let (stored, run) = tokio::try_join!(store::list_statistics(&ctx.pool, None), store::find_latest_run(&ctx.pool))?;
    let reports = Report::all(&stored);
    Ok(Page::new("Qualité des questions", views::list(&reports, run.as_ref(), person.role == Role::Admin)).wide())
}

/// Asks for new figures; a job makes them.
#[handler]
pub async fn create_run(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    let actor = visitor.in_role(&[Role::Admin])?.id;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    jobs::request(&mut tx, Some(actor)).await?;
    tx.commit().await?;
    Ok(Redirect::to("/admin/questions#recompute"))
}

/// The progress alone, asked for every two seconds while it runs.
#[handler]
pub async fn progress(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Fragment> {
    visitor.in_role(READERS)?;
    Ok(Fragment(views::run_progress(store::find_latest_run(&ctx.pool).await?.as_ref(), true)))
}

/// How the questions are listed.
#[derive(Deserialize)]
pub struct Listing {
    #[serde(default)]
    tri: String,
}

async fn report(ctx: &Ctx, visitor: &Visitor, edition: &str) -> Result<Report> {
    visitor.in_role(READERS)?;
    let edition = bank::find(edition).ok_or_else(Error::not_found)?;
    let stored = store::list_statistics(&ctx.pool, Some(&edition.edition.id)).await?;
    Ok(Report::new(edition, stored.first()))
}

/// `/admin/questions/:bank`: the questions of an edition.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(edition): Path<String>,
    Query(listing): Query<Listing>,
) -> Result<Page> {
    let report = report(&ctx, &visitor, &edition).await?;
    Ok(Page::new(report.name(), views::bank(&report, Order::parse(&listing.tri))).wide())
}

/// `/admin/questions/:bank/csv`: the same as a table for a spreadsheet.
#[handler]
pub async fn export(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(edition): Path<String>) -> Result<Response> {
    let report = report(&ctx, &visitor, &edition).await?;
    Ok(sheet::attachment(&format!("questions-{}.csv", report.edition.edition.id), csv::table(&report)))
}

/// `/admin/questions/:bank/:question`: one question, by its id.
#[handler]
pub async fn question(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((edition, question)): Path<(String, String)>,
) -> Result<Page> {
    let report = report(&ctx, &visitor, &edition).await?;
    let item = report.items.iter().find(|item| item.question.id == question).ok_or_else(Error::not_found)?;
    Ok(Page::new(item.question.topic.clone(), views::question(&report, item)).wide())
}

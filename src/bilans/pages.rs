//! Handlers of the reports: the part of the result page that is fetched again while they are being written, and the
//! request of staff to have them written after all.

use poem::{
    IntoResponse as _, Request, Response, handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    result::{self, Reader},
    views,
};
use crate::{
    assessments::{result::ResultRow, runner::paths},
    ctx::Ctx,
    error::Result,
    web::{Fragment, Redirect, Role, Visitor},
};

/// What the page shows already.
#[derive(Deserialize)]
pub struct Known {
    /// How many reports of the model.
    #[serde(default)]
    connus: usize,
}

/// `/assessments/{id}/reports`: the reports as they stand. Opened by hand, it leads to the page that holds them.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(known): Query<Known>,
    req: &Request,
) -> Result<Response> {
    let row = result::load(&ctx, &visitor, id).await?;
    answer(&row, &visitor, Some(known.connus), req)
}

/// `POST /assessments/{id}/reports/retry`.
#[handler]
pub async fn retry(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>, req: &Request) -> Result<Response> {
    let actor = visitor.in_role(&[Role::Admin, Role::Assistante])?.id;
    result::load(&ctx, &visitor, id).await?;
    super::retry(&ctx, id, actor).await?;
    let row = result::load(&ctx, &visitor, id).await?;
    answer(&row, &visitor, None, req)
}

/// The section for htmx, the page for a browser without it.
fn answer(row: &ResultRow, visitor: &Visitor, known: Option<usize>, req: &Request) -> Result<Response> {
    if row.status != "COMPLETED" || req.header("hx-request") != Some("true") {
        return Ok(Redirect::to(format!("{}#reports", paths::result(row.id))).into_response());
    }
    let reader = Reader::of(visitor, row);
    Ok(Fragment(views::fragment(row, reader, visitor, known)?).into_response())
}

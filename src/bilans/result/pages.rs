//! Handlers of the result.

use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{reader::Reader, review, views};
use crate::{
    assessments::{
        result::{ResultRow, access, store},
        runner::paths,
    },
    bilans::views as reports,
    ctx::Ctx,
    error::{Error, Result},
    web::{Fragment, Page, Redirect, Visitor},
};

/// Signed link of a mail.
#[derive(Deserialize)]
pub struct Signed {
    acces: Option<String>,
}

/// The whole result, or a 404 for those who may not see it.
pub(in crate::bilans) async fn load(ctx: &Ctx, visitor: &Visitor, id: Uuid) -> Result<ResultRow> {
    let row = store::find(&ctx.pool, visitor, id).await?.filter(|row| row.whole);
    row.ok_or_else(|| if visitor.person.is_none() { Error::sign_in() } else { Error::not_found() })
}

/// `/assessments/{id}/result`.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(signed): Query<Signed>,
) -> Result<Response> {
    if let Some(token) = &signed.acces {
        access::open_with_link(&ctx, &visitor, id, token).await?;
        return Ok(Redirect::to(paths::result(id)).into_response());
    }
    let row = load(&ctx, &visitor, id).await?;
    if row.status != "COMPLETED" {
        let title = "Résultat à venir";
        return Ok(Page::new(title, views::not_sent(&row, visitor.person.as_ref())).into_response());
    }
    let reader = Reader::of(&visitor, &row);
    let reports = reports::section(&row, reader, &visitor)?;
    Ok(Page::new("Résultat", views::result(&row, reader, &reports)?).wide().into_response())
}

/// The contract's page of waiting: a score is there as soon as the answers are sent.
#[handler]
pub fn processing(Path(id): Path<Uuid>) -> Redirect {
    Redirect::to(paths::result(id))
}

/// The review of the questions, loaded when it is opened (a page of its own without JavaScript).
#[handler]
pub async fn questions(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    req: &poem::Request,
) -> Result<Response> {
    let row = load(&ctx, &visitor, id).await?;
    if row.status != "COMPLETED" {
        return Ok(Redirect::to(paths::result(id)).into_response());
    }
    let reader = Reader::of(&visitor, &row);
    let review = review::questions(&row, reader)?;
    if req.header("hx-request") == Some("true") {
        return Ok(Fragment(review).into_response());
    }
    Ok(Page::new("Question par question", review::page(&row, &review)).into_response())
}

//! `/admin/import`: a file of students, its preview, its result.

use poem::{
    Body, IntoResponse as _, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{MOST_BYTES, Taken, columns::TEMPLATE, finish, lines, rehearse, store, views};
use crate::{
    accounts::rights::{self, Action, Resource},
    ctx::Ctx,
    error::{Error, Result},
    web::{Form, Page, Redirect, Visitor, sheet, uploads},
};

const TITLE: &str = "Importer des élèves";

/// The form.
#[handler]
pub fn show(visitor: Data<&Visitor>) -> Result<Page> {
    rights::staff(&visitor, Action::Create, Resource::Student)?;
    Ok(Page::new(TITLE, views::form()))
}

/// The file to start from: headers, and one line as an example.
#[handler]
pub fn template(visitor: Data<&Visitor>) -> Result<Response> {
    rights::staff(&visitor, Action::Create, Resource::Student)?;
    const EXAMPLE: &str = "Ben Salah;Yassine;Terminale;;14/03/2009;Lycée des Jasmins;non;Ben Salah;Leïla;leila@example.org;+216 20 123 456;Mère;;;;;";
    Ok(sheet::attachment("modele-eleves.csv", format!("{}{}\r\n{EXAMPLE}\r\n", sheet::BOM, TEMPLATE.join(";"))))
}

/// Reads a file: its preview, or its errors by line.
#[handler]
pub async fn upload(ctx: Data<&Ctx>, visitor: Data<&Visitor>, req: &Request, body: Body) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Create, Resource::Student)?;
    let file = uploads::read::<MOST_BYTES>(req, body).await?;
    let read =
        tokio::task::spawn_blocking(move || (file.name, lines::read(&file.bytes))).await.map_err(Error::internal)?;
    let (name, read) = read;
    let mut errors = read.errors;
    if errors.is_empty() {
        match rehearse(&ctx, person, &read.lines).await? {
            Ok(outcome) => {
                let id = store::insert(&ctx.pool, person.id, &name, &read.lines, &outcome).await?;
                return Ok(Redirect::to(format!("/admin/import/{id}")).into_response());
            }
            Err(found) => errors = found,
        }
    }
    Ok(refused(views::errors(&name, &errors)))
}

fn refused(main: maud::Markup) -> Response {
    Page::new(TITLE, main).status(StatusCode::UNPROCESSABLE_ENTITY).into_response()
}

/// What taking the file over will do, or did.
#[handler]
pub async fn preview(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Page> {
    rights::staff(&visitor, Action::Create, Resource::Student)?;
    let import = store::find(&ctx.pool, id).await?.ok_or_else(Error::not_found)?;
    Ok(match &import.lines {
        Some(lines) => Page::new(TITLE, views::preview(id, &import.file_name, lines, &import.outcome)).wide(),
        None => Page::new(TITLE, views::done(&import.file_name, &import.outcome)),
    })
}

/// What is ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Confirmed {
    mails: String,
}

/// Takes the file over.
#[handler]
pub async fn take_over(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Confirmed>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Create, Resource::Student)?;
    match finish(&ctx, person, id, form.mails == "true").await? {
        Taken::Done => Ok(Redirect::to(format!("/admin/import/{id}")).into_response()),
        Taken::Refused(errors) => Ok(refused(views::errors("ce fichier", &errors))),
    }
}

/// Forgets the file.
#[handler]
pub async fn cancel(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    rights::staff(&visitor, Action::Create, Resource::Student)?;
    store::delete(&ctx.pool, id).await?;
    Ok(Redirect::to("/admin/import"))
}

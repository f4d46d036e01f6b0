//! Handlers of `/aria/souvenirs`: the student's own memories.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{LONGEST, store, views};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Person, Redirect, Role, Visitor},
};

/// Where this page is.
const HERE: &str = "/aria/souvenirs";

fn student(visitor: &Visitor) -> Result<&Person> {
    visitor.in_role(&[Role::Eleve])
}

/// What was just done.
#[derive(Deserialize)]
pub(in crate::aria) struct Done {
    #[serde(default)]
    fait: String,
}

/// All that ARIA remembers.
#[handler]
pub(in crate::aria) async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(done): Query<Done>) -> Result<Page> {
    draw(&ctx, student(&visitor)?, &done.fait, &FieldErrors::default()).await
}

async fn draw(ctx: &Ctx, student: &Person, done: &str, errors: &FieldErrors) -> Result<Page> {
    let memories = store::list(&ctx.pool, student.id).await?;
    Ok(Page::new("Ce qu’ARIA retient de toi", views::page(&memories, done, errors)))
}

fn done(what: &str) -> Redirect {
    Redirect::to(format!("{HERE}?fait={what}"))
}

/// A correction.
#[derive(Deserialize)]
pub(in crate::aria) struct Corrected {
    #[serde(default)]
    texte: String,
}

/// Corrects a memory. An empty text may be a slip: what is to be forgotten has its own button.
#[handler]
pub(in crate::aria) async fn update(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Corrected>,
) -> Result<Response> {
    let person = student(&visitor)?;
    let text: String = form.texte.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    if text.is_empty() {
        let mut errors = FieldErrors::default();
        errors.add(format!("m-{id}"), "Écris la phrase corrigée. Pour l’effacer, choisis « Oublier ».");
        return Ok(draw(&ctx, person, "", &errors).await?.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    if !store::update(&ctx.pool, person.id, id, &text).await? {
        return Err(Error::not_found());
    }
    Ok(done("corrige").into_response())
}

/// Forgets a memory.
#[handler]
pub(in crate::aria) async fn forget(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
) -> Result<Redirect> {
    let person = student(&visitor)?;
    if !store::delete(&ctx.pool, person.id, id).await? {
        return Err(Error::not_found());
    }
    Ok(done("oublie"))
}

/// Forgets all of them.
#[handler]
pub(in crate::aria) async fn forget_all(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    store::delete_all(&ctx.pool, student(&visitor)?.id).await?;
    Ok(done("tout"))
}

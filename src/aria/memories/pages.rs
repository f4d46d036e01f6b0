//! Handlers of `/aria/souvenirs`: the student's own memories.

use poem::{
    handler,
    web::{Data, Path},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{LONGEST, store, views};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Form, Page, Person, Redirect, Role, Visitor},
};

/// Where this page is.
const HERE: &str = "/aria/souvenirs";

fn student(visitor: &Visitor) -> Result<&Person> {
    visitor.in_role(&[Role::Eleve])
}

/// All that ARIA remembers.
#[handler]
pub(in crate::aria) async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    let memories = store::list(&ctx.pool, student(&visitor)?.id).await?;
    Ok(Page::new("Ce qu’ARIA retient de toi", views::page(&memories)))
}

/// A correction.
#[derive(Deserialize)]
pub(in crate::aria) struct Corrected {
    #[serde(default)]
    texte: String,
}

/// Corrects a memory; an empty text forgets it.
#[handler]
pub(in crate::aria) async fn update(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Corrected>,
) -> Result<Redirect> {
    let person = student(&visitor)?;
    let text: String = form.texte.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    let found = if text.is_empty() {
        store::delete(&ctx.pool, person.id, id).await?
    } else {
        store::update(&ctx.pool, person.id, id, &text).await?
    };
    if found { Ok(Redirect::to(HERE)) } else { Err(Error::not_found()) }
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
    Ok(Redirect::to(HERE))
}

/// Forgets all of them.
#[handler]
pub(in crate::aria) async fn forget_all(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    store::delete_all(&ctx.pool, student(&visitor)?.id).await?;
    Ok(Redirect::to(HERE))
}

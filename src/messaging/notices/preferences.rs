//! `/compte/notifications`: which notifications come by mail, too, and when.

use std::collections::HashMap;

use poem::{
    handler,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{Kind, MailWish, store, views};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Form, Page, Redirect, Visitor},
};

/// Whether a choice was just stored.
#[derive(Deserialize)]
pub(in crate::messaging) struct Saved {
    saved: Option<String>,
}

/// The choices.
#[handler]
pub(in crate::messaging) async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(query): Query<Saved>,
) -> Result<Page> {
    let person = visitor.signed_in()?;
    let chosen = store::list_preferences(&ctx.pool, person.id).await?;
    let main = views::preferences(person, &chosen, query.saved.is_some());
    Ok(Page::new("E-mails de notification", main))
}

/// Stores them: a kind that the form does not name stays as it is, and so does one that is mandatory, of which the page says
/// why.
#[handler]
pub(in crate::messaging) async fn update(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.mandatory()) {
        let Some(key) = form.get(kind.key()) else { continue };
        let wish = MailWish::parse(key).ok_or_else(|| Error::bad_request("Choisissez une possibilité de la liste."))?;
        store::set_preference(&mut tx, person.id, kind, wish).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/compte/notifications?saved=1"))
}

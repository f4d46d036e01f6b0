//! `/auth/forgot-password` and `/auth/reset-password`.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{reset, views};
use crate::{
    accounts::{
        activation::{
            pages::{NewPassword, Token, owner},
            wanted::{self, Wanted},
        },
        links::Purpose,
        passwords::change,
    },
    ctx::Ctx,
    error::Result,
    web::{FieldErrors, Form, Page, Redirect, Visitor, checks::given},
};

/// Where a link is asked for; `?sent=true` is the one answer.
#[handler]
pub fn ask(Query(query): Query<Token>) -> Page {
    if query.sent {
        Page::new("Lien demandé", views::sent())
    } else {
        Page::new("Mot de passe oublié", views::ask(&FieldErrors::default()))
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Forgotten {
    #[serde(default)]
    account: String,
}

/// Takes the wish.
#[handler]
pub async fn send(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Forgotten>) -> Result<Response> {
    if given(Some(&form.account)).is_none() {
        let mut errors = FieldErrors::default();
        errors.add("account", "L’e-mail ou l’identifiant du compte est nécessaire.");
        let page = Page::new("Mot de passe oublié", views::ask(&errors));
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    wanted::ask(&ctx, &visitor, &form.account, Wanted::Reset).await?;
    Ok(Redirect::to("/auth/forgot-password?sent=true").into_response())
}

/// The form behind the link.
#[handler]
pub async fn show(ctx: Data<&Ctx>, Query(query): Query<Token>) -> Result<Page> {
    Ok(match owner(&ctx, &query.token, Purpose::Reset).await? {
        Some(owner) => Page::new("Nouveau mot de passe", views::form(&query.token, &owner, &FieldErrors::default())),
        None => expired(),
    })
}

/// Sets the password.
#[handler]
pub async fn create(ctx: Data<&Ctx>, Form(form): Form<NewPassword>) -> Result<Response> {
    let Some(owner) = owner(&ctx, &form.token, Purpose::Reset).await? else { return Ok(expired().into_response()) };
    let errors = change::check_form(&owner, &form.password, &form.again);
    if !errors.is_empty() {
        let page = Page::new("Nouveau mot de passe", views::form(&form.token, &owner, &errors));
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let password_hash = ctx.passwords.hash(form.password).await?;
    if reset(&ctx, &form.token, &password_hash).await? {
        Ok(Redirect::to("/auth/signin?reset=true").into_response())
    } else {
        Ok(expired().into_response())
    }
}

fn expired() -> Page {
    Page::new("Lien expiré", views::expired()).status(StatusCode::BAD_REQUEST)
}

//! `/auth/activate`.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;

use super::{
    activate, views,
    wanted::{self, Wanted},
};
use crate::{
    accounts::{
        account::{self, Account},
        links::{self, Purpose},
        passwords::change,
    },
    ctx::Ctx,
    error::Result,
    web::{FieldErrors, Form, Page, Redirect, Visitor},
};

/// The secret of a link.
#[derive(Deserialize)]
pub struct Token {
    /// As it stands in the link.
    #[serde(default)]
    pub token: String,
    /// Set after a new link was asked for.
    #[serde(default)]
    pub sent: bool,
}

/// What the form of a new password sends.
#[derive(Deserialize)]
pub struct NewPassword {
    /// The secret of the link.
    #[serde(default)]
    pub token: String,
    /// The password.
    #[serde(default)]
    pub password: String,
    /// Its repetition.
    #[serde(default)]
    pub again: String,
}

/// The account that a valid link opens.
pub async fn owner(ctx: &Ctx, token: &str, purpose: Purpose) -> Result<Option<Account>> {
    match links::find(&ctx.pool, token, purpose).await? {
        Some(target) => account::find(&ctx.pool, target.user_id).await,
        None => Ok(None),
    }
}

/// The form behind the link.
#[handler]
pub async fn show(ctx: Data<&Ctx>, Query(query): Query<Token>) -> Result<Page> {
    if query.sent {
        return Ok(Page::new("Lien demandé", views::link_sent()));
    }
    Ok(match owner(&ctx, &query.token, Purpose::Activation).await? {
        Some(owner) => Page::new("Activer mon compte", views::form(&query.token, &owner, &FieldErrors::default())),
        None => expired(),
    })
}

/// Sets the password.
#[handler]
pub async fn create(ctx: Data<&Ctx>, Form(form): Form<NewPassword>) -> Result<Response> {
    let Some(owner) = owner(&ctx, &form.token, Purpose::Activation).await? else {
        return Ok(expired().into_response());
    };
    let errors = change::check_form(&owner, &form.password, &form.again);
    if !errors.is_empty() {
        let page = Page::new("Activer mon compte", views::form(&form.token, &owner, &errors));
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let password_hash = ctx.passwords.hash(form.password).await?;
    if activate(&ctx, &form.token, &password_hash).await? {
        Ok(Redirect::to("/auth/signin?activated=true").into_response())
    } else {
        Ok(expired().into_response())
    }
}

fn expired() -> Page {
    Page::new("Lien expiré", views::expired()).status(StatusCode::BAD_REQUEST)
}

/// What the form on the expired page sends.
#[derive(Deserialize)]
pub struct Again {
    #[serde(default)]
    account: String,
}

/// `POST /auth/activate/resend`: the same answer whether there is such an account or not.
#[handler]
pub async fn resend(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Again>) -> Result<Redirect> {
    wanted::ask(&ctx, &visitor, &form.account, Wanted::Activation).await?;
    Ok(Redirect::to("/auth/activate?sent=true"))
}

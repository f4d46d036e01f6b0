//! `/compte/two-factor` and what is below: the only pages of staff who have no second factor yet.

use chrono::Utc;
use poem::{IntoResponse as _, Response, handler, http::StatusCode, web::Data};
use serde::Deserialize;

use super::{confirm, generator, renew_codes, start, store, turn_off, views};
use crate::{
    accounts::{account, account::Account, signin, signin::Tries},
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Redirect, Visitor, enrolment},
};

const TITLE: &str = "Double authentification";
const WRONG_PASSWORD: &str = "Ce n’est pas le mot de passe actuel.";
const WRONG_CODE: &str =
    "Ce code n’est pas le bon. Le téléphone doit être à l’heure, et le code celui qu’il affiche en ce moment.";

/// What the forms send.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

async fn me(ctx: &Ctx, visitor: &Visitor) -> Result<Account> {
    account::find(&ctx.pool, visitor.signed_in()?.id).await?.ok_or_else(Error::sign_in)
}

fn required(ctx: &Ctx, account: &Account) -> bool {
    ctx.config.staff_two_factor && account.role.is_staff()
}

/// The page in the state that the account is in.
async fn page(ctx: &Ctx, account: &Account, errors: &FieldErrors) -> Result<Page> {
    let tone = account.tone();
    let main = match store::find(&ctx.pool, account.id).await? {
        None => views::off(tone, required(ctx, account), errors),
        Some(row) if row.confirmed => {
            let left = store::count_codes(&ctx.pool, account.id).await?;
            views::on(tone, left, required(ctx, account), errors)
        }
        Some(row) => {
            let totp = generator(ctx, account.id, &row.secret, account.sign_in_name())?;
            let uri = totp.to_url().map_err(|error| anyhow::anyhow!("{error:?}"))?;
            views::waiting(tone, &uri, &totp.secret().to_base32(), errors)
        }
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(Page::new(TITLE, main).status(status))
}

async fn refused(ctx: &Ctx, account: &Account, field: &str, sentence: &str) -> Result<Response> {
    let mut errors = FieldErrors::default();
    errors.add(field, sentence);
    Ok(page(ctx, account, &errors).await?.into_response())
}

/// Off, waiting for the first code, or on.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    page(&ctx, &me(&ctx, &visitor).await?, &FieldErrors::default()).await
}

/// Draws a secret, for whoever knows the password.
#[handler]
pub async fn begin(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Sent>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    if !signin::confirm_password(&ctx, &visitor, account.id, &form.password).await? {
        return refused(&ctx, &account, "password", WRONG_PASSWORD).await;
    }
    start(&ctx, account.id).await?;
    Ok(Redirect::to(enrolment::PAGE).into_response())
}

/// The first code: from now on it is on.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Sent>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    let tries = Tries::anywhere(&ctx, "first-code", account.id);
    tries.begin(&ctx.pool).await?;
    let Some(codes) = confirm(&ctx, &account, &form.code, Utc::now()).await? else {
        return refused(&ctx, &account, "code", WRONG_CODE).await;
    };
    tries.forget(&ctx.pool).await?;
    let next = if visitor.must_enrol { account.role.landing() } else { "/compte" };
    Ok(Page::new("Codes de secours", views::codes(account.tone(), &codes, next)).into_response())
}

/// New recovery codes, for whoever knows the password.
#[handler]
pub async fn renew(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Sent>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    if !super::is_on(&ctx.pool, account.id).await? {
        return Ok(Redirect::to(enrolment::PAGE).into_response());
    }
    if !signin::confirm_password(&ctx, &visitor, account.id, &form.password).await? {
        return refused(&ctx, &account, "password", WRONG_PASSWORD).await;
    }
    let codes = renew_codes(&ctx, account.id).await?;
    Ok(Page::new("Codes de secours", views::codes(account.tone(), &codes, enrolment::PAGE)).into_response())
}

/// Switches it off, for whoever knows the password and may do without.
#[handler]
pub async fn delete(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Sent>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    if required(&ctx, &account) {
        return Err(Error::forbidden("La double authentification est obligatoire pour l’équipe sur ce site."));
    }
    if !signin::confirm_password(&ctx, &visitor, account.id, &form.password).await? {
        return refused(&ctx, &account, "password", WRONG_PASSWORD).await;
    }
    let mut tx = crate::db::begin(&ctx.pool).await?;
    turn_off(&mut tx, &ctx, Some(account.id), &account).await?;
    tx.commit().await?;
    Ok(Redirect::to(enrolment::PAGE).into_response())
}

//! `/compte/mot-de-passe`.

use poem::{IntoResponse as _, Response, handler, http::StatusCode, web::Data};
use serde::Deserialize;
use serde_json::json;

use super::{me, views};
use crate::{
    accounts::{account::Account, mails, passwords::change, signin},
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Redirect, Visitor, session_list},
};

/// What the form sends.
#[derive(Deserialize)]
pub struct Change {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

fn page(account: &Account, errors: &FieldErrors) -> Page {
    Page::new("Changer de mot de passe", views::password(account, errors))
}

/// The form.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    Ok(page(&me(&ctx, &visitor).await?, &FieldErrors::default()))
}

/// Changes the password: links die, the other sessions end, the owner is told.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Change>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    let mut errors = change::check_form(&account, &form.password, &form.again);
    if errors.is_empty() && !signin::confirm_password(&ctx, &visitor, account.id, &form.current).await? {
        errors.add("current", "Ce n’est pas le mot de passe actuel.");
    }
    if errors.is_empty() && form.current == form.password {
        errors.add("password", "C’est déjà le mot de passe actuel.");
    }
    if !errors.is_empty() {
        return Ok(page(&account, &errors).status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let hash = ctx.passwords.hash(form.password).await?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    change::set(&mut tx, account.id, &hash, session_list::own_key(&visitor).as_deref()).await?;
    audit::record(&mut tx, Some(account.id), "accounts.change_password", &format!("users:{}", account.id), &json!({}))
        .await?;
    mails::tell_owner(&mut tx, &account, &mails::password_changed(&ctx, &account)).await?;
    tx.commit().await?;
    visitor.session.cycle_id().await.map_err(Error::unavailable)?;
    Ok(Redirect::to("/compte?fait=mot-de-passe").into_response())
}

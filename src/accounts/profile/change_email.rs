//! `/compte/email`: a new address takes effect once its owner confirmed it by the link mailed there.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{me, store, views};
use crate::{
    accounts::{
        account::{self, Account},
        activation::MOST_MAILS,
        links::{self, Channel, Purpose},
        mails, normal_email, signin,
    },
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    messaging,
    web::{Checks, FieldErrors, Form, Page, Redirect, Visitor},
};

/// What the form sends.
#[derive(Deserialize)]
pub struct Change {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

fn page(account: &Account, email: &str, errors: &FieldErrors) -> Page {
    Page::new("Changer d’adresse e-mail", views::email(account, email, errors))
}

/// The form.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    Ok(page(&me(&ctx, &visitor).await?, "", &FieldErrors::default()))
}

/// Sends the link to the new address, and word of it to the old one.
#[handler]
pub async fn ask(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Change>) -> Result<Response> {
    let account = me(&ctx, &visitor).await?;
    let email = normal_email(&form.email);
    let mut checks = Checks::default();
    checks.email("email", &email);
    checks.check("email", account.email.as_deref() != Some(&email), "C’est déjà l’adresse du compte.");
    let mut errors = checks.finish();
    if errors.is_empty() && !signin::confirm_password(&ctx, &visitor, account.id, &form.password).await? {
        errors.add("password", "Ce n’est pas le mot de passe actuel.");
    }
    if errors.is_empty() && !send_link(&ctx, &account, &email).await? {
        errors.add("email", "Plusieurs liens sont déjà partis depuis une heure. Il faut attendre un peu.");
    }
    if !errors.is_empty() {
        return Ok(page(&account, &form.email, &errors).status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    Ok(Redirect::to("/compte?fait=email-demande").into_response())
}

/// False when too many links have left. The page says the same when the address is somebody's: its owner learns so.
async fn send_link(ctx: &Ctx, account: &Account, email: &str) -> Result<bool> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    account::lock(&mut tx, account.id).await?;
    if links::count_mailed(&mut tx, account.id).await? >= MOST_MAILS {
        return Ok(false);
    }
    links::kill(&mut tx, account.id, Purpose::Email).await?;
    let link = links::create(&mut tx, ctx, account.id, Purpose::Email, Channel::Mail, Some(email)).await?;
    let mail = if store::has_account(&mut *tx, email).await? {
        mails::email_taken(account, email)
    } else {
        mails::confirm_email(account, email, &link)
    };
    messaging::send(&mut tx, &mail).await?;
    mails::tell_owner_or_guardians(&mut tx, account, &mails::email_notice(ctx, account, email, false)).await?;
    let subject = format!("users:{}", account.id);
    audit::record(&mut tx, Some(account.id), "accounts.ask_email", &subject, &json!({})).await?;
    tx.commit().await?;
    Ok(true)
}

/// The secret of the link.
#[derive(Deserialize)]
pub struct Token {
    #[serde(default)]
    token: String,
}

fn expired() -> Response {
    Page::new("Lien expiré", views::email_expired()).status(StatusCode::BAD_REQUEST).into_response()
}

/// The page behind the link, with the button that confirms: a mail scanner that opens it changes nothing.
#[handler]
pub async fn show_confirmation(ctx: Data<&Ctx>, Query(query): Query<Token>) -> Result<Response> {
    let target = links::find(&ctx.pool, &query.token, Purpose::Email).await?;
    Ok(match target.and_then(|target| target.new_email) {
        Some(email) => {
            Page::new("Confirmer l’adresse", views::email_confirmation(&query.token, &email)).into_response()
        }
        None => expired(),
    })
}

/// The new address takes effect; links sent to the old one die.
#[handler]
pub async fn confirm(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Token>) -> Result<Response> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let Some(target) = links::use_up(&mut tx, &form.token, Purpose::Email).await? else { return Ok(expired()) };
    let email = target.new_email.unwrap_or_default();
    let before = account::lock(&mut tx, target.user_id).await?.ok_or_else(Error::not_found)?;
    store::set_email(&mut tx, before.id, &email).await?;
    links::kill_all(&mut tx, before.id).await?;
    mails::tell_owner_or_guardians(&mut tx, &before, &mails::email_notice(&ctx, &before, &email, true)).await?;
    let subject = format!("users:{}", before.id);
    audit::record(&mut tx, Some(before.id), "accounts.change_email", &subject, &json!({})).await?;
    tx.commit().await?;
    let back = if visitor.person.is_some() { "/compte?fait=email" } else { "/auth/signin" };
    Ok(Redirect::to(back).into_response())
}

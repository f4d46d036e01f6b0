//! `/admin/users`: the register.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Account, Details, Filter, Refusal,
    model::AccountForm,
    store::{self, Part},
    views,
};
use crate::{
    accounts::rights::{self, Action, Resource},
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Person, Redirect, Visitor},
};

/// Accounts on one page of the list.
const PAGE: i64 = 25;

/// The list.
#[handler]
pub async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Page> {
    let person = rights::staff(&visitor, Action::Read, Resource::User)?;
    let part = Part { limit: PAGE + 1, after: filter.after.parse().ok(), ..Part::default() };
    let (mut accounts, total) =
        tokio::try_join!(store::list(&ctx.pool, &filter, part), store::count(&ctx.pool, &filter))?;
    let more = accounts.len() > PAGE as usize;
    accounts.truncate(PAGE as usize);
    let next = accounts.last().filter(|_| more).map(|last| last.id);
    Ok(Page::new("Personnes", views::list(person, &filter, &accounts, total, next)).wide())
}

/// The empty form.
#[handler]
pub fn new(visitor: Data<&Visitor>) -> Result<Page> {
    let person = rights::staff(&visitor, Action::Create, Resource::User)?;
    Ok(Page::new("Nouveau compte", views::new(person, &Details::default(), &FieldErrors::default())))
}

/// Creates an account.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<AccountForm>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Create, Resource::User)?;
    let details = form.details();
    let mut errors = details.check();
    if details.email().is_none() {
        errors.add("email", Refusal::EmailMissing.said().1);
    }
    if errors.is_empty() {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        match super::create(&mut tx, &ctx, person, &details).await? {
            Ok(id) => {
                tx.commit().await?;
                return Ok(Redirect::to(format!("/admin/users/{id}?done=created")).into_response());
            }
            Err(refusal) => errors = refusal.errors(),
        }
    }
    Ok(refused("Nouveau compte", views::new(person, &details, &errors)))
}

/// What just happened, for the notice on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// One account.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(query): Query<Done>,
) -> Result<Page> {
    let person = rights::staff(&visitor, Action::Read, Resource::User)?;
    let account = found(&ctx, id).await?;
    let details = Details::from(&account);
    let errors = FieldErrors::default();
    Ok(Page::new(account.full_name(), views::account(person, &account, &details, &errors, &query.done)))
}

/// Saves the form.
#[handler]
pub async fn save(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<AccountForm>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::User)?;
    let details = form.details();
    let mut errors = details.check();
    if errors.is_empty() {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        match super::update(&mut tx, &ctx, person, id, &details, Some(form.version)).await? {
            Ok(()) => {
                tx.commit().await?;
                return Ok(Redirect::to(format!("/admin/users/{id}?done=saved")).into_response());
            }
            Err(refusal) => errors = refusal.errors(),
        }
    }
    again(&ctx, person, id, &details, &errors).await
}

/// Closes the account.
#[handler]
pub async fn close(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Delete, Resource::User)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    match super::close(&mut tx, person, id).await? {
        Ok(()) => tx.commit().await?,
        Err(refusal) => return refuse(&ctx, person, id, refusal).await,
    }
    Ok(Redirect::to(format!("/admin/users/{id}?done=closed")).into_response())
}

/// Reopens it.
#[handler]
pub async fn reopen(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::User)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    match super::reopen(&mut tx, person, id).await? {
        Ok(()) => tx.commit().await?,
        Err(refusal) => return refuse(&ctx, person, id, refusal).await,
    }
    Ok(Redirect::to(format!("/admin/users/{id}?done=reopened")).into_response())
}

/// Sends the activation again.
#[handler]
pub async fn invite(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::User)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    match super::invite(&mut tx, &ctx, person, id).await? {
        Ok(_) => tx.commit().await?,
        Err(refusal) => return refuse(&ctx, person, id, refusal).await,
    }
    Ok(Redirect::to(format!("/admin/users/{id}?done=invited")).into_response())
}

async fn found(ctx: &Ctx, id: Uuid) -> Result<Account> {
    store::find(&mut *ctx.pool.acquire().await?, id).await?.ok_or_else(Error::not_found)
}

/// The account's page with the reason why a button did nothing.
async fn refuse(ctx: &Ctx, person: &Person, id: Uuid, refusal: Refusal) -> Result<Response> {
    let account = found(ctx, id).await?;
    Ok(refused(account.full_name(), views::account(person, &account, &Details::from(&account), &refusal.errors(), "")))
}

/// The form again, as it was filled in, drawn from what is stored now.
async fn again(ctx: &Ctx, person: &Person, id: Uuid, details: &Details, errors: &FieldErrors) -> Result<Response> {
    let account = found(ctx, id).await?;
    Ok(refused(account.full_name(), views::account(person, &account, details, errors, "")))
}

fn refused(title: impl Into<String>, main: maud::Markup) -> Response {
    Page::new(title, main).status(StatusCode::UNPROCESSABLE_ENTITY).into_response()
}

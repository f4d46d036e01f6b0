//! Handlers of `/admin/aria`: limits and subscribers.

use chrono::{NaiveDate, TimeDelta, Utc};
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{store, views};
use crate::{
    aria::alerts::contacts,
    billing::entitlements::{self, Feature},
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Redirect, Role, Visitor, format},
};

/// Where this page is.
const HERE: &str = "/admin/aria";
/// Subscribers on the page.
const MOST: i64 = 300;
/// Highest limit.
const HIGHEST: i32 = 1_000;

/// `/admin/aria`: the admin sets limits; the assistante opens ARIA+ for a student.
#[handler]
pub(in crate::aria) async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    visitor.in_role(&[Role::Admin, Role::Assistante])?;
    draw(&ctx, &visitor, &Granting::default(), &FieldErrors::default()).await
}

async fn draw(ctx: &Ctx, visitor: &Visitor, form: &Granting, errors: &FieldErrors) -> Result<Page> {
    let person = visitor.signed_in()?;
    let limits = store::list_limits(&ctx.pool).await?;
    let subscribers = store::list_subscribers(&ctx.pool, MOST).await?;
    let contacts = contacts::lines(&contacts::list(&ctx.pool).await?);
    let shown = views::Shown {
        limits: &limits,
        subscribers: &subscribers,
        contacts: form.numeros.as_deref().unwrap_or(&contacts),
        may_set: person.role == Role::Admin,
        student: &form.eleve,
        end: &form.fin,
    };
    Ok(Page::new("ARIA", views::page(&shown, errors)).wide())
}

/// The help contacts, one a line.
#[derive(Deserialize)]
pub(in crate::aria) struct Numbers {
    #[serde(default)]
    numeros: String,
}

/// Sets whom a message that worries tells to call.
#[handler]
pub(in crate::aria) async fn set_contacts(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Form(form): Form<Numbers>,
) -> Result<Response> {
    let person = visitor.in_role(&[Role::Admin])?;
    match contacts::parse(&form.numeros) {
        Ok(list) => {
            let mut tx = crate::db::begin(&ctx.pool).await?;
            contacts::replace(&mut tx, &list).await?;
            let details = json!({ "count": list.len() });
            audit::record(&mut tx, Some(person.id), "aria.set_contacts", "aria_help_contacts", &details).await?;
            tx.commit().await?;
            Ok(Redirect::to(HERE).into_response())
        }
        Err(sentence) => {
            let mut errors = FieldErrors::default();
            errors.add("numeros", sentence);
            let typed = Granting { numeros: Some(form.numeros), ..Granting::default() };
            Ok(draw(&ctx, &visitor, &typed, &errors).await?.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// A new limit.
#[derive(Deserialize)]
pub(in crate::aria) struct Setting {
    role: String,
    plan: String,
    #[serde(default)]
    limite: String,
}

/// Sets a limit.
#[handler]
pub(in crate::aria) async fn set(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Form(form): Form<Setting>,
) -> Result<Response> {
    let person = visitor.in_role(&[Role::Admin])?;
    let Some(per_day) = form.limite.trim().parse::<i32>().ok().filter(|limit| (0..=HIGHEST).contains(limit)) else {
        let mut errors = FieldErrors::default();
        errors.add(format!("{}-{}", form.role, form.plan), format!("Un nombre de 0 à {HIGHEST}"));
        let page = draw(&ctx, &visitor, &Granting::default(), &errors).await?;
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if let Some(before) = store::set_limit(&mut tx, &form.role, &form.plan, per_day, person.id).await? {
        let details = json!({ "role": form.role, "plan": form.plan, "from": before, "to": per_day });
        audit::record(&mut tx, Some(person.id), "aria.set_limit", "aria_limits", &details).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(HERE).into_response())
}

/// ARIA+ for a student.
#[derive(Deserialize, Default)]
pub(in crate::aria) struct Granting {
    #[serde(default)]
    eleve: String,
    #[serde(default)]
    fin: String,
    /// Help contacts that were refused.
    #[serde(skip)]
    numeros: Option<String>,
}

/// Opens ARIA+ for a student, until a day or without an end.
#[handler]
pub(in crate::aria) async fn grant(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Form(form): Form<Granting>,
) -> Result<Response> {
    let person = visitor.in_role(&[Role::Admin, Role::Assistante])?;
    let mut errors = FieldErrors::default();
    let end = match form.fin.trim() {
        "" => None,
        day => match day.parse::<NaiveDate>().ok().filter(|day| *day >= format::tunis_day(Utc::now())) {
            Some(day) => Some(format::tunis_midnight(day + TimeDelta::days(1))),
            None => {
                errors.add("fin", "Une date à partir d’aujourd’hui");
                None
            }
        },
    };
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let student = store::find_student(&mut *tx, form.eleve.trim()).await?;
    if student.is_none() {
        errors.add("eleve", "Aucun élève, ou plusieurs, avec ce nom : donnez l’identifiant ou l’adresse e-mail");
    }
    let Some(student) = student.filter(|_| errors.is_empty()) else {
        let page = draw(&ctx, &visitor, &form, &errors).await?;
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    entitlements::grant(&mut tx, student, Feature::Aria, end, person.id).await?;
    tx.commit().await?;
    Ok(Redirect::to(HERE).into_response())
}

/// Ends ARIA+ of a student.
#[handler]
pub(in crate::aria) async fn withdraw(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(student): Path<Uuid>,
) -> Result<Redirect> {
    let person = visitor.in_role(&[Role::Admin, Role::Assistante])?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if !entitlements::withdraw(&mut tx, student, Feature::Aria, person.id).await? {
        return Err(Error::not_found());
    }
    tx.commit().await?;
    Ok(Redirect::to(HERE))
}

//! Handlers of `/admin/aria/alertes`.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{store, views};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, FieldErrors, Form, Page, Person, Redirect, Role, Visitor},
};

/// Alerts on one page.
const PAGE: usize = 30;

fn staff(visitor: &Visitor) -> Result<&Person> {
    visitor.in_role(&[Role::Admin, Role::Assistante])
}

/// Where a page begins.
#[derive(Deserialize)]
pub(in crate::aria) struct Place {
    avant: Option<Uuid>,
}

/// `/admin/aria/alertes`.
#[handler]
pub(in crate::aria) async fn list(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(place): Query<Place>,
) -> Result<Page> {
    staff(&visitor)?;
    let mut alerts = store::list(&ctx.pool, place.avant, PAGE as i64 + 1).await?;
    let more = alerts.len() > PAGE;
    alerts.truncate(PAGE);
    Ok(Page::new("Alertes d’ARIA", views::list(&alerts, more)).wide())
}

/// `/admin/aria/alertes/{id}`: who reads it is noted.
#[handler]
pub(in crate::aria) async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Page> {
    let person = staff(&visitor)?;
    let page = draw(&ctx, id, &FieldErrors::default(), "").await?;
    let mut conn = ctx.pool.acquire().await?;
    audit::record(&mut conn, Some(person.id), "aria.read_alert", &format!("aria_alerts:{id}"), &json!({})).await?;
    Ok(page)
}

async fn draw(ctx: &Ctx, id: Uuid, errors: &FieldErrors, note: &str) -> Result<Page> {
    let alert = store::find(&ctx.pool, id).await?;
    let (guardians, others) =
        tokio::try_join!(store::list_guardians(&ctx.pool, alert.user_id), store::list_others(&ctx.pool, &alert))?;
    Ok(Page::new("Alerte", views::show(&alert, &guardians, &others, errors, note)))
}

/// What was done.
#[derive(Deserialize)]
pub(in crate::aria) struct Closing {
    #[serde(default)]
    note: String,
}

/// Closes an alert with a note on what was done.
#[handler]
pub(in crate::aria) async fn close(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Closing>,
) -> Result<Response> {
    let person = staff(&visitor)?;
    let mut checks = Checks::default();
    checks.text("note", &form.note, 3, 2_000, "Dites en quelques mots ce qui a été fait");
    let errors = checks.finish();
    if !errors.is_empty() {
        let page = draw(&ctx, id, &errors, &form.note).await?;
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let mut tx = crate::db::begin(&ctx.pool).await?;
    store::find(&mut *tx, id).await?;
    if !store::close(&mut *tx, id, person.id, form.note.trim()).await? {
        return Err(Error::conflict("Cette alerte a déjà été traitée par quelqu’un d’autre. Rechargez la page."));
    }
    audit::record(&mut tx, Some(person.id), "aria.close_alert", &format!("aria_alerts:{id}"), &json!({})).await?;
    tx.commit().await?;
    Ok(Redirect::to("/admin/aria/alertes").into_response())
}

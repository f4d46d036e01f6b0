//! Handlers of `/admin/outbox`.

use chrono::{DateTime, Utc};
use poem::{
    handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    store::{self, After},
    views::{self, STATES},
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::Result,
    jobs,
    messaging::SendMail,
    web::{Form, Page, Redirect, Role, Visitor},
};

/// Who looks after mails.
const STAFF: [Role; 2] = [Role::Admin, Role::Assistante];
/// Mails on one page.
const PAGE: usize = 50;

/// Which mails.
#[derive(Deserialize)]
pub(in crate::messaging) struct Wanted {
    #[serde(default)]
    etat: String,
    at: Option<DateTime<Utc>>,
    id: Option<Uuid>,
}

/// The state of a filter, if it is one.
fn known_state(key: &str) -> Option<&'static str> {
    STATES.iter().map(|(state, _)| *state).find(|state| *state == key)
}

/// The list.
#[handler]
pub(in crate::messaging) async fn list(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(wanted): Query<Wanted>,
) -> Result<Page> {
    visitor.in_role(&STAFF)?;
    let state = known_state(&wanted.etat);
    let after = wanted.at.zip(wanted.id).map(|(at, id)| After { at, id });
    let (health, mut rows) =
        tokio::try_join!(super::health(&ctx.pool), store::list(&ctx.pool, state, after, PAGE as i64 + 1))?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let list = views::List { health, state, rows, more, later: after.is_some(), now: Utc::now() };
    Ok(Page::new("E-mails", views::page(&list)).wide())
}

/// Where to come back to.
#[derive(Deserialize)]
pub(in crate::messaging) struct Back {
    #[serde(default)]
    etat: String,
}

/// Sends a failed mail again. Of two clicks, or two people, one does it; the other finds it done.
#[handler]
pub(in crate::messaging) async fn resend(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(back): Form<Back>,
) -> Result<Redirect> {
    let person = visitor.in_role(&STAFF)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if let Some(template) = store::set_waiting(&mut tx, id).await? {
        jobs::enqueue_again(&mut tx, &SendMail { outbox_id: id }).await?;
        let details = json!({ "template": template });
        audit::record(&mut tx, Some(person.id), "outbox.resend", &format!("outbox:{id}"), &details).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(
        known_state(&back.etat).map_or("/admin/outbox".to_owned(), |state| format!("/admin/outbox?etat={state}")),
    ))
}

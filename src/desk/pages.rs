//! Pages of one item. The queue that leads here is on the assistante's dashboard.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    model::{Kind, Outcome},
    store::{self, Detail},
    views,
};
use crate::{
    accounts::activation::{self, Sent},
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, FieldErrors, Form, Page, Person, Redirect, Role, Visitor, checks::given},
};

/// Most characters of a note.
const MOST_NOTE: usize = 1000;

/// What the closing form sends.
#[derive(Deserialize)]
pub struct Closing {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    note: String,
}

fn staff(visitor: &Visitor) -> Result<&Person> {
    visitor.in_role(&[Role::Admin, Role::Assistante])
}

fn kind_of(slug: &str) -> Result<Kind> {
    Kind::from_slug(slug).ok_or_else(Error::not_found)
}

async fn load(ctx: &Ctx, kind: Kind, id: Uuid) -> Result<Detail> {
    store::find(&ctx.pool, kind, id).await?.ok_or_else(Error::not_found)
}

fn path(kind: Kind, id: Uuid) -> String {
    format!("/desk/{}/{id}", kind.slug())
}

/// `/desk/{kind}/{id}`.
#[handler]
pub(super) async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((slug, id)): Path<(String, Uuid)>,
) -> Result<Page> {
    let person = staff(&visitor)?;
    let kind = kind_of(&slug)?;
    let detail = load(&ctx, kind, id).await?;
    Ok(Page::new(kind.label(), views::item(kind, id, &detail, person, &FieldErrors::default())))
}

/// Takes the item and shows it; held by another one, it is shown with that name.
#[handler]
pub(super) async fn take(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((slug, id)): Path<(String, Uuid)>,
) -> Result<Redirect> {
    let person = staff(&visitor)?;
    let kind = kind_of(&slug)?;
    if !store::take(&ctx.pool, kind, id, person.id).await? {
        load(&ctx, kind, id).await?;
    }
    Ok(Redirect::to(path(kind, id)))
}

/// Puts the item back into the queue.
#[handler]
pub(super) async fn release(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((slug, id)): Path<(String, Uuid)>,
) -> Result<Redirect> {
    let person = staff(&visitor)?;
    let kind = kind_of(&slug)?;
    store::release(&ctx.pool, kind, id, person.id).await?;
    Ok(Redirect::to(person.role.landing()))
}

/// Ends the item. Who comes second is told who was first, and nothing happens twice.
#[handler]
pub(super) async fn close(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((slug, id)): Path<(String, Uuid)>,
    Form(form): Form<Closing>,
) -> Result<Response> {
    let person = staff(&visitor)?;
    let kind = kind_of(&slug)?;
    let outcome = Outcome::from_key(&form.outcome).filter(|outcome| kind.outcomes().contains(outcome));
    let mut checks = Checks::default();
    checks.check("outcome", outcome.is_some(), "Choisissez comment se termine cette demande");
    checks.optional("note", Some(&form.note), MOST_NOTE);
    let errors = checks.finish();
    let (Some(outcome), true) = (outcome, errors.is_empty()) else {
        let detail = load(&ctx, kind, id).await?;
        let page = Page::new(kind.label(), views::item(kind, id, &detail, person, &errors));
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    if !end(&ctx, person, kind, id, outcome, given(Some(&form.note))).await? {
        let detail = load(&ctx, kind, id).await?;
        let page = Page::new(kind.label(), views::item(kind, id, &detail, person, &FieldErrors::default()));
        return Ok(page.status(StatusCode::CONFLICT).into_response());
    }
    Ok(Redirect::to(person.role.landing()).into_response())
}

/// The end of an item and what goes with it, in one transaction.
async fn end(ctx: &Ctx, person: &Person, kind: Kind, id: Uuid, outcome: Outcome, note: Option<&str>) -> Result<bool> {
    let mut tx = ctx.pool.begin().await?;
    if !store::close(&mut tx, kind, id, person.id, outcome, note).await? {
        return Ok(false);
    }
    if outcome == Outcome::Resent {
        let sent = activation::send_again(&mut tx, ctx, person.id, id).await?;
        if !matches!(sent, Sent::ToOwner | Sent::ToGuardians(_)) {
            return Err(Error::conflict(sent.sentence()));
        }
    }
    let details = json!({ "outcome": outcome.key() });
    audit::record(&mut tx, Some(person.id), "desk.close", &format!("{}:{id}", kind.slug()), &details).await?;
    tx.commit().await?;
    Ok(true)
}

//! Pages of one item. The queue that leads here is on the assistante's dashboard.

use poem::{
    FromRequest, IntoResponse as _, Request, RequestBody, Response, handler,
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

/// Which item, and the member of staff who asks for it.
pub(super) struct Asked {
    person: Person,
    kind: Kind,
    id: Uuid,
}

impl<'a> FromRequest<'a> for Asked {
    async fn from_request(req: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let visitor = req.data::<Visitor>().ok_or_else(Error::sign_in)?;
        let person = visitor.in_role(&[Role::Admin, Role::Assistante])?.clone();
        let Path((slug, id)) = Path::<(String, Uuid)>::from_request(req, body).await?;
        let kind = Kind::from_slug(&slug).ok_or_else(Error::not_found)?;
        Ok(Self { person, kind, id })
    }
}

impl Asked {
    fn path(&self) -> String {
        format!("/desk/{}/{}", self.kind.slug(), self.id)
    }

    async fn load(&self, ctx: &Ctx) -> Result<Detail> {
        store::find(&ctx.pool, self.kind, self.id).await?.ok_or_else(Error::not_found)
    }

    /// The item's page as it stands now.
    async fn page(&self, ctx: &Ctx, errors: &FieldErrors) -> Result<Page> {
        let detail = self.load(ctx).await?;
        Ok(Page::new(self.kind.label(), views::item(self.kind, self.id, &detail, &self.person, errors)))
    }
}

/// `/desk/{kind}/{id}`.
#[handler]
pub(super) async fn show(ctx: Data<&Ctx>, asked: Asked) -> Result<Page> {
    asked.page(&ctx, &FieldErrors::default()).await
}

/// Takes the item and shows it; held by another one, it is shown with that name.
#[handler]
pub(super) async fn take(ctx: Data<&Ctx>, asked: Asked) -> Result<Redirect> {
    if !store::take(&ctx.pool, asked.kind, asked.id, asked.person.id).await? {
        asked.load(&ctx).await?;
    }
    Ok(Redirect::to(asked.path()))
}

/// Puts the item back into the queue.
#[handler]
pub(super) async fn release(ctx: Data<&Ctx>, asked: Asked) -> Result<Redirect> {
    store::release(&ctx.pool, asked.kind, asked.id, asked.person.id).await?;
    Ok(Redirect::to(asked.person.role.landing()))
}

/// Ends the item. Who comes second is told who was first, and nothing happens twice.
#[handler]
pub(super) async fn close(ctx: Data<&Ctx>, asked: Asked, Form(form): Form<Closing>) -> Result<Response> {
    let outcome = Outcome::from_key(&form.outcome).filter(|outcome| asked.kind.outcomes().contains(outcome));
    let mut checks = Checks::default();
    checks.check("outcome", outcome.is_some(), "Choisissez comment se termine cette demande");
    checks.optional("note", Some(&form.note), MOST_NOTE);
    let errors = checks.finish();
    let (Some(outcome), true) = (outcome, errors.is_empty()) else {
        let page = asked.page(&ctx, &errors).await?;
        return Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    if !end(&ctx, &asked, outcome, given(Some(&form.note))).await? {
        let page = asked.page(&ctx, &FieldErrors::default()).await?;
        return Ok(page.status(StatusCode::CONFLICT).into_response());
    }
    Ok(Redirect::to(asked.person.role.landing()).into_response())
}

/// The end of an item and what goes with it, in one transaction.
async fn end(ctx: &Ctx, asked: &Asked, outcome: Outcome, note: Option<&str>) -> Result<bool> {
    let Asked { person, kind, id } = asked;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if !store::close(&mut tx, *kind, *id, person.id, outcome, note).await? {
        return Ok(false);
    }
    if outcome == Outcome::Resent {
        let sent = activation::send_again(&mut tx, ctx, person.id, *id).await?;
        if !matches!(sent, Sent::ToOwner | Sent::ToGuardians(_)) {
            return Err(Error::conflict(sent.sentence()));
        }
    }
    let details = json!({ "outcome": outcome.key() });
    audit::record(&mut tx, Some(person.id), "desk.close", &format!("{}:{id}", kind.slug()), &details).await?;
    tx.commit().await?;
    Ok(true)
}

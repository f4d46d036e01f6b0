//! `/admin/rag`: the library as the team keeps it.

use poem::{
    Body, IntoResponse as _, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Act, Details, Filter, act, change,
    form::DetailsForm,
    may_change,
    model::Visibility,
    store::{list, list::Document, pages as read_pages},
    team,
    upload::{self, Refused, Stored},
    vectors, views,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Fragment, Page, Person, Redirect, Visitor},
};

const TITLE: &str = "Bibliothèque";
const NEW: &str = "Ajouter un document";
/// Documents on one page of the list.
const PAGE: usize = 25;

/// The list.
#[handler]
pub async fn index(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Page> {
    let person = team(&visitor)?;
    let after = filter.after.parse().ok();
    let (mut documents, total) = tokio::try_join!(
        list::documents(&ctx.pool, person, &filter, after, PAGE as i64 + 1),
        list::count(&ctx.pool, person, &filter)
    )?;
    let more = documents.len() > PAGE;
    documents.truncate(PAGE);
    let next = documents.last().filter(|_| more).map(|last| last.id);
    let meaning = views::meaning(vectors::standing(&ctx).await.as_ref());
    Ok(Page::new(TITLE, views::page(&filter, &views::Part { documents: &documents, total, next }, &meaning)).wide())
}

/// The list alone, while something is under way.
#[handler]
pub async fn progress(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(filter): Query<Filter>) -> Result<Fragment> {
    let person = team(&visitor)?;
    let after = filter.after.parse().ok();
    let documents = list::documents(&ctx.pool, person, &filter, after, PAGE as i64).await?;
    Ok(Fragment(views::documents(&filter, &documents)))
}

/// The empty form of a new document.
#[handler]
pub fn new(visitor: Data<&Visitor>) -> Result<Page> {
    let person = team(&visitor)?;
    Ok(Page::new(NEW, views::new(person, &blank(), &FieldErrors::default())))
}

fn blank() -> DetailsForm {
    DetailsForm { visibility: Visibility::Staff.key().into(), authority: "D".into(), ..DetailsForm::default() }
}

/// Takes a document in.
#[handler]
pub async fn take(ctx: Data<&Ctx>, visitor: Data<&Visitor>, req: &Request, body: Body) -> Result<Response> {
    let person = team(&visitor)?;
    let refused = |form: &DetailsForm, errors: &FieldErrors| {
        let page = Page::new(NEW, views::new(person, form, errors));
        Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
    };
    let incoming = match upload::receive(&ctx, req, body).await {
        Ok(incoming) => incoming,
        Err(Refused { error, fields }) if error.status.is_client_error() => {
            let form = if fields.is_empty() { blank() } else { DetailsForm::of(&fields) };
            return refused(&form, &of_file(&error));
        }
        Err(refused) => return Err(refused.error),
    };
    let form = DetailsForm::of(&incoming.fields);
    let details = match form.check(person, Some(&incoming.name)) {
        Ok(details) => details,
        Err(errors) => return refused(&form, &errors),
    };
    Ok(match upload::store(&ctx, person, incoming, &details).await? {
        Stored::New(id) => Redirect::to(format!("/admin/rag/{id}?done=taken")).into_response(),
        Stored::Same(id) => Redirect::to(format!("/admin/rag/{id}?done=same")).into_response(),
    })
}

/// What is wrong with a file, under its field.
fn of_file(error: &Error) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add("file", error.sentence.clone());
    errors
}

/// What just happened, for the notice on the page.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Done {
    done: String,
}

async fn found(ctx: &Ctx, person: &Person, id: Uuid) -> Result<Document> {
    list::document(&ctx.pool, person, id).await?.ok_or_else(Error::not_found)
}

/// The document, if the person may change it: for others it is as if it were not there to be changed.
async fn changeable(ctx: &Ctx, person: &Person, id: Uuid) -> Result<Document> {
    let document = found(ctx, person, id).await?;
    if may_change(person, &document) { Ok(document) } else { Err(Error::not_found()) }
}

/// One document.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(query): Query<Done>,
) -> Result<Page> {
    let person = team(&visitor)?;
    let document = found(&ctx, person, id).await?;
    let form = DetailsForm::from(&details(&document));
    whole_document(&ctx, person, &document, &form, &FieldErrors::default(), &query.done).await
}

async fn whole_document(
    ctx: &Ctx,
    person: &Person,
    document: &Document,
    form: &DetailsForm,
    errors: &FieldErrors,
    done: &str,
) -> Result<Page> {
    let (versions, problems) = tokio::try_join!(
        list::versions(&ctx.pool, document.id),
        read_pages::problems(&ctx.pool, document.id, document.version)
    )?;
    let shown = views::Shown { document, versions: &versions, problems: &problems };
    Ok(Page::new(document.title.clone(), views::document(person, &shown, form, errors, done)))
}

fn details(document: &Document) -> Details {
    Details {
        title: document.title.clone(),
        subject: document.subject,
        grade: document.grade,
        authority: document.authority,
        rights: document.rights.clone(),
        visibility: document.visibility,
    }
}

/// Saves what a document is.
#[handler]
pub async fn save(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<DetailsForm>,
) -> Result<Response> {
    let person = team(&visitor)?;
    let document = changeable(&ctx, person, id).await?;
    match form.check(person, None) {
        Ok(details) => {
            change(&ctx, person, &document, &details).await?;
            Ok(Redirect::to(format!("/admin/rag/{id}?done=saved")).into_response())
        }
        Err(errors) => {
            let page = whole_document(&ctx, person, &document, &form, &errors, "").await?;
            Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// Takes a new version in.
#[handler]
pub async fn replace(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    req: &Request,
    body: Body,
) -> Result<Response> {
    let person = team(&visitor)?;
    let document = changeable(&ctx, person, id).await?;
    match upload::receive(&ctx, req, body).await {
        Ok(incoming) => {
            let done = match upload::replace(&ctx, person, id, incoming).await? {
                Stored::New(_) => "replaced",
                Stored::Same(_) => "unchanged",
            };
            Ok(Redirect::to(format!("/admin/rag/{id}?done={done}")).into_response())
        }
        Err(Refused { error, .. }) if error.status.is_client_error() => {
            let form = DetailsForm::from(&details(&document));
            let page = whole_document(&ctx, person, &document, &form, &of_file(&error), "").await?;
            Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
        Err(refused) => Err(refused.error),
    }
}

async fn done(ctx: &Ctx, visitor: &Visitor, id: Uuid, what: Act, said: &str) -> Result<Redirect> {
    let person = team(visitor)?;
    let document = changeable(ctx, person, id).await?;
    act(ctx, person, &document, what).await?;
    Ok(Redirect::to(format!("/admin/rag/{id}?done={said}")))
}

/// Tries a failed ingestion again.
#[handler]
pub async fn retry(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    done(&ctx, &visitor, id, Act::Retry, "retried").await
}

/// Takes a document out of use.
#[handler]
pub async fn withdraw(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    done(&ctx, &visitor, id, Act::Withdraw, "withdrawn").await
}

/// Takes it back into use.
#[handler]
pub async fn restore(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    done(&ctx, &visitor, id, Act::Restore, "restored").await
}

//! Handlers of `/messages`.

use chrono::Utc;
use maud::Markup;
use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    LONGEST, Outcome, PAGE, mark_read, path, send,
    store::{self, Thread},
    tidy, views,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, FieldErrors, Form, Fragment, Page, Person, Redirect, Role, Visitor},
};

/// Conversations on one page.
const CONVERSATIONS: usize = 30;
/// People to choose from on one page: who is not among them is searched.
const CONTACTS: usize = 40;

/// Where a page begins: before this message.
#[derive(Deserialize)]
pub(in crate::messaging) struct Place {
    avant: Option<i64>,
}

/// A page of messages; coaches may be on a weak connection, and get no title font.
fn page(person: &Person, title: impl Into<String>, main: Markup) -> Page {
    let mut page = Page::new(title, main);
    page.title_font = person.role != Role::Coach;
    page
}

/// `/messages`.
#[handler]
pub(in crate::messaging) async fn conversations(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(place): Query<Place>,
) -> Result<Page> {
    let person = visitor.signed_in()?;
    let mut lines = store::list(&ctx.pool, person.id, place.avant, CONVERSATIONS as i64 + 1).await?;
    let more = lines.len() > CONVERSATIONS;
    lines.truncate(CONVERSATIONS);
    Ok(page(person, "Messages", views::conversations(person, &lines, place.avant.is_none(), more, Utc::now())))
}

/// What to look for among contacts.
#[derive(Deserialize)]
pub(in crate::messaging) struct Search {
    #[serde(default)]
    q: String,
}

/// `/messages/nouveau`: whom to write to.
#[handler]
pub(in crate::messaging) async fn choose(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(search): Query<Search>,
) -> Result<Page> {
    let person = visitor.signed_in()?;
    let q = search.q.trim();
    let mut contacts = store::list_contacts(&ctx.pool, person.id, q, CONTACTS as i64 + 1).await?;
    let more = contacts.len() > CONTACTS;
    contacts.truncate(CONTACTS);
    Ok(page(person, "Nouveau message", views::choose(person, &contacts, q, more)))
}

/// What a thread's page shows, before it is drawn.
struct Loaded {
    thread: Thread,
    main: Markup,
    last_id: Option<i64>,
}

async fn load(ctx: &Ctx, person: &Person, other: Uuid, before: Option<i64>) -> Result<(Thread, Vec<store::Message>)> {
    let thread = store::find_thread(&ctx.pool, person.id, other).await?.ok_or_else(Error::not_found)?;
    let messages = match thread.conversation {
        Some(conversation) => store::list_messages(&ctx.pool, conversation, before, PAGE + 1).await?,
        None => Vec::new(),
    };
    Ok((thread, messages))
}

async fn draw(
    ctx: &Ctx,
    person: &Person,
    other: Uuid,
    before: Option<i64>,
    words: &str,
    errors: &FieldErrors,
) -> Result<Loaded> {
    let (thread, messages) = load(ctx, person, other, before).await?;
    let main = views::thread(person, &thread, &messages, before, words, errors, Utc::now());
    Ok(Loaded { last_id: messages.last().map(|message| message.id), thread, main })
}

/// `/messages/{person}`. The newest page marks what it shows as read.
#[handler]
pub(in crate::messaging) async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(other): Path<Uuid>,
    Query(place): Query<Place>,
) -> Result<Page> {
    let person = visitor.signed_in()?;
    let loaded = draw(&ctx, person, other, place.avant, "", &FieldErrors::default()).await?;
    let mut page = page(person, loaded.thread.contact.name(person.role), loaded.main);
    if place.avant.is_none()
        && let Some(last) = loaded.last_id
        && mark_read(&ctx, person.id, other, last).await?
    {
        // The numbers at the top were counted before this page was read.
        page.unread = Some(store::count_unread(&ctx.pool, person.id).await?);
    }
    Ok(page)
}

/// What the open page shows.
#[derive(Deserialize)]
pub(in crate::messaging) struct Seen {
    #[serde(default)]
    dernier: i64,
    #[serde(default)]
    lu: i64,
}

/// The messages of an open thread, if they changed. Who stopped being signed in is not led away from what they type.
#[handler]
pub(in crate::messaging) async fn updates(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(other): Path<Uuid>,
    Query(seen): Query<Seen>,
) -> Result<Response> {
    let Some(person) = &visitor.person else { return Ok(StatusCode::NO_CONTENT.into()) };
    let (thread, messages) = load(&ctx, person, other, None).await?;
    let last = messages.last().map_or(0, |message| message.id);
    if (last, thread.their_read_id) == (seen.dernier, seen.lu) {
        return Ok(StatusCode::NO_CONTENT.into());
    }
    let fragment = Fragment(views::messages(person, &thread, &messages, None, Utc::now()));
    mark_read(&ctx, person.id, other, last).await?;
    Ok(fragment.into_response())
}

/// What the form sends.
#[derive(Deserialize)]
pub(in crate::messaging) struct Written {
    #[serde(default)]
    key: String,
    #[serde(default)]
    message: String,
}

/// Sends a message; the refused form keeps the words.
#[handler]
pub(in crate::messaging) async fn create(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(other): Path<Uuid>,
    Form(form): Form<Written>,
) -> Result<Response> {
    let person = visitor.signed_in()?;
    let body = tidy(&form.message);
    let mut checks = Checks::default();
    let student = person.role == Role::Eleve;
    checks.text("message", &body, 1, LONGEST, if student { "Écris ton message" } else { "Écrivez votre message" });
    let mut errors = checks.finish();
    if errors.is_empty() {
        // A form without its key is no form of ours: each sending is then a message.
        let key = if form.key.is_empty() { Uuid::new_v4().to_string() } else { form.key };
        match send(&ctx, person, other, &key, &body).await? {
            Outcome::Sent { .. } => return Ok(Redirect::to(format!("{}#message", path(other))).into_response()),
            Outcome::Unknown => return Err(Error::not_found()),
            Outcome::NotAllowed => errors.add("message", views::not_allowed(student)),
        }
    }
    let loaded = draw(&ctx, person, other, None, &form.message, &errors).await?;
    let title = loaded.thread.contact.name(person.role);
    Ok(page(person, title, loaded.main).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

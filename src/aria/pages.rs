//! Handlers of conversations: `/dashboard/eleve/aria` for students, `/aria` for the others.

use chrono::{DateTime, Utc};
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::{HeaderValue, StatusCode},
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    asking::{self, Place, Taken},
    model::{self, LONGEST_QUESTION, LONGEST_TITLE, home, path},
    quota, store, streams, views,
    waiting::wait,
    watching::Watcher,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    subjects::SchoolSubject,
    web::{Checks, FieldErrors, Form, Page, Person, Redirect, Role, Visitor},
};

/// Conversations on one page.
const PAGE: usize = 20;
/// Turns on one page.
pub(super) const TURNS: i64 = 12;

/// What is looked for.
#[derive(Deserialize, Default)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    matiere: String,
    apres: Option<String>,
    #[serde(default)]
    panneau: String,
    /// What was just done.
    #[serde(default)]
    fait: String,
}

/// The signed-in person, where their conversations are; others are led there.
fn at_home<'a>(req: &Request, visitor: &'a Visitor) -> Result<std::result::Result<&'a Person, Response>> {
    let person = visitor.signed_in()?;
    let there = home(person.role);
    let asked = req.uri().path();
    if asked == there || asked.starts_with(&format!("{there}/")) {
        return Ok(Ok(person));
    }
    Ok(Err(Redirect::to(asked.replacen(
        if person.role == Role::Eleve { "/aria" } else { "/dashboard/eleve/aria" },
        there,
        1,
    ))
    .into_response()))
}

/// The list, and a place for a new question.
#[handler]
pub(super) async fn list(
    req: &Request,
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(search): Query<Search>,
) -> Result<Response> {
    let person = match at_home(req, &visitor)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere),
    };
    Ok(draw_list(&ctx, person, &search, &Asking::default(), &FieldErrors::default()).await?.into_response())
}

async fn draw_list(ctx: &Ctx, person: &Person, search: &Search, asking: &Asking, errors: &FieldErrors) -> Result<Page> {
    let subject = SchoolSubject::parse(&search.matiere);
    let before = search.apres.as_deref().and_then(read_place);
    let words: String = search.q.trim().chars().take(80).collect();
    let (mut found, left, students) = tokio::try_join!(
        store::list_conversations(&ctx.pool, person.id, subject, &words, before, PAGE as i64 + 1),
        quota::left(&ctx.pool, person.id, person.role),
        store::list_students(&ctx.pool, person.id, person.role),
    )?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let shown = views::List {
        found: &found,
        more,
        words: &words,
        subject,
        left: &left,
        students: &students,
        done: &search.fait,
    };
    let main = views::home(person, &shown, asking, errors, !search.panneau.is_empty());
    Ok(page(person, "ARIA", main))
}

/// The place of a conversation in the list: `{micros}_{id}`.
fn read_place(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

pub(super) fn page(person: &Person, title: &str, main: maud::Markup) -> Page {
    let mut page = Page::new(title, main);
    page.title_font = person.role != Role::Coach;
    page
}

/// A question, as a form sends it.
#[derive(Deserialize, Default)]
pub(super) struct Asking {
    #[serde(default)]
    pub(super) key: String,
    #[serde(default)]
    pub(super) question: String,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) student: String,
    #[serde(default)]
    panneau: String,
}

impl Asking {
    fn check(&self, person: &Person) -> FieldErrors {
        let mut checks = Checks::default();
        let empty = if model::says_tu(person) { "Écris ta question" } else { "Écrivez votre question" };
        checks.text("question", &self.question, 1, LONGEST_QUESTION, empty);
        checks.finish()
    }

    /// A form without its key is no form of ours: each sending is then a question.
    fn key(&self) -> String {
        if self.key.is_empty() { Uuid::new_v4().to_string() } else { self.key.chars().take(64).collect() }
    }
}

/// What a question led to: its conversation, or the form again.
enum Led {
    To(Taken),
    Refused(FieldErrors, StatusCode),
}

/// Asks; a limit that is reached and an answer that still runs are said in the form, with the question kept.
async fn ask(ctx: &Ctx, person: &Person, place: Place, form: &Asking, htmx: bool) -> Result<Led> {
    let mut errors = form.check(person);
    if !errors.is_empty() {
        return Ok(Led::Refused(errors, StatusCode::UNPROCESSABLE_ENTITY));
    }
    match asking::ask(ctx, person, place, Some(&form.key()), form.question.trim(), !htmx).await {
        Ok(taken) => {
            if !htmx {
                wait(ctx, person, taken.answer).await;
            }
            Ok(Led::To(taken))
        }
        Err(error) if matches!(error.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT) => {
            errors.add("question", error.sentence.clone());
            Ok(Led::Refused(errors, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error),
    }
}

fn is_htmx(req: &Request) -> bool {
    req.header("hx-request") == Some("true")
}

fn to_conversation(person: &Person, conversation: Uuid, panel: &str) -> Response {
    let panel = if panel.is_empty() { "" } else { "?panneau=1" };
    Redirect::to(format!("{}{panel}#fin", path(person.role, conversation))).into_response()
}

/// A question that begins a conversation.
#[handler]
pub(super) async fn create(
    req: &Request,
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Form(form): Form<Asking>,
) -> Result<Response> {
    let person = visitor.signed_in()?;
    // Who has no subject to choose asks under the first one.
    let unasked = (!model::has_subject(person.role)).then_some(SchoolSubject::Mathematiques);
    let Some(subject) = SchoolSubject::parse(&form.subject).or(unasked) else {
        return Err(Error::bad_request("Choisissez une matière de la liste."));
    };
    let place = Place::New { subject, student: form.student.parse().ok() };
    match ask(&ctx, person, place, &form, is_htmx(req)).await? {
        Led::To(taken) => Ok(to_conversation(person, taken.conversation, &form.panneau)),
        Led::Refused(errors, status) => {
            let search = Search { panneau: form.panneau.clone(), ..Search::default() };
            Ok(draw_list(&ctx, person, &search, &form, &errors).await?.status(status).into_response())
        }
    }
}

/// Where a page of turns begins.
#[derive(Deserialize, Default)]
pub(super) struct Turns {
    avant: Option<Uuid>,
    #[serde(default)]
    panneau: String,
    /// What was just done.
    #[serde(default)]
    fait: String,
}

/// Whether the browser shows this address already: one more entry of its history would hold Back where it is.
fn is_at(req: &Request, address: &str) -> bool {
    let here = req.header("hx-current-url").and_then(|url| url.split(['?', '#']).next());
    here.is_some_and(|here| here.ends_with(address))
}

/// A conversation.
#[handler]
pub(super) async fn show(
    req: &Request,
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(place): Query<Turns>,
) -> Result<Response> {
    let person = match at_home(req, &visitor)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut response =
        draw(&ctx, person, id, &place, &Asking::default(), &FieldErrors::default()).await?.into_response();
    // A form that led here changed a part of the page: the address follows, except in the panel beside another page.
    let address = path(person.role, id);
    let change = if is_at(req, &address) { "hx-replace-url" } else { "hx-push-url" };
    if place.panneau.is_empty()
        && let Ok(address) = HeaderValue::from_str(&address)
    {
        response.headers_mut().insert(change, address);
    }
    Ok(response)
}

async fn draw(
    ctx: &Ctx,
    person: &Person,
    id: Uuid,
    place: &Turns,
    asking: &Asking,
    errors: &FieldErrors,
) -> Result<Page> {
    let (conversation, turns, left) = tokio::try_join!(
        store::find_conversation(&ctx.pool, person.id, id),
        store::list_turns(&ctx.pool, id, place.avant, TURNS + 1),
        quota::left(&ctx.pool, person.id, person.role),
    )?;
    let conversation = conversation.ok_or_else(Error::not_found)?;
    let thread = views::Thread {
        conversation: &conversation,
        turns: &turns,
        newest: place.avant.is_none(),
        left: &left,
        done: &place.fait,
    };
    // Any: an older one may be asked again.
    let running = turns.iter().any(|turn| turn.answer.state == model::State::Running);
    let main = views::conversation(person, &thread, asking, errors, !place.panneau.is_empty());
    let mut page = page(person, &conversation.title, main);
    page.refresh = (running && place.avant.is_none()).then_some(3);
    Ok(page)
}

/// One more question.
#[handler]
pub(super) async fn add(
    req: &Request,
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Asking>,
) -> Result<Response> {
    let person = visitor.signed_in()?;
    match ask(&ctx, person, Place::In(id), &form, is_htmx(req)).await? {
        Led::To(taken) => Ok(to_conversation(person, taken.conversation, &form.panneau)),
        Led::Refused(errors, status) => {
            let place = Turns { panneau: form.panneau.clone(), ..Turns::default() };
            Ok(draw(&ctx, person, id, &place, &form, &errors).await?.status(status).into_response())
        }
    }
}

/// A new title.
#[derive(Deserialize)]
pub(super) struct Titled {
    #[serde(default)]
    titre: String,
}

/// Renames a conversation; an empty title changes nothing.
#[handler]
pub(super) async fn rename(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Titled>,
) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let title: String =
        form.titre.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_TITLE).collect();
    if title.is_empty() {
        return Ok(Redirect::to(path(person.role, id)));
    }
    if !store::set_title(&ctx.pool, person.id, id, &title).await? {
        return Err(Error::not_found());
    }
    Ok(Redirect::to(format!("{}?fait=renommee", path(person.role, id))))
}

/// Deletes a conversation.
#[handler]
pub(super) async fn delete(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    if !store::delete_conversation(&ctx.pool, person.id, id).await? {
        return Err(Error::not_found());
    }
    Ok(Redirect::to(format!("{}?fait=supprimee", home(person.role))))
}

/// Where a page was when it lost its stream.
#[derive(Deserialize)]
pub(super) struct Since {
    depuis: Option<String>,
}

/// The answer as it is written: see [`streams`].
#[handler]
pub(super) async fn stream(
    req: &Request,
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(place): Query<Since>,
) -> Result<Response> {
    let person = visitor.signed_in()?;
    store::find_question(&ctx.pool, person.id, id).await?.ok_or_else(Error::not_found)?;
    // A stream that was lost for good is opened anew by the page, which then says itself where it was.
    let place = req.header("last-event-id").or(place.depuis.as_deref());
    let seen = streams::seen(place, id);
    let watcher = Watcher::new(&ctx, ctx.aria_seats.take(person.id)?, id, seen);
    Ok(streams::for_page(watcher, person.clone(), id))
}

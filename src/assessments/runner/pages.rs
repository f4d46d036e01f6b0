//! Handlers of the runner.

use chrono::Utc;
use poem::{
    IntoResponse as _, Request, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{paths, views};
use crate::{
    assessments::{
        attempt::{self, Attempt, Ended, EndedBy, Phase, Saved, Taker},
        bank::{self, BankEdition},
        forms, free,
        model::Subject,
        result,
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{Form, Fragment, Page, Redirect, Role, Visitor},
};

/// Loads the attempt through the visitor.
async fn load(ctx: &Ctx, visitor: &Visitor, id: Uuid) -> Result<Attempt> {
    attempt::find(&ctx.pool, visitor, id).await?.ok_or_else(Error::not_found)
}

/// Where an attempt goes on.
fn next_place(attempt: &Attempt) -> String {
    match attempt.phase(Utc::now()) {
        Phase::Waiting | Phase::Unfinished => paths::attempt(attempt.id),
        Phase::Scored => paths::result(attempt.id),
        Phase::Running | Phase::TimeUp => match attempt.first_open() {
            Some(number) => paths::question(attempt.id, number),
            None => paths::review(attempt.id),
        },
    }
}

/// What a signed-in student starts: a form, or the next one of a subject.
#[derive(Deserialize)]
pub struct Chosen {
    bank: Option<String>,
    subject: Option<String>,
}

impl Chosen {
    /// The form that is meant; of a subject, one that the student has not taken yet, if there is one.
    async fn edition(&self, ctx: &Ctx, student: Uuid) -> Result<BankEdition> {
        if let Some(bank) = &self.bank {
            return bank::find(bank).ok_or_else(Error::not_found);
        }
        let subject = self.subject.as_deref().ok_or_else(|| Error::bad_request("Choisis un questionnaire."))?;
        let subject = Subject::parse(subject).ok_or_else(Error::not_found)?;
        let grade = attempt::find_grade(&ctx.pool, student).await?;
        let taken = forms::list_taken(&ctx.pool, Some(student), "", &[]).await?;
        forms::offer(subject, grade, &taken).map(|offer| offer.edition).ok_or_else(Error::not_found)
    }
}

/// A signed-in student begins: the attempt is made and its clock starts.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<Chosen>) -> Result<Redirect> {
    let student = visitor.in_role(&[Role::Eleve])?;
    let edition = form.edition(&ctx, student.id).await?;
    let taker = Taker { student_id: Some(student.id), request_id: None, name: student.full_name() };
    let id = attempt::begin(&ctx, &visitor, edition, &taker).await?;
    Ok(Redirect::to(paths::question(id, 0)))
}

/// Signed link of a mail.
#[derive(Deserialize)]
pub struct Signed {
    acces: Option<String>,
}

/// Introduction before the start; afterwards, wherever the attempt stands. A signed link opens it in this browser.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(signed): Query<Signed>,
) -> Result<Response> {
    if let Some(token) = &signed.acces {
        result::access::open_with_link(&ctx, &visitor, id, token).await?;
        return Ok(Redirect::to(paths::attempt(id)).into_response());
    }
    let Some(attempt) = attempt::find(&ctx.pool, &visitor, id).await? else {
        // Not theirs to take, but perhaps theirs to read: guardians and staff.
        return Ok(Redirect::to(paths::result(id)).into_response());
    };
    Ok(match attempt.phase(Utc::now()) {
        Phase::Waiting => {
            let reason = free::reason(&ctx.pool, &attempt).await?;
            Page::new("Avant de commencer", views::introduction(&attempt, reason)).into_response()
        }
        Phase::Unfinished => {
            Page::new("Évaluation inachevée", views::unfinished(&attempt, visitor.person.as_ref())).into_response()
        }
        _ => Redirect::to(next_place(&attempt)).into_response(),
    })
}

/// Starts the clock.
#[handler]
pub async fn start(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    attempt::start(&ctx, &visitor, id).await?;
    Ok(Redirect::to(paths::question(id, 0)))
}

/// One question.
#[handler]
pub async fn question(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((id, number)): Path<(Uuid, usize)>,
) -> Result<Response> {
    let mut attempt = load(&ctx, &visitor, id).await?;
    let number = number.checked_sub(1).filter(|number| *number < attempt.len()).ok_or_else(Error::not_found)?;
    if attempt.phase(Utc::now()) != Phase::Running {
        return leave(&ctx, &visitor, &attempt).await;
    }
    attempt::see(&ctx, &mut attempt, number).await?;
    let page = Page::new(format!("Question {}", number + 1), views::question(&attempt, number)).focused();
    Ok(at_address(page, &paths::question(id, number)))
}

/// Away from a page that needs a running attempt; one whose time is up is ended on the way.
async fn leave(ctx: &Ctx, visitor: &Visitor, attempt: &Attempt) -> Result<Response> {
    let place = match attempt.phase(Utc::now()) {
        Phase::TimeUp => match attempt::finish(ctx, attempt.id, EndedBy::Clock, &visitor.grants).await? {
            Ended::Scored => paths::result(attempt.id),
            Ended::Unfinished => paths::attempt(attempt.id),
        },
        _ => next_place(attempt),
    };
    Ok(Redirect::to(place).into_response())
}

/// What a question's form sends.
#[derive(Deserialize)]
pub struct Answered {
    answer: Option<String>,
    /// `next`: the student goes on; absent when the page's script only stores the answer.
    then: Option<String>,
}

/// Stores the answer. For the page's script: the progress, for everyone else: on to the next question.
#[handler]
pub async fn answer(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((id, number)): Path<(Uuid, usize)>,
    req: &Request,
    Form(form): Form<Answered>,
) -> Result<Response> {
    let script = req.header("hx-request") == Some("true");
    let mut attempt = load(&ctx, &visitor, id).await?;
    let number = number.checked_sub(1).filter(|number| *number < attempt.len()).ok_or_else(Error::not_found)?;
    let saved = match &form.answer {
        Some(value) => attempt::answer(&ctx, &visitor, &mut attempt, number, value).await?,
        None => Saved::Yes,
    };
    if saved == Saved::TooLate {
        return too_late(&ctx, &visitor, &attempt, script).await;
    }
    if script && form.then.is_none() {
        return Ok(Fragment(views::domains_update(&attempt, number)).into_response());
    }
    let next = if number + 1 < attempt.len() { paths::question(id, number + 1) } else { paths::review(id) };
    Ok(Redirect::to(next).into_response())
}

async fn too_late(ctx: &Ctx, visitor: &Visitor, attempt: &Attempt, script: bool) -> Result<Response> {
    let place = leave(ctx, visitor, attempt).await?;
    let location = place.header("location").unwrap_or("/").to_owned();
    Ok(if script {
        Response::builder().status(StatusCode::CONFLICT).header("hx-redirect", location).finish()
    } else {
        place
    })
}

/// What is answered and what is not, before sending.
#[handler]
pub async fn review(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Response> {
    let attempt = load(&ctx, &visitor, id).await?;
    if attempt.phase(Utc::now()) != Phase::Running {
        return leave(&ctx, &visitor, &attempt).await;
    }
    Ok(at_address(Page::new("Avant d’envoyer", views::review(&attempt)).focused(), &paths::review(id)))
}

/// For htmx, which came here by a redirect that it cannot see: the address to show.
fn at_address(page: Page, address: &str) -> Response {
    page.with_header("hx-push-url", address).into_response()
}

/// Sends the attempt.
#[handler]
pub async fn send(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    end(&ctx, &visitor, id, EndedBy::Student).await
}

/// The countdown of the page has reached zero.
#[handler]
pub async fn time_up(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    let attempt = load(&ctx, &visitor, id).await?;
    let early = attempt.deadline.is_none_or(|deadline| Utc::now() + chrono::Duration::seconds(2) < deadline);
    if early && attempt.phase(Utc::now()) == Phase::Running {
        return Ok(Redirect::to(paths::review(id)));
    }
    end(&ctx, &visitor, id, EndedBy::Clock).await
}

async fn end(ctx: &Ctx, visitor: &Visitor, id: Uuid, by: EndedBy) -> Result<Redirect> {
    load(ctx, visitor, id).await?;
    Ok(Redirect::to(match attempt::finish(ctx, id, by, &visitor.grants).await? {
        Ended::Scored => paths::result(id),
        Ended::Unfinished => paths::attempt(id),
    }))
}

//! A question is a record before it is a request: it is stored with the answer that it wants, at once, and only then
//! written. The page and the JSON contract ask here.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    alerts::{self, FoundBy, Sign},
    context::{Frame, Student},
    engine::{Engine, Work},
    model, quota,
    safety::{self, Alarm},
    store::{self, Begins, Outcome, Taking},
};
use crate::{
    accounts::{students, tone::Tone},
    ctx::Ctx,
    error::{Error, OnConstraint as _, Result},
    learning::badges::{self, AriaCounts, Badge},
    subjects::SchoolSubject,
    web::{Person, Role},
};

/// Where a question is asked.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// In this conversation.
    In(Uuid),
    /// In a new one; a parent's or a coach's may be about a student.
    New {
        /// What it is about.
        subject: SchoolSubject,
        /// Whom it is about.
        student: Option<Uuid>,
    },
}

/// A question that was taken.
#[derive(Debug)]
pub struct Taken {
    /// Its conversation.
    pub conversation: Uuid,
    /// Its answer, which is being written.
    pub answer: Uuid,
    /// Badges that it earned.
    pub badges: Vec<&'static Badge>,
}

/// A question, new or asked again.
struct Asked<'a> {
    question: Uuid,
    conversation: Uuid,
    begins: Option<Begins<'a>>,
    /// Of the form; none is of a question of its own.
    key: Option<&'a str>,
    content: &'a str,
    /// When it was asked before.
    before: Option<DateTime<Utc>>,
    waited: bool,
}

/// Takes a question. The same `key` sent twice with the same question is one, none is of each sending its own; `waited`: somebody waits
/// for the whole answer.
pub async fn ask(
    ctx: &Ctx,
    person: &Person,
    place: Place,
    key: Option<&str>,
    content: &str,
    waited: bool,
) -> Result<Taken> {
    let (ctx, person) = (ctx.clone(), person.clone());
    let (key, content) = (key.map(str::to_owned), content.to_owned());
    whoever_hangs_up(async move { ask_once(&ctx, &person, place, key.as_deref(), &content, waited).await }).await
}

/// Asks for another answer to the question of this one.
pub async fn ask_again(ctx: &Ctx, person: &Person, answer: Uuid, waited: bool) -> Result<Taken> {
    let (ctx, person) = (ctx.clone(), person.clone());
    whoever_hangs_up(async move {
        let found = store::find_question(&ctx.pool, person.id, answer).await?.ok_or_else(Error::not_found)?;
        let asked = Asked {
            question: found.id,
            conversation: found.conversation,
            begins: None,
            key: None,
            content: &found.content,
            before: Some(found.asked_at),
            waited,
        };
        begin(&ctx, &person, asked).await?.ok_or_else(Error::not_found)
    })
    .await
}

/// In a task of its own: who hangs up meanwhile has asked nevertheless, and what is stored is also begun.
async fn whoever_hangs_up(asking: impl Future<Output = Result<Taken>> + Send + 'static) -> Result<Taken> {
    tokio::spawn(asking).await.unwrap_or_else(|error| Err(Error::internal(error)))
}

async fn ask_once(
    ctx: &Ctx,
    person: &Person,
    place: Place,
    key: Option<&str>,
    content: &str,
    waited: bool,
) -> Result<Taken> {
    if let Some(twin) = twin(ctx, person, key, content).await? {
        return Ok(twin);
    }
    let title = model::title_of(content);
    let (conversation, begins) = match place {
        Place::In(id) => (id, None),
        Place::New { subject, student } => {
            let student = student.filter(|_| matches!(person.role, Role::Parent | Role::Coach));
            if let Some(student) = student {
                students::for_viewer(&mut *ctx.pool.acquire().await?, person, student).await?;
            }
            (Uuid::now_v7(), Some(Begins { subject, student, title: &title }))
        }
    };
    let asked = Asked { question: Uuid::now_v7(), conversation, begins, key, content, before: None, waited };
    let refused = match begin(ctx, person, asked).await {
        Ok(Some(taken)) => return Ok(taken),
        Ok(None) => Error::not_found(),
        Err(error) => error,
    };
    // Sent twice at the same moment: the other one has it.
    twin(ctx, person, key, content).await?.ok_or(refused)
}

/// What was taken of the same form already; the key of another question is refused.
async fn twin(ctx: &Ctx, person: &Person, key: Option<&str>, content: &str) -> Result<Option<Taken>> {
    let Some(key) = key else { return Ok(None) };
    match store::find_by_key(&ctx.pool, person.id, key).await? {
        Some(twin) if twin.content != content => Err(Error::conflict(
            "Une autre question est déjà partie d’ici. Rechargez la page\u{a0}: sa réponse y est, et celle-ci pourra partir.",
        )),
        found => {
            Ok(found.map(|twin| Taken { conversation: twin.conversation, answer: twin.answer, badges: Vec::new() }))
        }
    }
}

/// Stores the question and its answer, and begins to write it: or the fixed one, which costs nothing and tells the team.
/// Nothing when its form was sent before.
async fn begin(ctx: &Ctx, person: &Person, mut asked: Asked<'_>) -> Result<Option<Taken>> {
    let alarm = safety::assess(asked.content);
    if alarm.is_some()
        && let Some(begins) = &mut asked.begins
    {
        // The words that worry are not read in large type by whoever looks over the shoulder.
        begins.title = model::NEUTRAL_TITLE;
    }
    let fixed = match &alarm {
        Some(alarm) => {
            let contacts = alerts::contacts::list(&ctx.pool).await?;
            Some(safety::reply(alarm.kind, Tone::of(person.role), &contacts))
        }
        None => None,
    };
    let own = asked.question.to_string();
    let taking = Taking {
        person: person.id,
        role: person.role,
        conversation: asked.conversation,
        begins: asked.begins.as_ref(),
        question: asked.question,
        asked: asked.before.is_none().then(|| (asked.key.unwrap_or(&own), asked.content)),
        answer: Uuid::now_v7(),
        writer: Engine::token(&ctx.aria),
        fixed: fixed.as_deref(),
    };
    let Some((outcome, badges)) = store(ctx, person, &taking, alarm.as_ref(), &asked).await? else { return Ok(None) };
    let taken = Taken { conversation: asked.conversation, answer: taking.answer, badges };
    if alarm.is_none() {
        let work = Work { generation: taken.answer, attempt: 1, waited: asked.waited };
        ctx.aria.write(ctx, work, Some(frame(person, &asked, outcome)?));
    }
    Ok(Some(taken))
}

/// All of it or nothing; what came of it, and the badges that it earned.
async fn store(
    ctx: &Ctx,
    person: &Person,
    taking: &Taking<'_>,
    alarm: Option<&Alarm>,
    asked: &Asked<'_>,
) -> Result<Option<(Outcome, Vec<&'static Badge>)>> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let outcome = match store::take(&mut tx, taking).await {
        // The conversation was deleted at the same moment.
        Err(error) if breaks(&error, "_id_fkey") => return Err(Error::not_found()),
        taken => taken.on_constraint("aria_generations_one_at_a_time", || {
            Error::conflict("ARIA répond déjà ici. La question pourra partir quand sa réponse sera finie ou arrêtée.")
        })?,
    };
    if outcome.subject.is_none() {
        return Err(Error::not_found());
    }
    if !outcome.reserved {
        return Err(quota::reached(person, &outcome.left()));
    }
    if !outcome.stored {
        return Ok(None);
    }
    if let Some(alarm) = alarm {
        let sign = Sign::new(FoundBy::Rules, alarm.kind, person.id, asked.question, asked.content);
        alerts::raise(&mut tx, &sign).await?;
    }
    let counts = AriaCounts::of(outcome.questions.iter().copied().zip(outcome.feedbacks.iter().copied()));
    let badges = badges::on_aria(&mut tx, person.id, counts, &outcome.held, outcome.at).await?;
    tx.commit().await?;
    Ok(Some((outcome, badges)))
}

fn breaks(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|error| error.constraint()).is_some_and(|name| name.ends_with(constraint))
}

/// What the answer is begun with.
fn frame(person: &Person, asked: &Asked<'_>, outcome: Outcome) -> Result<Frame> {
    let subject = outcome.subject.as_deref().and_then(SchoolSubject::parse).ok_or_else(Error::not_found)?;
    Ok(Frame {
        question_id: asked.question,
        question: asked.content.to_owned(),
        asked_at: asked.before.unwrap_or(outcome.at),
        begun_at: outcome.at,
        conversation: asked.conversation,
        subject,
        person: person.id,
        role: person.role,
        student: Student::of(outcome.student, outcome.first_name, outcome.grade),
        stop_wanted: false,
        goes_on: asked.begins.is_none(),
    })
}

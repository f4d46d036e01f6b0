//! A question is a record before it is a request: it is stored with the answer that it wants, in one transaction, and
//! only then written. The page and the JSON contract ask here.

use chrono::Utc;
use uuid::Uuid;

use super::{
    alerts,
    engine::{Engine, Work},
    model, quota,
    safety::{self, Alarm},
    store::{self, NewAnswer},
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

/// Takes a question. The same `key` sent twice is one question, none is of each sending its own; `waited`: somebody waits
/// for the whole answer.
pub async fn ask(
    ctx: &Ctx,
    person: &Person,
    place: Place,
    key: Option<&str>,
    content: &str,
    waited: bool,
) -> Result<Taken> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if let Some(key) = key
        && let Some((conversation, answer)) = store::find_by_key(&mut tx, person.id, key).await?
    {
        return Ok(Taken { conversation, answer, badges: Vec::new() });
    }
    let key = key.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    let (conversation, subject) = conversation(&mut tx, person, place, content).await?;
    let question = store::insert_question(&mut tx, conversation, person.id, &key, content).await?;
    // Sent twice at the same moment: the other one has it.
    let Some(question) = question else {
        drop(tx);
        return twin(ctx, person, &key).await;
    };
    let alarm = safety::assess(content);
    let answer = begin(&mut tx, ctx, person, Asked { question, conversation, content }, alarm.as_ref()).await?;
    let badges = count(&mut tx, person, subject).await?;
    tx.commit().await?;
    if alarm.is_none() {
        ctx.aria.write(ctx, Work { generation: answer, attempt: 1, waited });
    }
    Ok(Taken { conversation, answer, badges })
}

/// Asks for another answer to the question of this one.
pub async fn ask_again(ctx: &Ctx, person: &Person, answer: Uuid, waited: bool) -> Result<Taken> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let (question, conversation, content) =
        store::find_question(&mut *tx, person.id, answer).await?.ok_or_else(Error::not_found)?;
    let alarm = safety::assess(&content);
    let asked = Asked { question, conversation, content: &content };
    let answer = begin(&mut tx, ctx, person, asked, alarm.as_ref()).await?;
    tx.commit().await?;
    if alarm.is_none() {
        ctx.aria.write(ctx, Work { generation: answer, attempt: 1, waited });
    }
    Ok(Taken { conversation, answer, badges: Vec::new() })
}

struct Asked<'a> {
    question: Uuid,
    conversation: Uuid,
    content: &'a str,
}

async fn twin(ctx: &Ctx, person: &Person, key: &str) -> Result<Taken> {
    let mut conn = ctx.pool.acquire().await?;
    let (conversation, answer) = store::find_by_key(&mut conn, person.id, key).await?.ok_or_else(Error::not_found)?;
    Ok(Taken { conversation, answer, badges: Vec::new() })
}

/// The conversation of the question, made if it is new.
async fn conversation(
    conn: &mut sqlx::PgConnection,
    person: &Person,
    place: Place,
    content: &str,
) -> Result<(Uuid, SchoolSubject)> {
    match place {
        Place::In(id) => {
            let found = store::find_conversation(conn, person.id, id).await?.ok_or_else(Error::not_found)?;
            Ok((id, found.subject))
        }
        Place::New { subject, student } => {
            let student = student.filter(|id| *id != person.id && person.role != Role::Eleve);
            if let Some(student) = student {
                students::for_viewer(&mut *conn, person, student).await?;
            }
            let id = Uuid::now_v7();
            store::insert_conversation(conn, id, person.id, student, subject, &model::title_of(content)).await?;
            Ok((id, subject))
        }
    }
}

/// The answer: reserved and to be written, or the fixed one, which costs nothing and tells the team.
async fn begin(
    conn: &mut sqlx::PgConnection,
    ctx: &Ctx,
    person: &Person,
    asked: Asked<'_>,
    alarm: Option<&Alarm>,
) -> Result<Uuid> {
    let fixed = match alarm {
        Some(alarm) => Some(safety::reply(alarm.kind, Tone::of(person.role), &alerts::contacts::list(conn).await?)),
        None => None,
    };
    let quota_day = match (&fixed, alarm) {
        (None, _) => match quota::reserve(conn, person.id, person.role).await? {
            quota::Reserved::Yes(day) => Some(day),
            quota::Reserved::No(left) => return Err(quota::reached(person, &left)),
        },
        (Some(_), None) => None,
        (Some(_), Some(alarm)) => {
            alerts::raise(conn, person.id, asked.question, alarm.kind, alerts::FoundBy::Rules, asked.content).await?;
            None
        }
    };
    let new = NewAnswer {
        id: Uuid::now_v7(),
        question: asked.question,
        conversation: asked.conversation,
        owner: person.id,
        writer: Engine::token(&ctx.aria),
        quota_day,
        fixed: fixed.as_deref(),
    };
    store::insert_answer(conn, &new).await.on_constraint("aria_generations_one_at_a_time", || {
        Error::conflict("ARIA répond déjà ici. La question pourra partir quand sa réponse sera finie ou arrêtée.")
    })?;
    Ok(new.id)
}

/// Counts a student's question and awards what it earns.
async fn count(conn: &mut sqlx::PgConnection, person: &Person, subject: SchoolSubject) -> Result<Vec<&'static Badge>> {
    if person.role != Role::Eleve {
        return Ok(Vec::new());
    }
    judge(conn, person.id, subject.key(), 1, 0).await
}

/// Counts and awards; answers the new badges.
pub(super) async fn judge(
    conn: &mut sqlx::PgConnection,
    student: Uuid,
    subject: &str,
    questions: i64,
    feedbacks: i64,
) -> Result<Vec<&'static Badge>> {
    let counts = store::count(conn, student, subject, questions, feedbacks).await?;
    let counts = AriaCounts {
        questions: counts.iter().map(|(_, questions, _)| questions).sum(),
        most_in_a_subject: counts.iter().map(|(_, questions, _)| *questions).max().unwrap_or(0),
        subjects: i64::try_from(counts.iter().filter(|(_, questions, _)| *questions > 0).count()).unwrap_or(0),
        feedbacks: counts.iter().map(|(.., feedbacks)| feedbacks).sum(),
    };
    if questions > 0 {
        badges::on_aria_question(conn, student, counts, Utc::now()).await
    } else {
        badges::on_aria_feedback(conn, student, counts, Utc::now()).await
    }
}

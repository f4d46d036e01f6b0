//! Handlers of one answer: stop, ask again, judge.

use chrono::Utc;
use poem::{
    Request, handler,
    web::{Data, Path},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{asking, model::path, store, waiting::wait};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    learning::badges::{self, AriaCounts, Badge},
    web::{Form, Person, Redirect, Role, Visitor},
};

fn to_answer(person: &Person, conversation: Uuid, answer: Uuid) -> Redirect {
    Redirect::to(format!("{}#r-{answer}", path(person.role, conversation)))
}

/// Stops the answer; what is written of it is kept.
#[handler]
pub(super) async fn stop(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let conversation = store::find_question(&ctx.pool, person.id, id).await?.ok_or_else(Error::not_found)?.conversation;
    if store::want_stop(&ctx.pool, person.id, id).await? && ctx.aria.stop(id) {
        // The page that follows shows it stopped.
        wait(&ctx, person, id).await;
    }
    Ok(to_answer(person, conversation, id))
}

/// Wants another answer to the same question.
#[handler]
pub(super) async fn again(
    req: &Request,
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let htmx = req.header("hx-request") == Some("true");
    let taken = asking::ask_again(&ctx, person, id, !htmx).await?;
    if !htmx {
        wait(&ctx, person, taken.answer).await;
    }
    Ok(to_answer(person, taken.conversation, taken.answer))
}

/// A judgement.
#[derive(Deserialize)]
pub(super) struct Judgement {
    /// 1, −1, or 0 to take it back.
    avis: i16,
    #[serde(default)]
    raison: String,
}

/// Keeps the judgement of an answer.
#[handler]
pub(super) async fn judge(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<Judgement>,
) -> Result<Redirect> {
    let person = visitor.signed_in()?;
    let conversation = store::find_question(&ctx.pool, person.id, id).await?.ok_or_else(Error::not_found)?.conversation;
    keep(&ctx, person, id, form.avis, &form.raison).await?;
    Ok(to_answer(person, conversation, id))
}

/// Stores a judgement and awards what it earns.
pub(super) async fn keep(
    ctx: &Ctx,
    person: &Person,
    answer: Uuid,
    value: i16,
    reason: &str,
) -> Result<Vec<&'static Badge>> {
    let reason: String = reason.trim().chars().take(500).collect();
    let reason = (!reason.is_empty() && value < 0).then_some(reason);
    let value = (value != 0).then(|| value.signum());
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let (subject, first) = store::set_feedback(&mut tx, person.id, answer, value, reason.as_deref())
        .await?
        .ok_or_else(Error::not_found)?;
    let counts = person.role == Role::Eleve && first && value.is_some();
    let badges = if counts {
        let counts = AriaCounts::of(store::count_feedback(&mut tx, person.id, &subject).await?);
        badges::on_aria(&mut tx, person.id, counts, &[], Utc::now()).await?
    } else {
        Vec::new()
    };
    tx.commit().await?;
    Ok(badges)
}

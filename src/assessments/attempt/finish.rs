//! The end of an attempt: by the student's send, or by the clock.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Attempt, state::Phase, store};
use crate::{
    assessments::{
        record::{self, Completion},
        scoring::v3,
    },
    ctx::Ctx,
    error::{Error, Result},
};

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With a score, now or before.
    Scored,
    /// Without: too little was seen in the time.
    Unfinished,
}

/// Who ends an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedBy {
    /// The student sends it.
    Student,
    /// The page's countdown, or the server, says that the time is up.
    Clock,
}

impl EndedBy {
    /// The phase that decides: the countdown of a page may reach zero a moment before the grace is over.
    fn phase(self, attempt: &Attempt, now: DateTime<Utc>) -> Phase {
        let phase = attempt.phase(now);
        let reached = attempt.deadline.is_some_and(|deadline| now + EARLY >= deadline);
        if phase == Phase::Running && self == Self::Clock && reached { Phase::TimeUp } else { phase }
    }
}

/// How much a page's clock may be ahead of ours.
const EARLY: chrono::Duration = chrono::Duration::seconds(2);

/// Ends the attempt and scores it, in one transaction. Whoever may end it has been checked by the caller, who loaded
/// the attempt through the visitor. Ending twice is ending once. `begun`: what was begun in the same browser.
pub async fn finish(ctx: &Ctx, id: Uuid, by: EndedBy, begun: &[Uuid]) -> Result<Ended> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let ended = end(&mut tx, ctx, id, by, begun).await?;
    tx.commit().await?;
    Ok(ended)
}

/// [`finish`] in the caller's transaction.
pub(super) async fn end(conn: &mut PgConnection, ctx: &Ctx, id: Uuid, by: EndedBy, begun: &[Uuid]) -> Result<Ended> {
    let attempt = store::lock(conn, id).await?.ok_or_else(Error::not_found)?;
    let now = Utc::now();
    Ok(match by.phase(&attempt, now) {
        Phase::Scored => Ended::Scored,
        Phase::Unfinished => Ended::Unfinished,
        Phase::Waiting => {
            return Err(Error::conflict(
                "Cette évaluation n’a pas encore commencé. Commencez-la, puis envoyez vos réponses.",
            ));
        }
        Phase::TimeUp if attempt.seen() * 2 < attempt.len() => {
            store::set_unfinished(conn, id).await?;
            Ended::Unfinished
        }
        Phase::TimeUp | Phase::Running => {
            let closed = store::set_ended(conn, id, begun).await?;
            score(conn, ctx, &attempt, &closed, now).await?;
            Ended::Scored
        }
    })
}

async fn score(
    conn: &mut PgConnection,
    ctx: &Ctx,
    attempt: &Attempt,
    closed: &store::Closed,
    now: DateTime<Utc>,
) -> Result<()> {
    let scored = v3::score(attempt.edition.bank, &attempt.answers());
    let completion = Completion {
        id: attempt.id,
        edition: attempt.edition,
        scored: &scored,
        in_cohort: closed.in_cohort,
        completed_at: now,
        student_id: closed.student_id,
    };
    record::complete(conn, ctx, &completion).await?;
    Ok(())
}

/// Ends all attempts whose time is up; run every minute. One that cannot be ended does not keep the others waiting.
pub async fn end_expired(ctx: &Ctx) -> anyhow::Result<usize> {
    let expired = store::list_expired(&ctx.pool).await?;
    let mut failed = None;
    for id in &expired {
        if let Err(error) = finish(ctx, *id, EndedBy::Clock, &[]).await {
            failed = Some(anyhow::Error::new(error).context("an attempt whose time is up could not be ended"));
        }
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(expired.len()),
    }
}

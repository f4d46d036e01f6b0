//! An attempt in the app: its clock, its answers, its end.
//!
//! Always true: the clock is the server's; an answer that was acknowledged is stored; a second send finds the attempt
//! ended and changes nothing; at the end of the time, half of the questions seen make a score, fewer make none
//! (decision 7).

mod finish;
mod state;
mod store;

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use self::store::Clock;
pub use self::{
    finish::{Ended, EndedBy, end_expired, finish},
    state::{Attempt, Given, Phase},
    store::{Listed, find, find_grade, find_wishes, list_for_student},
};
use super::{bank::BankEdition, shuffle};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::Visitor,
};

/// An answer that was on its way when the time ended is still taken.
const GRACE: Duration = Duration::seconds(5);

/// Who takes the attempt.
pub struct Taker {
    /// The student's account, when there is one.
    pub student_id: Option<Uuid>,
    /// The family's request, when it came that way.
    pub request_id: Option<Uuid>,
    /// First and last name.
    pub name: String,
}

/// The attempt of this taker on this bank: the open one if there is one, else a new one, not started yet. One whose time
/// is up is ended on the way. `id` has 128 random or derived bits: it opens the scores without a name.
pub async fn open(
    conn: &mut PgConnection,
    ctx: &Ctx,
    visitor: &Visitor,
    id: Uuid,
    edition: BankEdition,
    taker: &Taker,
) -> Result<Uuid> {
    let busy = || Error::conflict("Une autre demande vient de changer cette évaluation. Rechargez la page.");
    if store::insert(conn, id, visitor, edition, taker, Clock::Waiting).await? {
        return Ok(id);
    }
    let known = store::find_open(conn, edition, taker).await?.ok_or_else(busy)?;
    if !known.time_up {
        return Ok(known.id);
    }
    finish::end(conn, ctx, known.id, EndedBy::Clock, &visitor.grants).await?;
    if store::insert(conn, id, visitor, edition, taker, Clock::Waiting).await? { Ok(id) } else { Err(busy()) }
}

/// [`open`] and [`start`] in one step: one statement for a new attempt, since a whole class presses at once.
pub async fn begin(ctx: &Ctx, visitor: &Visitor, edition: BankEdition, taker: &Taker) -> Result<Uuid> {
    let id = Uuid::new_v4();
    let mut conn = ctx.pool.acquire().await?;
    if store::insert(&mut conn, id, visitor, edition, taker, Clock::Running).await? {
        return Ok(id);
    }
    drop(conn);
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let id = open(&mut tx, ctx, visitor, id, edition, taker).await?;
    tx.commit().await?;
    start(ctx, visitor, id).await?;
    Ok(id)
}

/// Starts the clock; starting twice changes nothing.
pub async fn start(ctx: &Ctx, visitor: &Visitor, id: Uuid) -> Result<()> {
    store::set_started(&ctx.pool, visitor, id).await
}

/// What became of an answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is in the database.
    Yes,
    /// The attempt had ended, or its time was up: it is not stored.
    TooLate,
}

/// Stores one answer: an option's opaque value, or [`shuffle::NSP`].
pub async fn answer(
    ctx: &Ctx,
    visitor: &Visitor,
    attempt: &mut Attempt,
    question: usize,
    value: &str,
) -> Result<Saved> {
    let given = match value {
        shuffle::NSP => Given::Nsp,
        value => shuffle::stored(&attempt.seed, question, value).map(Given::Choice).ok_or_else(|| {
            Error::bad_request(
                "Cette réponse n’a pas été reconnue. Rechargez la page : vos réponses enregistrées sont conservées.",
            )
        })?,
    };
    if !store::set_answer(&ctx.pool, visitor, attempt.id, question, given).await? {
        return Ok(Saved::TooLate);
    }
    attempt.set_given(question, given);
    Ok(Saved::Yes)
}

/// Marks a question as seen; part of showing it.
pub async fn see(ctx: &Ctx, attempt: &mut Attempt, question: usize) -> Result<()> {
    if attempt.given(question).is_none() && attempt.phase(Utc::now()) == Phase::Running {
        store::set_seen(&ctx.pool, attempt.id, question).await?;
        attempt.set_given(question, Given::Seen);
    }
    Ok(())
}

/// Minutes of an attempt: the bank's, and a third more (rounded up) for those declared as tiers-temps.
pub fn minutes(bank_minutes: u16, extra_time: bool) -> u16 {
    if extra_time { bank_minutes + bank_minutes.div_ceil(3) } else { bank_minutes }
}

/// Whether an answer may still be taken.
fn in_time(deadline: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now <= deadline + GRACE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_time_is_a_third() {
        assert_eq!((minutes(60, false), minutes(60, true), minutes(20, true)), (60, 80, 27));
    }

    #[test]
    fn an_answer_that_was_on_its_way_is_taken() {
        let deadline = Utc::now();
        assert!(
            in_time(deadline, deadline + Duration::seconds(4)) && !in_time(deadline, deadline + Duration::seconds(6))
        );
    }
}

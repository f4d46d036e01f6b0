//! The one writer: stores the pieces and ends of all answers together, four times a second; at once when somebody waits
//! for a whole answer.
//!
//! Always true: what is told to be stored is; while the database is away notes are kept and stored later; the writer has
//! a connection of its own.

use std::{collections::HashSet, time::Duration};

use poem::http::StatusCode;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{
    sync::{
        mpsc::{self, error::TryRecvError},
        oneshot,
    },
    time::{Instant, sleep, sleep_until, timeout_at},
};
use uuid::Uuid;

use super::{
    PULSE,
    store::{self, Ended, Piece, Sent},
};
use crate::{ctx::Ctx, error::Result};

/// Pause between two commits.
pub const TICK: Duration = Duration::from_millis(250);
/// Pause between two commits when an answer has ended: its readers see the last rendering after it.
const ENDING: Duration = Duration::from_millis(125);
/// So much of what is sent is stored with the end of an answer that somebody waits for; less waits for the pause.
const MANY_SENT: usize = 4;
/// Pause while the database is away.
const AWAY: Duration = Duration::from_millis(300);

/// Something to store.
pub enum Note {
    /// A piece.
    Piece(Piece),
    /// The text so far is replaced by another: the pieces are forgotten.
    Anew(Uuid),
    /// What is sent to the model.
    Sent(Box<Sent>),
    /// An answer has ended. `told` hears whether it was still ours to end.
    Ended {
        /// How.
        ended: Box<Ended>,
        /// Whether somebody waits for it.
        waited: bool,
        /// Answered once it is stored.
        told: oneshot::Sender<bool>,
    },
    /// The server stops.
    End,
}

#[derive(Default)]
struct Batch {
    pieces: Vec<Piece>,
    anew: Vec<Uuid>,
    sent: Vec<Sent>,
    ended: Vec<Ended>,
    told: Vec<(Uuid, oneshot::Sender<bool>)>,
    /// Somebody waits for the end of one of these answers.
    at_once: bool,
    last: bool,
}

impl Batch {
    /// Takes a note; answers how soon all should be stored when the last commit was `TICK` before `due`. An end that is
    /// waited for is due by itself ([`Self::at_once`]).
    fn take(&mut self, note: Note, due: Instant) -> Instant {
        match note {
            Note::Piece(piece) => self.pieces.push(piece),
            Note::Anew(generation) => {
                self.pieces.retain(|piece| piece.generation != generation);
                self.anew.push(generation);
            }
            Note::Sent(sent) => {
                self.sent.retain(|one| one.generation != sent.generation);
                self.sent.push(*sent);
            }
            Note::Ended { ended, waited, told } => {
                // Its pieces would be deleted with the same commit.
                self.pieces.retain(|piece| piece.generation != ended.generation);
                self.told.push((ended.generation, told));
                self.ended.push(*ended);
                if !waited {
                    return due - (TICK - ENDING);
                }
                self.at_once = true;
            }
            Note::End => {
                self.last = true;
                return Instant::now();
            }
        }
        due
    }

    /// Leaves what belongs to running answers for the next commit, together: most answers that are waited for have ended by
    /// then, and their pieces are needed no more.
    fn leave_running(&mut self) -> Self {
        let ended: HashSet<Uuid> = self.ended.iter().map(|ended| ended.generation).collect();
        let few = self.sent.len() < MANY_SENT;
        let sent = self.sent.extract_if(.., |sent| few && !ended.contains(&sent.generation)).collect();
        Self { pieces: std::mem::take(&mut self.pieces), anew: std::mem::take(&mut self.anew), sent, ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.anew.is_empty() && self.sent.is_empty() && self.ended.is_empty()
    }
}

/// Stores notes until the last one.
pub async fn run(ctx: Ctx, mut inbox: mpsc::UnboundedReceiver<Note>) {
    // A connection of its own: a rush of requests does not keep answers from being stored.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(5))
        .connect_lazy_with((*ctx.pool.connect_options()).clone());
    let pulse = tokio::spawn(pulse(ctx.clone(), pool.clone()));
    let (mut due, mut left) = (Instant::now(), Batch::default());
    loop {
        let (mut batch, whole) = gather(&mut inbox, due, left).await;
        left = if whole { Batch::default() } else { batch.leave_running() };
        let last = batch.last;
        commit(&ctx, &pool, batch).await;
        if whole {
            due = Instant::now() + TICK;
        }
        if last {
            break;
        }
    }
    pulse.abort();
    if let Err(error) = store::leave(&pool, ctx.aria.token()).await {
        tracing::warn!(%error, "the sign of life stays until it is too old");
    }
    pool.close().await;
}

/// The notes until `due`, the first one at least; sooner when one is waited for. Whether all of them are due.
async fn gather(inbox: &mut mpsc::UnboundedReceiver<Note>, due: Instant, left: Batch) -> (Batch, bool) {
    let (mut batch, mut until) = (left, due);
    if batch.is_empty() {
        let Some(first) = inbox.recv().await else { return (Batch { last: true, ..batch }, true) };
        until = batch.take(first, due).min(due);
    }
    while !batch.last {
        if batch.at_once {
            // What else has come meanwhile comes along, without a pause.
            match inbox.try_recv() {
                Ok(note) => until = until.min(batch.take(note, due)),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => batch.last = true,
            }
            continue;
        }
        match timeout_at(until, inbox.recv()).await {
            Ok(Some(note)) => until = until.min(batch.take(note, due)),
            Ok(None) => batch.last = true,
            Err(_) => break,
        }
    }
    let whole = batch.last || Instant::now() >= until;
    (batch, whole)
}

/// Stores the batch, as often as it takes: nothing of it is lost while the process lives.
async fn commit(ctx: &Ctx, pool: &PgPool, batch: Batch) {
    let mut away = false;
    let ended = loop {
        if batch.is_empty() {
            break Vec::new();
        }
        match try_commit(ctx, pool, &batch).await {
            Ok(ended) => break ended,
            Err(error) if error.status != StatusCode::SERVICE_UNAVAILABLE => {
                // No other try would be taken either, and all other answers wait behind it.
                tracing::error!(%error, "what was written is refused: it is stored one by one");
                match one_by_one(ctx, pool, &batch).await {
                    Ok(ended) => break ended,
                    Err(error) => tracing::error!(%error, "and could not be stored one by one"),
                }
                sleep(AWAY).await;
            }
            Err(error) => {
                if !std::mem::replace(&mut away, true) {
                    tracing::warn!(%error, "answers are stored once the database is back");
                }
                sleep(AWAY).await;
            }
        }
    };
    for (generation, told) in batch.told {
        // Nobody needs to hear it any more: that is fine.
        let _ = told.send(ended.contains(&generation));
    }
}

/// Each note by itself. One that is refused is dropped; an answer whose end is refused ends as failed, without its text.
async fn one_by_one(ctx: &Ctx, pool: &PgPool, batch: &Batch) -> Result<Vec<Uuid>> {
    let alone = |part: Batch| async move {
        match try_commit(ctx, pool, &part).await {
            Ok(ended) => Ok(Some(ended)),
            Err(error) if error.status == StatusCode::SERVICE_UNAVAILABLE => Err(error),
            Err(error) => {
                tracing::error!(%error, "a part of an answer is refused");
                Ok(None)
            }
        }
    };
    alone(Batch { anew: batch.anew.clone(), ..Batch::default() }).await?;
    for sent in &batch.sent {
        alone(Batch { sent: vec![sent.clone()], ..Batch::default() }).await?;
    }
    for piece in &batch.pieces {
        alone(Batch { pieces: vec![piece.clone()], ..Batch::default() }).await?;
    }
    let mut done = Vec::new();
    for ended in &batch.ended {
        let ended = Batch { ended: vec![ended.clone()], ..Batch::default() };
        let failed = Batch { ended: ended.ended.iter().map(Ended::unstorable).collect(), ..Batch::default() };
        done.extend(match alone(ended).await? {
            Some(ended) => ended,
            None => alone(failed).await?.unwrap_or_default(),
        });
    }
    Ok(done)
}

async fn try_commit(ctx: &Ctx, pool: &PgPool, batch: &Batch) -> Result<Vec<Uuid>> {
    let token = ctx.aria.token();
    if batch.pieces.is_empty() && batch.anew.is_empty() && batch.sent.is_empty() && !Ended::gives_back(&batch.ended) {
        // One statement, which is a transaction by itself.
        return store::end(&mut *pool.acquire().await?, token, &batch.ended).await;
    }
    let mut tx = crate::db::begin(pool).await?;
    if !batch.anew.is_empty() {
        store::delete_pieces(&mut tx, token, &batch.anew).await?;
    }
    if !batch.sent.is_empty() {
        store::insert_sent(&mut tx, token, &batch.sent).await?;
    }
    if !batch.pieces.is_empty() {
        store::insert_pieces(&mut tx, token, &batch.pieces).await?;
    }
    let ended = if batch.ended.is_empty() { Vec::new() } else { store::end(&mut tx, token, &batch.ended).await? };
    tx.commit().await?;
    Ok(ended)
}

/// Signs of life, and the stops that were wanted elsewhere.
async fn pulse(ctx: Ctx, pool: PgPool) {
    let token = ctx.aria.token();
    let mut next = Instant::now();
    loop {
        match store::show_life(&pool, token).await {
            Ok(()) => ctx.aria.0.set_alive(),
            Err(error) => tracing::warn!(%error, "the sign of life waits for the database"),
        }
        match store::list_stops(&pool, token).await {
            Ok(stops) => {
                for id in stops {
                    ctx.aria.stop(id);
                }
            }
            Err(error) => tracing::warn!(%error, "stops wait for the database"),
        }
        next += PULSE;
        sleep_until(next.max(Instant::now())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{aria::tests::support::lost, testing::TestApp, web::Role};

    #[tokio::test]
    async fn what_the_database_refuses_keeps_no_other_answer_waiting() {
        let app = TestApp::new().await;
        let student = app.person(Role::Eleve).await;
        let (good, bad) = (lost(&app, student).await, lost(&app, student).await);
        let mut batch = Batch::default();
        let ends = [(bad, "a\0b"), (good, "Tout.")].map(|(generation, text)| {
            let (told, hears) = oneshot::channel();
            let ended =
                Ended { state: "DONE", mode: "MODEL", ..Ended::unstorable(&Ended { generation, ..Ended::default() }) };
            let ended = Box::new(Ended { answer: text.to_owned(), give_back: false, ..ended });
            batch.take(Note::Ended { ended, waited: true, told }, Instant::now());
            hears
        });
        batch.take(Note::Piece(Piece { generation: good, seq: 1, body: "\0".into() }), Instant::now());
        commit(&app.ctx, &app.ctx.pool, batch).await;
        for end in ends {
            assert_eq!(end.await, Ok(true));
        }
        let stored = sqlx::query!(r#"select id, state, answer as "answer!" from aria_generations"#)
            .fetch_all(&app.ctx.pool)
            .await
            .expect("answers");
        for row in stored {
            let expected = if row.id == good { ("DONE", "Tout.") } else { ("FAILED", "") };
            assert_eq!((row.state.as_str(), row.answer.as_str()), expected);
        }
    }
}

//! The one writer: stores the pieces and ends of all answers together, four times a second; at once when somebody waits
//! for a whole answer.
//!
//! Always true: what is told to be stored is; while the database is away notes are kept and stored later; the writer has
//! a connection of its own.

use std::time::Duration;

use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{
    sync::{mpsc, oneshot},
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
/// Pause when somebody waits for the end of an answer: others that end at the same moment come along.
const SOON: Duration = Duration::from_millis(2);
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
    /// When an answer must be stored that somebody waits for.
    soon: Option<Instant>,
    last: bool,
}

impl Batch {
    /// Takes a note; answers how soon it should be stored when the last commit was `TICK` before `due`.
    fn take(&mut self, note: Note, due: Instant) -> Instant {
        match note {
            Note::Piece(piece) => self.pieces.push(piece),
            Note::Anew(generation) => {
                self.pieces.retain(|piece| piece.generation != generation);
                self.anew.push(generation);
            }
            Note::Sent(sent) => self.sent.push(*sent),
            Note::Ended { ended, waited, told } => {
                // Its pieces would be deleted with the same commit.
                self.pieces.retain(|piece| piece.generation != ended.generation);
                self.told.push((ended.generation, told));
                self.ended.push(*ended);
                if !waited {
                    return due - (TICK - ENDING);
                }
                self.soon.get_or_insert_with(|| Instant::now() + SOON);
            }
            Note::End => {
                self.last = true;
                return Instant::now();
            }
        }
        due
    }

    /// Leaves the pieces for the next commit: most answers that are waited for have ended by then, and theirs are needed no
    /// more.
    fn leave_pieces(&mut self) -> Self {
        Self { pieces: std::mem::take(&mut self.pieces), anew: std::mem::take(&mut self.anew), ..Self::default() }
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
        left = if whole { Batch::default() } else { batch.leave_pieces() };
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
        let next = batch.soon.map_or(until, |soon| soon.min(until));
        match timeout_at(next, inbox.recv()).await {
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

async fn try_commit(ctx: &Ctx, pool: &PgPool, batch: &Batch) -> Result<Vec<Uuid>> {
    let token = ctx.aria.token();
    let mut tx = crate::db::begin(pool).await?;
    if !batch.anew.is_empty() {
        store::delete_pieces(&mut tx, &batch.anew).await?;
    }
    if !batch.sent.is_empty() {
        store::insert_sent(&mut tx, &batch.sent).await?;
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

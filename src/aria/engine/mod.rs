//! Writes answers: a task for each ([`run`]), one channel for its watchers ([`live`]), one writer that stores all of
//! them together ([`writer`]). Writes `aria_pieces`, `aria_contexts`, `aria_writers` and what changes in a running
//! `aria_generations`.
//!
//! Always true: an answer is written by one server, which the row names; a server whose sign of life is old may be
//! replaced, and then stores nothing any more; what a watcher read before a crash and the database does not hold is told
//! anew, never twice; an answer ends DONE, STOPPED or FAILED, whatever happens ([`recovery`]).

mod blocks;
pub mod live;
mod loops;
mod pieces;
pub mod recovery;
mod run;
mod second_look;
mod store;
mod writer;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use uuid::Uuid;

use self::writer::Note;
pub use self::{
    blocks::whole,
    live::{Channel, End, Hub, News},
    store::{Sent, SentBefore, find_sent, find_written, forget_sent},
};
use super::context::Frame;
use crate::ctx::Ctx;

/// How long a server that shows no sign of life is believed to be there.
pub(super) const ALIVE: Duration = Duration::from_secs(6);
/// Pause between signs of life, and between looks for answers whose server is gone.
const PULSE: Duration = Duration::from_millis(1_500);
/// How long a stop waits for answers that are nearly whole.
const GRACE: Duration = Duration::from_secs(2);
/// Times that an answer is taken up, the first included.
pub const MOST_ATTEMPTS: i16 = 3;

/// The answers that this server writes; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    token: Uuid,
    hub: Hub,
    notes: mpsc::UnboundedSender<Note>,
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Note>>>,
    closing: watch::Sender<bool>,
    /// Whether the sign of life is stored: before, another server could take the answers up.
    alive: AtomicBool,
}

/// An answer to be written.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Which.
    pub generation: Uuid,
    /// 1 for the first time.
    pub attempt: i16,
    /// Somebody waits for the whole of it: it is stored at once.
    pub waited: bool,
}

impl Default for Engine {
    fn default() -> Self {
        let (notes, inbox) = mpsc::unbounded_channel();
        Self(Arc::new(Inner {
            token: Uuid::now_v7(),
            hub: Hub::default(),
            notes,
            inbox: Mutex::new(Some(inbox)),
            closing: watch::Sender::new(false),
            alive: AtomicBool::new(false),
        }))
    }
}

impl Engine {
    /// What names this server in the rows of its answers.
    pub fn token(&self) -> Uuid {
        self.0.token
    }

    /// The answers being written.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Whether the server stops: nothing new begins.
    pub fn is_closing(&self) -> bool {
        *self.0.closing.borrow()
    }

    /// Told when the server stops.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    /// Begins to write; the row names this server already. Its channel is open when this returns. `frame` spares reading
    /// what was stored a moment ago.
    pub fn write(&self, ctx: &Ctx, work: Work, frame: Option<Frame>) {
        let channel = self.0.hub.open(work.generation, run::first_number(work), String::new());
        tokio::spawn(run::run(ctx.clone(), work, frame.map(Box::new), channel));
    }

    /// Stops an answer that this server writes; false when it does not.
    pub fn stop(&self, generation: Uuid) -> bool {
        self.0.hub.find(generation).is_some_and(|channel| {
            channel.stop();
            true
        })
    }

    /// Keeps what is sent to the model; stored before what comes of it.
    pub fn keep_sent(&self, sent: Sent) {
        self.note(Note::Sent(Box::new(sent)));
    }

    /// What is stored of the answer is forgotten: it is written again.
    pub fn begin_anew(&self, generation: Uuid) {
        self.note(Note::Anew(generation));
    }

    fn note(&self, note: Note) {
        // The writer ends after all others; a note that comes later would be of a server that is gone.
        if self.0.notes.send(note).is_err() {
            tracing::warn!("the writer of answers has ended already");
        }
    }
}

/// The running writer. Dropped without [`Running::stop`], answers are taken up by the next server.
#[must_use = "answers are stored only while this runs"]
pub struct Running {
    ctx: Ctx,
    writer: JoinHandle<()>,
    recovery: JoinHandle<()>,
}

/// Starts to store answers, and to look for those whose server is gone. Once for each context.
pub fn start(ctx: &Ctx) -> Running {
    let inbox = ctx.aria.0.inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
    let writer = tokio::spawn({
        let ctx = ctx.clone();
        async move {
            match inbox {
                Some(inbox) => writer::run(ctx, inbox).await,
                None => tracing::error!("the writer of answers was started twice"),
            }
        }
    });
    let recovery = tokio::spawn(recovery::run(ctx.clone()));
    Running { ctx: ctx.clone(), writer, recovery }
}

impl Running {
    /// Waits a little for answers that end, hands the others to the next server with what is written of them.
    pub async fn stop(self) {
        let engine = &self.ctx.aria;
        self.recovery.abort();
        let end = tokio::time::Instant::now() + GRACE;
        while !engine.hub().is_empty() && tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        engine.0.closing.send_replace(true);
        let end = tokio::time::Instant::now() + GRACE;
        while !engine.hub().is_empty() && tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        engine.note(Note::End);
        if let Err(error) = self.writer.await {
            tracing::error!(%error, "the writer of answers did not end in order");
        }
    }
}

impl Inner {
    fn set_alive(&self) {
        self.alive.store(true, Ordering::Relaxed);
    }
}

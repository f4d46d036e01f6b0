//! What a watcher of an answer is told, in order: what is there, what comes, the end. A watcher only looks; nothing that
//! it does changes the answer.
//!
//! Always true: a watcher that comes back with the number of its last event hears what followed, or everything anew
//! ([`News::reset`]); a stream ends with the answer, or asks to be opened again; a person holds so many at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{Stream, stream};
use tokio::{sync::watch, time::sleep};
use uuid::Uuid;

use super::{
    engine::{Channel, End, News},
    model::{State, Turn},
    store,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
};

/// Streams of one server.
const MOST: usize = 6_000;
/// Streams of one person: tabs and devices.
const MOST_EACH: usize = 8;
/// Pause between looks at an answer that another server writes.
const ELSEWHERE: Duration = Duration::from_millis(400);
/// After that long without an answer a stream asks to be opened again.
const PATIENCE: u32 = 60;

/// Places of the streams of this server.
#[derive(Clone, Default)]
pub struct Seats(Arc<Mutex<HashMap<Uuid, usize>>>);

/// One stream's place; given back when it is dropped.
pub struct Seat {
    seats: Seats,
    person: Uuid,
}

impl Seats {
    fn map(&self) -> MutexGuard<'_, HashMap<Uuid, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream of this person.
    pub fn take(&self, person: Uuid) -> Result<Seat> {
        let mut map = self.map();
        let all: usize = map.values().sum();
        let theirs = map.get(&person).copied().unwrap_or_default();
        if all >= MOST || theirs >= MOST_EACH {
            return Err(Error::too_many(10));
        }
        map.insert(person, theirs + 1);
        Ok(Seat { seats: self.clone(), person })
    }

    /// How many streams are open.
    pub fn taken(&self) -> usize {
        self.map().values().sum()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut map = self.seats.map();
        if let Some(theirs) = map.get_mut(&self.person) {
            *theirs -= 1;
            if *theirs == 0 {
                map.remove(&self.person);
            }
        }
    }
}

/// Something a watcher is told.
#[derive(Debug)]
pub enum Told {
    /// More text, or all of it anew.
    News(News),
    /// The answer has ended: it is stored, as it is here.
    Ended(Arc<Turn>),
    /// Nobody writes it here any more, and it has not ended: open the stream again.
    Away,
}

/// Looks at an answer of this person.
pub struct Watcher {
    ctx: Ctx,
    _seat: Seat,
    owner: Uuid,
    answer: Uuid,
    seen: Option<i64>,
    following: Option<(Arc<Channel>, watch::Receiver<()>)>,
    patience: u32,
    /// The text that was told of an answer that another server writes.
    told: usize,
    over: bool,
}

impl Watcher {
    /// From a place: the number of the last event that arrived.
    pub fn new(ctx: &Ctx, seat: Seat, answer: Uuid, seen: Option<i64>) -> Self {
        Self {
            ctx: ctx.clone(),
            owner: seat.person,
            _seat: seat,
            answer,
            seen,
            following: None,
            patience: PATIENCE,
            told: 0,
            over: false,
        }
    }

    /// The text that this watcher has seen already, if its place is of this writing.
    pub fn seen_text(&self) -> Option<String> {
        self.ctx.aria.hub().find(self.answer)?.text_until(self.seen?)
    }

    /// What comes, until the answer ends.
    pub fn stream(self) -> impl Stream<Item = Told> + Send {
        stream::unfold(self, |mut watcher| async move {
            let told = watcher.next().await?;
            Some((told, watcher))
        })
    }

    /// Waits for the end of the answer.
    pub async fn end(mut self) -> Result<Arc<Turn>> {
        loop {
            match self.next().await {
                Some(Told::Ended(turn)) => return Ok(turn),
                Some(Told::News(_)) => {}
                Some(Told::Away) | None => return Err(Error::unavailable(anyhow::anyhow!("the answer is away"))),
            }
        }
    }

    async fn next(&mut self) -> Option<Told> {
        loop {
            if self.over {
                return None;
            }
            if self.following.is_none() {
                self.following = self.ctx.aria.hub().find(self.answer).map(|channel| {
                    let changes = channel.watch();
                    (channel, changes)
                });
            }
            let told = match self.following.take() {
                Some((channel, changes)) => self.follow(channel, changes).await,
                None => self.look().await,
            };
            if told.is_some() {
                return told;
            }
        }
    }

    /// The next news of an answer that this server writes.
    async fn follow(&mut self, channel: Arc<Channel>, mut changes: watch::Receiver<()>) -> Option<Told> {
        changes.borrow_and_update();
        let news = channel.news(self.seen);
        if news.reset || !news.text.is_empty() {
            self.seen = Some(news.seq);
            self.following = Some((channel, changes));
            return Some(Told::News(news));
        }
        match news.end {
            None => {
                // An error means that the channel is gone, which its end tells as well.
                let _ = changes.changed().await;
                self.following = Some((channel, changes));
                None
            }
            Some(End::Handed) => Some(self.handed().await),
            Some(End::Done | End::Stopped | End::Failed) => match channel.turn() {
                Some(turn) => {
                    self.over = true;
                    Some(Told::Ended(turn))
                }
                None => self.look().await,
            },
        }
    }

    /// The answer is not written here any more: another server goes on with it; or it is stored, and that was not heard of.
    async fn handed(&mut self) -> Told {
        match store::find_turn(&self.ctx.pool, self.owner, self.answer).await {
            Ok(Some((_, turn))) if turn.answer.state != State::Running => {
                self.over = true;
                Told::Ended(Arc::new(turn))
            }
            Ok(_) => self.away(),
            Err(error) => {
                tracing::warn!(%error, "who watched an answer comes back when the database does");
                self.away()
            }
        }
    }

    /// What the database says: the end, or how far another server is.
    async fn look(&mut self) -> Option<Told> {
        let turn = match store::find_turn(&self.ctx.pool, self.owner, self.answer).await {
            Ok(Some((_, turn))) => turn,
            Ok(None) => {
                self.over = true;
                return None;
            }
            Err(error) => {
                tracing::warn!(%error, "a watcher waits for the database");
                return Some(self.away());
            }
        };
        let ended = turn.answer.state != State::Running;
        // Who has heard a part of it hears all of it before the end.
        if ended && (self.told == 0 || turn.answer.text.len() == self.told) {
            self.over = true;
            return Some(Told::Ended(Arc::new(turn)));
        }
        self.patience = self.patience.saturating_sub(1);
        if !ended && (self.patience == 0 || self.ctx.aria.is_closing()) {
            return Some(self.away());
        }
        let text = turn.answer.text;
        if ended || text.len() > self.told {
            self.told = text.len();
            // Not a number of any writing: the next news begin anew.
            self.seen = None;
            return Some(Told::News(News { reset: true, text, seq: 0, end: None }));
        }
        sleep(ELSEWHERE).await;
        None
    }

    fn away(&mut self) -> Told {
        self.over = true;
        Told::Away
    }
}

//! What changes for a person while a page is open: one stream per visible tab (`GET /live`), told by PostgreSQL's NOTIFY.
//!
//! Always true: one database connection listens per server, whatever the number of streams; a stream says only *that*
//! something changed, and the page asks for what with the session it has; who reads slowly misses nothing and fills no
//! memory (changes that were not told yet are one change); the number of streams is bounded, and pages that get none
//! ask now and then, as those without a stream always did; all streams end when the server stops.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::stream;
use poem::{
    Request, Response, handler,
    http::{StatusCode, header},
    web::{Data, sse::Event},
};
use sqlx::{
    PgConnection,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, sleep_until},
};
use uuid::Uuid;

use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Visitor, events},
};

/// Channel of NOTIFY; the payload is the person's id.
const CHANNEL: &str = "people";
/// Streams of one server.
const MOST: usize = 5_000;
/// Streams of one person: tabs and devices.
const MOST_EACH: usize = 10;
/// Life of a stream; the browser opens the next one, with the session that it has by then.
const LIFE: Duration = Duration::from_secs(900);
/// Something is sent at least this often, so that a dead connection is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(25);
/// Pause of the browser before it opens a lost stream again, in milliseconds.
const RETRY: u64 = 5_000;
/// Pause before a lost database connection is made anew.
const PAUSE: Duration = Duration::from_millis(500);

/// The open streams of this server; cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    seats: Mutex<Seats>,
    closing: watch::Sender<bool>,
}

#[derive(Default)]
struct Seats {
    people: HashMap<Uuid, watch::Sender<()>>,
    taken: usize,
}

/// One stream's place; given back when it is dropped.
struct Seat {
    live: Live,
    person: Uuid,
    changes: watch::Receiver<()>,
    closing: watch::Receiver<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Hub { seats: Mutex::default(), closing: watch::Sender::new(false) }))
    }
}

impl Live {
    /// Ends all streams, and lets no new one begin: the server stops.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// How many streams are open.
    pub fn open_streams(&self) -> usize {
        self.seats().taken
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.0.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for one more stream of this person, if there is one.
    fn take(&self, person: Uuid) -> Option<Seat> {
        let mut seats = self.seats();
        let theirs = seats.people.get(&person).map_or(0, watch::Sender::receiver_count);
        if *self.0.closing.borrow() || seats.taken >= MOST || theirs >= MOST_EACH {
            return None;
        }
        seats.taken += 1;
        let changes = seats.people.entry(person).or_insert_with(|| watch::Sender::new(())).subscribe();
        Some(Seat { live: self.clone(), person, changes, closing: self.0.closing.subscribe() })
    }

    fn wake(&self, person: Uuid) {
        if let Some(changes) = self.seats().people.get(&person) {
            changes.send_replace(());
        }
    }

    fn wake_all(&self) {
        self.seats().people.values().for_each(|changes| changes.send_replace(()));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.live.seats();
        seats.taken = seats.taken.saturating_sub(1);
        // This one is still counted.
        if seats.people.get(&self.person).is_some_and(|changes| changes.receiver_count() <= 1) {
            seats.people.remove(&self.person);
        }
    }
}

impl Seat {
    /// Waits for the next change; false when the stream is to end.
    async fn changed(&mut self, until: Instant) -> bool {
        if *self.closing.borrow() {
            return false;
        }
        tokio::select! {
            changed = self.changes.changed() => changed.is_ok(),
            _ = self.closing.changed() => false,
            () = sleep_until(until) => false,
        }
    }
}

/// Says, when the caller's transaction is committed, that something changed for this person.
pub async fn tell(conn: &mut PgConnection, person: Uuid) -> Result<()> {
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, person.to_string()).execute(conn).await?;
    Ok(())
}

/// Hears what is told, for this server's streams, until aborted.
pub fn listen(ctx: &Ctx) -> JoinHandle<()> {
    // A connection of its own: requests have all of theirs.
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with((*ctx.pool.connect_options()).clone());
    let live = ctx.live.clone();
    tokio::spawn(async move {
        let mut away = false;
        loop {
            let Err(error) = hear(&pool, &live, &mut away).await;
            if !std::mem::replace(&mut away, true) {
                tracing::warn!(%error, "open pages ask for news by themselves, until the database calls again");
            }
            sleep(PAUSE).await;
        }
    })
}

/// Hears until the connection is lost. A new connection each time: a broken one is not trusted to heal.
async fn hear(
    pool: &sqlx::PgPool,
    live: &Live,
    away: &mut bool,
) -> std::result::Result<std::convert::Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    if std::mem::replace(away, false) {
        // What was told meanwhile is lost: everybody looks once.
        live.wake_all();
    }
    while let Some(told) = listener.try_recv().await? {
        if let Ok(person) = told.payload().parse() {
            live.wake(person);
        }
    }
    Err(sqlx::Error::WorkerCrashed)
}

/// `/live`: an event `changed` each time that something changed for the signed-in person.
#[handler]
pub(super) fn show(req: &Request, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = visitor.signed_in()?.id;
    if !req.header(header::ACCEPT).unwrap_or_default().contains("text/event-stream") {
        let sentence = "Cette adresse sert aux pages ouvertes, pour se tenir à jour. Revenez à votre tableau de bord.";
        return Err(Error::new(StatusCode::NOT_ACCEPTABLE, sentence));
    }
    let busy =
        || Error { retry_after: Some(60), ..Error::new(StatusCode::SERVICE_UNAVAILABLE, "Trop de pages ouvertes.") };
    let seat = ctx.live.take(person).ok_or_else(busy)?;
    let until = Instant::now() + LIFE;
    // Something at once: the browser then knows that the stream is open.
    let begun = stream::iter([Event::retry(RETRY)]);
    let changes = stream::unfold(seat, move |mut seat| async move {
        seat.changed(until).await.then(|| (Event::message("changed"), seat))
    });
    Ok(events::respond(stream::StreamExt::chain(begun, changes), KEEP_ALIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_person_is_forgotten_with_the_last_stream() {
        let (live, person) = (Live::default(), Uuid::now_v7());
        let (one, two) = (live.take(person).expect("seat"), live.take(person).expect("seat"));
        assert_eq!(live.open_streams(), 2);
        drop(one);
        assert!(live.seats().people.contains_key(&person));
        drop(two);
        assert!(live.seats().people.is_empty() && live.open_streams() == 0);
    }

    #[tokio::test]
    async fn changes_that_were_not_read_are_one_change() {
        let (live, person) = (Live::default(), Uuid::now_v7());
        let mut seat = live.take(person).expect("seat");
        (0..100).for_each(|_| live.wake(person));
        live.wake(Uuid::now_v7());
        let soon = Instant::now() + Duration::from_millis(50);
        assert!(seat.changed(soon).await, "the change is told");
        assert!(!seat.changed(soon).await, "and once only");
    }

    #[tokio::test]
    async fn one_person_cannot_take_all_streams() {
        let (live, person) = (Live::default(), Uuid::now_v7());
        let seats: Vec<_> = (0..MOST_EACH).map(|_| live.take(person).expect("seat")).collect();
        assert!(live.take(person).is_none());
        assert!(live.take(Uuid::now_v7()).is_some());
        drop(seats);
        assert!(live.take(person).is_some());
    }

    #[tokio::test]
    async fn all_streams_end_when_the_server_stops() {
        let (live, person) = (Live::default(), Uuid::now_v7());
        let mut seat = live.take(person).expect("seat");
        live.close();
        assert!(!seat.changed(Instant::now() + Duration::from_secs(30)).await);
        assert!(live.take(person).is_none());
    }
}

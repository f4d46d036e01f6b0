//! The words of a small library, held in memory: a question then costs one statement, which loads what was found.
//!
//! Always true: what is held is one state of the library, and it is used only while the library is in that state: each
//! answer is loaded together with the state's stamp (`library_state`), and looked for in the database when that is
//! another one. Nobody waits for reading: while it lasts, and for libraries of more than [`MOST`] passages, the database
//! finds.

mod held;
mod store;

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::PgPool;
use uuid::Uuid;

pub(super) use self::held::Held;
use crate::error::Result;

/// Most passages that are held: some 12 MB, and a few milliseconds for a question of many frequent words.
const MOST: i64 = 5_000;
/// Between two readings: a library that grows is not read after each of its documents.
const PAUSE: Duration = Duration::from_secs(3);

/// Shared by all who search.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// What was read, or which state is too large to be held.
    read: Option<Read>,
    /// When the last reading began, and whether it lasts.
    began: Option<Instant>,
    reading: bool,
}

enum Read {
    Held(Arc<Held>),
    Large(Uuid),
}

impl Shelf {
    /// What is held.
    pub(super) fn held(&self) -> Option<Arc<Held>> {
        match &self.state().read {
            Some(Read::Held(held)) => Some(Arc::clone(held)),
            Some(Read::Large(_)) | None => None,
        }
    }

    /// The library is in this state, which was seen with what was `used` for the search: reads it, beside all else, if that
    /// is another one.
    pub(super) fn seen(&self, pool: &PgPool, used: Option<&Arc<Held>>, stamp: Uuid) {
        let mut state = self.state();
        match (&state.read, used) {
            (Some(Read::Held(held)), Some(used)) if Arc::ptr_eq(held, used) && !held.is(stamp) => state.read = None,
            // What was read meanwhile may be newer than what was seen; the next search compares it.
            (Some(Read::Held(_)), _) => return,
            (Some(Read::Large(large)), _) if *large == stamp => return,
            (Some(Read::Large(_)) | None, _) => (),
        }
        if state.reading || state.began.is_some_and(|began| began.elapsed() < PAUSE) {
            return;
        }
        (state.reading, state.began) = (true, Some(Instant::now()));
        drop(state);
        let (shelf, pool) = (self.clone(), pool.clone());
        tokio::spawn(async move {
            let done = Done(&shelf);
            if let Err(error) = shelf.read(&pool).await {
                tracing::warn!(%error, "the library's words cannot be read: the database finds");
            }
            drop(done);
        });
    }

    /// Reads the library as it is.
    ///
    /// # Errors
    /// The database is away: what was held is then held no more.
    pub async fn read(&self, pool: &PgPool) -> Result<()> {
        let read = store::read(pool, MOST).await;
        self.state().read = match &read {
            Ok(Ok(held)) => Some(Read::Held(Arc::clone(held))),
            Ok(Err(stamp)) => Some(Read::Large(*stamp)),
            Err(_) => None,
        };
        read.map(|_| ())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// However a reading ends, the next one can begin.
struct Done<'a>(&'a Shelf);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.state().reading = false;
    }
}

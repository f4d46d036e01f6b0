//! The books: calls that have ended wait here in memory, and one writer per server puts all of them into the database
//! about twice a second, in one commit, with the sums that budgets are measured by.
//!
//! Always true: an orderly stop loses nothing; a crash loses half a second of the log at most; while the database is away
//! rows wait, up to [`MOST_WAITING`]. A commit whose answer was lost may count a batch twice, never not at all.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::Utc;
use sqlx::PgPool;
use tokio::{
    sync::{Mutex as AsyncMutex, Notify, OnceCell, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{LlmError, alerts, budget::Budget, call::Row, store};
use crate::{config::BudgetConfig, error::Result, web::format};

/// Time between two batches.
const BEAT: Duration = Duration::from_millis(500);
/// Time between two looks at what other servers have spent.
const LOOK: Duration = Duration::from_secs(5);
/// Most rows of one statement.
const BATCH: usize = 2_000;
/// Most rows that wait for a database that is away: the oldest are given up, and that is logged.
const MOST_WAITING: usize = 100_000;
/// Tries at a stop.
const LAST_TRIES: u32 = 5;

/// Log, sums and budget of this server.
pub(super) struct Books {
    pool: PgPool,
    pub budget: Budget,
    currency: String,
    waiting: Mutex<Vec<Row>>,
    wake: Notify,
    /// Held while a batch is being written, so that the sums are read between batches.
    writing: AsyncMutex<HashSet<(String, i16)>>,
    opened: OnceCell<()>,
}

/// The running writer. Dropped without [`Writer::stop`], it stops all the same, but what waits is lost.
#[must_use = "the writer stops when this is dropped"]
pub struct Writer {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Writer {
    /// Writes what waits, and ends.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the writer of the log of models did not stop in order");
        }
    }
}

impl Books {
    pub fn new(config: &BudgetConfig, pool: PgPool) -> Arc<Self> {
        Arc::new(Self {
            pool,
            budget: Budget::new(config),
            currency: config.currency.clone(),
            waiting: Mutex::default(),
            wake: Notify::new(),
            writing: AsyncMutex::default(),
            opened: OnceCell::new(),
        })
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Row>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that it is known what was spent before this server started.
    pub async fn open(&self) -> Result<(), LlmError> {
        if !self.budget.is_limited() {
            return Ok(());
        }
        match self.opened.get_or_try_init(|| self.look()).await {
            Ok(()) => Ok(()),
            Err(error) => {
                tracing::warn!(?error, "no model is asked while nobody knows what is left of the budget");
                Err(LlmError::Busy)
            }
        }
    }

    /// A call has ended.
    pub fn settle(&self, reserved: u64, row: Row) {
        self.budget.settle(reserved, row.cost);
        let mut waiting = self.waiting();
        if waiting.len() >= MOST_WAITING {
            tracing::error!("the log of models is full, its oldest rows are given up");
            waiting.drain(..BATCH);
        }
        waiting.push(row);
        self.wake.notify_one();
    }

    /// Writes all that waits.
    pub async fn flush(&self) -> Result<()> {
        let _only = self.writing.lock().await;
        self.write_waiting().await
    }

    async fn write_waiting(&self) -> Result<()> {
        loop {
            let batch: Vec<Row> = {
                let mut waiting = self.waiting();
                let n = waiting.len().min(BATCH);
                waiting.drain(..n).collect()
            };
            if batch.is_empty() {
                return Ok(());
            }
            // In this order: a batch that could not be written goes back, even when this future is dropped.
            let mut batch = Unwritten { books: self, rows: batch };
            store::insert_calls(&self.pool, &batch.rows).await?;
            batch.rows.drain(..).for_each(|row| self.budget.wrote(row.at, row.cost));
        }
    }

    /// Reads what all servers have spent in this day and month.
    pub async fn look(&self) -> Result<()> {
        let mut told = self.writing.lock().await;
        let day = format::tunis_day(Utc::now());
        self.budget.read(day, store::find_spent(&self.pool, day).await?);
        for reached in self.budget.reached() {
            let key = (reached.period.key(reached.day), reached.threshold);
            if !told.contains(&key) {
                alerts::tell(&self.pool, &reached, &self.currency).await?;
                told.insert(key);
            }
        }
        Ok(())
    }

    /// What is not written yet.
    #[cfg(test)]
    pub fn waiting_rows(&self) -> Vec<Row> {
        self.waiting().clone()
    }

    /// Starts the writer.
    pub fn start(self: &Arc<Self>) -> Writer {
        let (stop, stopping) = watch::channel(false);
        Writer { stop, task: tokio::spawn(write_for_ever(self.clone(), stopping)) }
    }
}

/// Rows on their way into the database.
struct Unwritten<'a> {
    books: &'a Books,
    rows: Vec<Row>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        if !self.rows.is_empty() {
            self.books.waiting().splice(..0, self.rows.drain(..));
        }
    }
}

async fn write_for_ever(books: Arc<Books>, mut stop: watch::Receiver<bool>) {
    let mut away = false;
    // An error means that the owner was dropped: that is a stop too.
    while !*stop.borrow() && stop.has_changed().is_ok() {
        let written = async {
            books.flush().await?;
            if books.budget.is_limited() { books.look().await } else { Ok(()) }
        };
        match written.await {
            Ok(()) => away = false,
            Err(error) if !std::mem::replace(&mut away, true) => {
                tracing::warn!(?error, "the log of models waits for the database");
            }
            Err(_) => {}
        }
        let next = async {
            // A call, or time to look at what others spend.
            let _ = timeout(LOOK, books.wake.notified()).await;
            sleep(BEAT).await;
        };
        tokio::select! {
            _ = stop.changed() => {}
            () = next => {}
        }
    }
    for attempt in 1..=LAST_TRIES {
        match books.flush().await {
            Ok(()) => return,
            Err(error) => tracing::error!(?error, attempt, "the end of the log of models is not written yet"),
        }
        sleep(BEAT).await;
    }
}

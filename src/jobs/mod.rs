//! The job queue in PostgreSQL. Owns `jobs` and `job_periods`.
//!
//! Always true: a job is enqueued in the transaction that makes it necessary; a worker holds a job by a lease with a
//! token, and whoever lost the lease can neither end the job nor commit its effect ([`Lease::finish`]); a job that
//! fails is tried again later, and after its last try stays visible as dead.
//!
//! Why our own and not graphile_worker: there a job is completed after its work, in a transaction of its own, so an
//! effect in our database could be committed twice; here effect and completion are one transaction (decision 18).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    ctx::Ctx,
    error::Result,
    web::{Routes, get, post},
};

mod ending;
mod housekeeping;
mod listen;
mod overview;
mod pages;
mod queue;
mod registry;
mod run;
mod schedule;
mod views;
mod worker;

#[cfg(test)]
pub(crate) mod tests;

pub use worker::{Workers, start};

/// A kind of work. The value is stored as JSON and handed to [`Job::run`], perhaps more than once.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Name in the table; never changes once jobs of this kind are stored.
    const KIND: &'static str;
    /// What staff read on `/admin/jobs`: a noun phrase in French.
    const LABEL: &'static str = Self::KIND;
    /// Tries before the job is dead.
    const MAX_ATTEMPTS: i16 = 8;
    /// Higher first.
    const PRIORITY: i16 = 0;
    /// How many of this kind one server works on at once, so that a kind that waits for another program leaves hands
    /// for the others.
    const MOST_AT_ONCE: usize = usize::MAX;

    /// Does the work. An effect in our database belongs in one transaction with [`Lease::finish`]. Work that keeps a
    /// thread busy belongs in `spawn_blocking`. An error that another try cannot repair is a [`GiveUp`].
    fn run(self, ctx: &Ctx, lease: &mut Lease) -> impl Future<Output = anyhow::Result<()>> + Send;

    /// What else becomes true when the job dies, in the same transaction.
    fn on_death(&self, conn: &mut PgConnection) -> impl Future<Output = anyhow::Result<()>> + Send {
        let _ = conn;
        async { Ok(()) }
    }
}

/// Marks an error that another try cannot repair: the job is dead at once.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
pub struct GiveUp(pub anyhow::Error);

/// The right to work on one job for a while; renewed as long as the work goes on.
pub struct Lease {
    id: i64,
    token: Uuid,
    finishing: Arc<AtomicBool>,
}

/// Adds a job to the queue inside the caller's transaction.
pub async fn enqueue<J: Job>(conn: &mut PgConnection, job: &J) -> Result<()> {
    let payload = serde_json::to_value(job).map_err(crate::error::Error::internal)?;
    sqlx::query!(
        "insert into jobs (kind, payload, priority, max_attempts) values ($1, $2, $3, $4)",
        J::KIND,
        payload,
        J::PRIORITY,
        J::MAX_ATTEMPTS
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a job that was given up its tries again, or enqueues a new one if there is none; a job that waits or runs stays
/// as it is.
pub async fn enqueue_again<J: Job>(conn: &mut PgConnection, job: &J) -> Result<()> {
    let payload = serde_json::to_value(job).map_err(crate::error::Error::internal)?;
    if overview::revive_same(conn, J::KIND, &payload).await? { Ok(()) } else { enqueue(conn, job).await }
}

impl Lease {
    /// Ends the job inside the transaction of its effect; fails if another worker holds the job by now, so that the
    /// effect is rolled back. From here on the lease is not renewed: the row's lock guards it until the transaction
    /// ends, which should be soon.
    pub async fn finish(&mut self, conn: &mut PgConnection) -> anyhow::Result<()> {
        self.finishing.store(true, Ordering::SeqCst);
        anyhow::ensure!(queue::complete(conn, self.id, self.token).await?, "the lease of job {} was lost", self.id);
        Ok(())
    }

    /// Fails if another worker holds the job by now: to be asked right before an effect outside of our database.
    pub async fn check(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        anyhow::ensure!(queue::is_held(conn, self.id, self.token).await?, "the lease of job {} was lost", self.id);
        Ok(())
    }
}

/// Enqueues what the schedule has due, as the clock does: for tests in which it must not come in between.
#[cfg(test)]
pub async fn enqueue_due(pool: &sqlx::PgPool) -> Result<()> {
    schedule::tick(pool, &schedule::table()).await
}

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/admin/jobs", get(pages::list))
        .at("/admin/jobs/retry", post(pages::retry_all))
        .at("/admin/jobs/:id/retry", post(pages::retry))
}

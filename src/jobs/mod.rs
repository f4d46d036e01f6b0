//! The job queue in PostgreSQL. Owns `jobs` and `job_periods`.
//!
//! Always true: a job is enqueued in the transaction that makes it necessary; a worker holds a job by a lease with a
//! token, and whoever lost the lease can neither end the job nor commit its effect ([`Lease::finish`]); a job that
//! fails is tried again later, and after its last try stays visible as dead.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

use crate::{ctx::Ctx, error::Result};

/// A kind of work. The value is stored as JSON and handed to [`Job::run`], perhaps more than once.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Name in the table; never changes once jobs of this kind are stored.
    const KIND: &'static str;
    /// Tries before the job is dead.
    const MAX_ATTEMPTS: i16 = 8;
    /// Higher first.
    const PRIORITY: i16 = 0;

    /// Does the work. An effect in our database belongs in one transaction with [`Lease::finish`].
    fn run(self, ctx: &Ctx, lease: &mut Lease) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// The right to work on one job for a while.
pub struct Lease {
    id: i64,
    token: uuid::Uuid,
    finished: bool,
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

impl Lease {
    /// Ends the job inside the transaction of its effect; fails if another worker holds the job by now, so that the
    /// effect is rolled back.
    pub async fn finish(&mut self, conn: &mut PgConnection) -> anyhow::Result<()> {
        let gone =
            sqlx::query!("delete from jobs where id = $1 and lease = $2", self.id, self.token).execute(conn).await?;
        anyhow::ensure!(gone.rows_affected() == 1, "the lease of job {} was lost", self.id);
        self.finished = true;
        Ok(())
    }
}

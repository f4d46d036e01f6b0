//! How attempts end: done, failed and tried again later, dead, or taken back from a worker that is gone.

use std::time::Duration;

use sqlx::{Acquire as _, PgConnection};
use tokio::time::{Instant, sleep};

use super::{
    GiveUp,
    queue::{self, Held, Next},
    registry::Registry,
    worker::Shared,
};
use crate::error::is_away;

/// Pause after the first failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// How long the end of a job is insisted on while the database is away: within what is left of the lease.
const INSIST: Duration = Duration::from_secs(20);
/// What is recorded for a job whose worker disappeared.
const WORKER_GONE: &str = "Le serveur s’est arrêté pendant cette tâche.";

/// Pause before the next try: doubling, and shaken by ± 20 % (`random` in 0..1), so that jobs that failed together do
/// not come back together.
fn pause(attempts: i16, random: f64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    let plain = FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    plain.mul_f64(0.8 + 0.4 * random)
}

/// How an attempt ends.
pub(super) enum End {
    Complete,
    Failed { text: String, next: Next },
}

/// The error itself goes to the table, not to the log: it may name people.
pub(super) fn failed(held: &Held, error: &anyhow::Error) -> End {
    let next = if error.chain().any(|cause| cause.is::<GiveUp>()) || held.attempts >= held.max_attempts {
        Next::Dead
    } else {
        Next::After(pause(held.attempts, rand::random()))
    };
    tracing::warn!(job = held.id, kind = held.kind, attempt = held.attempts, ?next, "a job failed");
    End::Failed { text: format!("{error:#}"), next }
}

/// Stores how the attempt ended; insists for a while if the database is away.
pub(super) async fn end(shared: &Shared, held: &Held, end: End) {
    let until = Instant::now() + INSIST;
    loop {
        match try_end(shared, held, &end).await {
            Ok(true) => return,
            Ok(false) => return log_lost(held),
            Err(error) if is_away(&error) && Instant::now() < until => sleep(Duration::from_millis(500)).await,
            Err(error) => {
                tracing::error!(job = held.id, kind = held.kind, %error, "a job's end could not be stored; it runs again");
                return;
            }
        }
    }
}

async fn try_end(shared: &Shared, held: &Held, end: &End) -> Result<bool, sqlx::Error> {
    match end {
        End::Complete => queue::complete(&shared.pool, held.id, held.token).await,
        End::Failed { text, next } => {
            let mut tx = crate::db::begin(&shared.pool).await?;
            let ours = end_attempt(&mut tx, &shared.registry, held, text, *next).await?;
            tx.commit().await?;
            Ok(ours)
        }
    }
}

/// Records the failed attempt; a death becomes true together with what the kind adds to it.
async fn end_attempt(
    conn: &mut PgConnection,
    registry: &Registry,
    held: &Held,
    error: &str,
    next: Next,
) -> Result<bool, sqlx::Error> {
    let ours = queue::fail(&mut *conn, held, error, next).await?;
    if ours
        && next == Next::Dead
        && let Some(kind) = registry.find(&held.kind)
    {
        let mut inner = conn.begin().await?;
        match (kind.on_death)(held.payload.clone(), &mut inner).await {
            Ok(()) => inner.commit().await?,
            // The job is dead all the same: it must not come back for ever because of this.
            Err(error) => {
                inner.rollback().await?;
                tracing::error!(job = held.id, kind = held.kind, %error, "a job's death could not be told to its room");
            }
        }
    }
    Ok(ours)
}

/// Gives jobs whose worker is gone to others, at once; the lost attempt counts. Answers how many there were.
pub(super) async fn take_back(shared: &Shared) -> Result<usize, sqlx::Error> {
    let mut tx = crate::db::begin(&shared.pool).await?;
    let expired = queue::expired(&mut tx).await?;
    for held in &expired {
        let next = if held.attempts >= held.max_attempts { Next::Dead } else { Next::After(Duration::ZERO) };
        end_attempt(&mut tx, &shared.registry, held, WORKER_GONE, next).await?;
        tracing::warn!(job = held.id, kind = held.kind, attempt = held.attempts, ?next, "a job was taken back");
    }
    tx.commit().await?;
    Ok(expired.len())
}

pub(super) fn log_lost(held: &Held) {
    tracing::warn!(
        job = held.id,
        kind = held.kind,
        attempt = held.attempts,
        "the lease was lost: another worker has the job"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<u64> = (1..=10).map(|attempts| pause(attempts, 0.5).as_secs()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
        assert_eq!(pause(i16::MAX, 0.5).as_secs(), 3600);
    }

    #[test]
    fn jobs_that_failed_together_do_not_come_back_together() {
        assert_eq!(pause(1, 0.0), Duration::from_secs(8));
        assert_eq!(pause(1, 1.0), Duration::from_secs(12));
    }
}

//! SQL of the queue. Every change of a held job names its token: that is the fence.

use std::time::Duration;

use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, postgres::types::PgInterval};
use uuid::Uuid;

/// A job that a worker has taken.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub id: i64,
    pub kind: String,
    pub payload: Value,
    /// This one included.
    pub attempts: i16,
    pub max_attempts: i16,
    pub token: Uuid,
}

/// What becomes of a job whose attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Another try after this pause.
    After(Duration),
    /// None.
    Dead,
}

/// Longest error text that is kept, in characters.
const LONGEST_ERROR: usize = 600;

fn interval(duration: Duration) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX) }
}

fn shortened(error: &str) -> String {
    error.chars().take(LONGEST_ERROR).collect()
}

/// Takes the next job that is due, of one of these kinds, for as long as the lease.
pub(super) async fn claim(
    db: impl PgExecutor<'_>,
    kinds: &[String],
    lease: Duration,
) -> Result<Option<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"with next as materialized (
               select id from jobs where state = 'READY' and run_at <= now() and kind = any($1)
               order by priority desc, run_at, id limit 1 for update skip locked)
           update jobs set state = 'RUNNING', attempts = attempts + 1, lease = gen_random_uuid(), leased_until = now() + $2
           from next where jobs.id = next.id
           returning jobs.id, kind, payload, attempts, max_attempts, lease as "token!""#,
        kinds,
        interval(lease)
    )
    .fetch_optional(db)
    .await
}

/// Prolongs the lease; false if it was lost, or while the job is being ended.
pub(super) async fn renew(db: impl PgExecutor<'_>, id: i64, token: Uuid, lease: Duration) -> Result<bool, sqlx::Error> {
    let renewed = sqlx::query!(
        "update jobs set leased_until = now() + $3
         where id = (select id from jobs where id = $1 and lease = $2 for update skip locked)",
        id,
        token,
        interval(lease)
    )
    .execute(db)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Whether the token still holds the job.
pub(super) async fn is_held(db: impl PgExecutor<'_>, id: i64, token: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select from jobs where id = $1 and lease = $2) as "held!""#, id, token)
        .fetch_one(db)
        .await
}

/// Ends a job that is done; false if the lease was lost.
pub(super) async fn complete(db: impl PgExecutor<'_>, id: i64, token: Uuid) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from jobs where id = $1 and lease = $2", id, token).execute(db).await?;
    Ok(gone.rows_affected() == 1)
}

/// Gives a job back untried: the attempt does not count.
pub(super) async fn release(db: impl PgExecutor<'_>, id: i64, token: Uuid) -> Result<bool, sqlx::Error> {
    let released = sqlx::query!(
        "update jobs set state = 'READY', attempts = attempts - 1, lease = null, leased_until = null
         where id = $1 and lease = $2",
        id,
        token
    )
    .execute(db)
    .await?;
    Ok(released.rows_affected() == 1)
}

/// Records a failed attempt; false if the lease was lost.
pub(super) async fn fail(db: impl PgExecutor<'_>, held: &Held, error: &str, next: Next) -> Result<bool, sqlx::Error> {
    let (state, pause) = match next {
        Next::After(pause) => ("READY", pause),
        Next::Dead => ("DEAD", Duration::ZERO),
    };
    let failed = sqlx::query!(
        "update jobs set state = $3, last_error = $4, run_at = now() + $5, lease = null, leased_until = null,
                ended_at = case when $3 = 'DEAD' then now() end
         where id = $1 and lease = $2",
        held.id,
        held.token,
        state,
        shortened(error),
        interval(pause)
    )
    .execute(db)
    .await?;
    Ok(failed.rows_affected() == 1)
}

/// Jobs whose worker is gone, locked until the transaction ends. A job that is being ended is locked, so not here.
pub(super) async fn expired(conn: &mut PgConnection) -> Result<Vec<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"select id, kind, payload, attempts, max_attempts, lease as "token!" from jobs
           where state = 'RUNNING' and leased_until < now()
           order by leased_until limit 20 for update skip locked"#
    )
    .fetch_all(conn)
    .await
}

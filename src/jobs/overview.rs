//! SQL of the page of jobs: what there is, and trying dead jobs again.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

/// Gives a dead job all its tries again, at once; answers its kind, or none if it is not dead any more.
pub(super) async fn revive(conn: &mut PgConnection, id: i64) -> Result<Option<String>, sqlx::Error> {
    let kind = sqlx::query_scalar!(
        "update jobs set state = 'READY', attempts = 0, run_at = now(), ended_at = null
         where id = $1 and state = 'DEAD' returning kind",
        id
    )
    .fetch_optional(&mut *conn)
    .await?;
    wake(conn).await?;
    Ok(kind)
}

/// Gives the dead job of this kind and content its tries again; false if there is no such job at all.
pub(super) async fn revive_same(conn: &mut PgConnection, kind: &str, payload: &Value) -> Result<bool, sqlx::Error> {
    let states =
        sqlx::query_scalar!("select state from jobs where kind = $1 and payload = $2 for update", kind, payload)
            .fetch_all(&mut *conn)
            .await?;
    if !states.is_empty() && states.iter().all(|state| state == "DEAD") {
        sqlx::query!(
            "update jobs set state = 'READY', attempts = 0, run_at = now(), ended_at = null where kind = $1 and payload = $2",
            kind,
            payload
        )
        .execute(&mut *conn)
        .await?;
        wake(conn).await?;
    }
    Ok(!states.is_empty())
}

/// Gives all dead jobs their tries again; answers how many there were.
pub(super) async fn revive_all(conn: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let revived = sqlx::query!(
        "update jobs set state = 'READY', attempts = 0, run_at = now(), ended_at = null where state = 'DEAD'"
    )
    .execute(&mut *conn)
    .await?;
    wake(conn).await?;
    Ok(revived.rows_affected())
}

/// What the trigger does for new jobs.
async fn wake(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_notify('jobs', '')").execute(conn).await?;
    Ok(())
}

/// How many jobs of a kind there are in each state.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub kind: String,
    pub waiting: i64,
    /// Failed at least once, to be tried again.
    pub retrying: i64,
    pub running: i64,
    pub dead: i64,
}

/// Jobs by kind and state.
pub(super) async fn counts(db: impl PgExecutor<'_>) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as!(
        Count,
        r#"select kind, count(*) filter (where state = 'READY' and attempts = 0) as "waiting!",
                  count(*) filter (where state = 'READY' and attempts > 0) as "retrying!",
                  count(*) filter (where state = 'RUNNING') as "running!", count(*) filter (where state = 'DEAD') as "dead!"
           from jobs group by kind order by kind"#
    )
    .fetch_all(db)
    .await
}

/// A job that is tried no more.
#[derive(Debug)]
pub(super) struct Dead {
    pub id: i64,
    pub kind: String,
    pub attempts: i16,
    pub last_error: Option<String>,
    pub ended_at: DateTime<Utc>,
}

/// The dead jobs, newest first, and no more than a page shows.
pub(super) async fn dead(db: impl PgExecutor<'_>, most: i64) -> Result<Vec<Dead>, sqlx::Error> {
    sqlx::query_as!(
        Dead,
        r#"select id, kind, attempts, last_error, coalesce(ended_at, created_at) as "ended_at!" from jobs
           where state = 'DEAD' order by ended_at desc, id desc limit $1"#,
        most
    )
    .fetch_all(db)
    .await
}

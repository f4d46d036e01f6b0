//! The queue's promises, with real workers on a real PostgreSQL. The effect of a test job is a row of the audit log.

mod leases;
mod page;
mod scheduling;
mod stopping;
mod trying;
mod waking;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{
    GiveUp, Job, Lease, enqueue,
    registry::{Registry, register},
    worker::{Settings, Shared, Workers, start_with},
};
use crate::{compliance::audit, ctx::Ctx, testing};

/// Leaves one row `test.note` in the transaction that ends the job, after a row `test.start` and before a moment of work.
#[derive(Serialize, Deserialize)]
struct Note {
    subject: String,
}

impl Job for Note {
    const KIND: &'static str = "test_note";
    const MAX_ATTEMPTS: i16 = 1000;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        note(&mut *ctx.pool.acquire().await?, "test.start", &self.subject).await;
        let mut tx = crate::db::begin(&ctx.pool).await?;
        note(&mut tx, "test.note", &self.subject).await;
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..20))).await;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// What a [`Hard`] job does.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Does {
    Ends,
    Fails,
    Panics,
    GivesUp,
    /// Milliseconds.
    Takes(u64),
}

/// Notes each beginning and each end; leaves the ending to the worker.
#[derive(Serialize, Deserialize)]
struct Hard {
    does: Does,
}

impl Job for Hard {
    const KIND: &'static str = "test_hard";
    const LABEL: &'static str = "Tâche d’essai";
    const MAX_ATTEMPTS: i16 = 3;
    const MOST_AT_ONCE: usize = 2;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        let mut conn = ctx.pool.acquire().await?;
        note(&mut conn, "test.begin", "").await;
        match self.does {
            Does::Ends => {}
            Does::Fails => return Err(anyhow::anyhow!("the cause").context("what happened")),
            Does::Panics => panic!("a broken promise"),
            Does::GivesUp => return Err(GiveUp(anyhow::anyhow!("no such thing")).into()),
            Does::Takes(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        }
        note(&mut conn, "test.end", "").await;
        Ok(())
    }

    async fn on_death(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        note(conn, "test.death", "").await;
        Ok(())
    }
}

/// Runs all jobs of one kind that are due, as a server would, and waits for their end.
pub(crate) async fn run_all<J: Job>(ctx: &Ctx) {
    let workers = start_with(ctx.clone(), Registry::of(vec![register::<J>()]), Settings::default());
    let since = Instant::now();
    let left = || async {
        sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where kind = $1 and state <> 'DEAD'"#, J::KIND)
            .fetch_one(&ctx.pool)
            .await
            .expect("count")
    };
    while left().await > 0 {
        assert!(since.elapsed() < Duration::from_secs(30), "{} does not end", J::KIND);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    workers.stop().await;
}

async fn note(conn: &mut PgConnection, action: &str, subject: &str) {
    audit::record(conn, None, action, subject, &json!({})).await.expect("noted");
}

async fn notes(pool: &PgPool, action: &str) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from audit_log where action = $1"#, action)
        .fetch_one(pool)
        .await
        .expect("count")
}

async fn add(pool: &PgPool, job: &impl Job) {
    let mut tx = crate::db::begin(pool).await.expect("begin");
    enqueue(&mut tx, job).await.expect("enqueued");
    tx.commit().await.expect("commit");
}

async fn jobs_left(pool: &PgPool) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from jobs"#).fetch_one(pool).await.expect("count")
}

/// The only job of the table: state, attempts, error, seconds until it is due.
struct Row {
    state: String,
    attempts: i16,
    last_error: Option<String>,
    due_in: f64,
}

async fn only_job(pool: &PgPool) -> Row {
    sqlx::query_as!(
        Row,
        r#"select state, attempts, last_error, extract(epoch from run_at - now())::float8 as "due_in!" from jobs"#
    )
    .fetch_one(pool)
    .await
    .expect("one job")
}

/// Makes what waits for another try due at once.
async fn make_due(pool: &PgPool) {
    sqlx::query!("update jobs set run_at = now() where state = 'READY'").execute(pool).await.expect("due");
    sqlx::query!("select pg_notify('jobs', '')").execute(pool).await.expect("wake");
}

fn registry() -> Registry {
    Registry::of(vec![register::<Note>(), register::<Hard>()])
}

/// Everything short.
fn quick() -> Settings {
    let ms = Duration::from_millis;
    Settings { hands: 4, lease: ms(1500), renew: ms(300), poll: ms(100), grace: ms(300) }
}

fn workers(ctx: &Ctx, settings: Settings) -> Workers {
    start_with(ctx.clone(), registry(), settings)
}

/// What workers share, without workers.
fn shared(ctx: &Ctx) -> Shared {
    Shared {
        ctx: ctx.clone(),
        pool: ctx.pool.clone(),
        registry: registry(),
        settings: quick(),
        wake: tokio::sync::Notify::new(),
    }
}

/// Waits until it holds, half a minute at most: the machine may be busy.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the workers hear NOTIFY.
async fn listening(pool: &PgPool) {
    until("a listener", async || !listeners(pool).await.is_empty()).await;
}

async fn listeners(pool: &PgPool) -> Vec<i32> {
    sqlx::query_scalar!(
        r#"select pid as "pid!" from pg_stat_activity where datname = current_database() and query ilike 'listen%'"#
    )
    .fetch_all(pool)
    .await
    .expect("activity")
}

async fn ctx() -> Ctx {
    testing::ctx().await
}

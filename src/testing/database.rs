//! A fresh database for each test, copied from a migrated template on the server of `TEST_DATABASE_URL` (`ops/test`
//! starts one), and a context on it. Databases are dropped once their test has ended, a few at a time.

use std::{
    str::FromStr as _,
    sync::atomic::{AtomicU32, Ordering},
};

use secrecy::SecretString;
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

use crate::{config::Config, ctx::Ctx, db, keys::Keys};

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);
/// Databases are dropped once this many newer ones exist.
const BATCH: u32 = 24;

fn server() -> PgConnectOptions {
    let url = std::env::var("TEST_DATABASE_URL")
        .or_else(|_| std::env::var("DATABASE_URL"))
        .expect("TEST_DATABASE_URL names a PostgreSQL server for tests; ops/test starts one");
    PgConnectOptions::from_str(&url).expect("TEST_DATABASE_URL is a URL")
}

async fn connect() -> PgConnection {
    PgConnection::connect_with(&server().database("postgres")).await.expect("test server")
}

async fn run(conn: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    // Database names are made by us from the process id and a counter.
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(conn).await.map(drop)
}

async fn template() -> &'static str {
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("t{}_template", std::process::id());
            let mut conn = connect().await;
            drop_orphans(&mut conn).await;
            run(&mut conn, format!("drop database if exists {name} with (force)")).await.expect("drop");
            run(&mut conn, format!("create database {name}")).await.expect("create");
            let mut conn = PgConnection::connect_with(&server().database(&name)).await.expect("template");
            db::MIGRATOR.run(&mut conn).await.expect("migrations");
            conn.close().await.expect("close");
            name
        })
        .await
}

/// Connection options of a fresh, migrated, empty database.
pub async fn fresh_database() -> PgConnectOptions {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("t{}_{number}", std::process::id());
    let template = template().await;
    let mut conn = connect().await;
    if number % BATCH == BATCH - 1 {
        drop_finished(&mut conn, number).await;
    }
    run(&mut conn, format!("drop database if exists {name} with (force)")).await.expect("drop");
    run(&mut conn, format!("create database {name} template {template} strategy wal_log")).await.expect("create");
    server().database(&name)
}

/// Names of test databases that nobody is connected to.
async fn idle(conn: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar!(
        r#"select datname::text as "name!" from pg_database d
           where datname ~ '^t[0-9]+_' and not exists (select from pg_stat_activity a where a.datid = d.oid)"#
    )
    .fetch_all(conn)
    .await
    .expect("databases")
}

/// Drops what earlier runs left: their process is gone.
async fn drop_orphans(conn: &mut PgConnection) {
    let gone = |name: &String| {
        let process = name[1..].split('_').next().unwrap_or_default();
        !std::path::Path::new("/proc").join(process).exists()
    };
    for name in idle(conn).await.into_iter().filter(gone).take(BATCH as usize) {
        run(conn, format!("drop database if exists {name}")).await.ok();
    }
}

/// Drops this run's databases that are older than any test that may still be at work, and idle.
async fn drop_finished(conn: &mut PgConnection, newest: u32) {
    let prefix = format!("t{}_", std::process::id());
    let old = |name: &String| {
        let number: Option<u32> = name.strip_prefix(&prefix).and_then(|number| number.parse().ok());
        number.is_some_and(|number| number + BATCH < newest)
    };
    for name in idle(conn).await.into_iter().filter(old) {
        run(conn, format!("drop database if exists {name}")).await.ok();
    }
}

/// A pool on a fresh database.
pub async fn fresh_pool() -> PgPool {
    db::pool(fresh_database().await, 8)
}

/// Settings as an empty environment gives them, with these variables.
pub fn config(variables: &[(&str, &str)]) -> Config {
    let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    Config::read(find).expect("test settings")
}

/// A context on a fresh database, without a language model unless the variables name one.
pub async fn ctx_with(variables: &[(&str, &str)]) -> Ctx {
    Ctx::new(config(variables), fresh_pool().await, keys()).expect("context")
}

/// Another server's context: the same settings and database, nothing else in common.
pub fn ctx_beside(ctx: &Ctx) -> Ctx {
    let pool = db::pool((*ctx.pool.connect_options()).clone(), 8);
    Ctx::new(ctx.config.clone(), pool, keys()).expect("context")
}

fn keys() -> Keys {
    Keys::new(SecretString::from("a secret for tests, of at least 32 characters"))
}

/// [`ctx_with`] no variables.
pub async fn ctx() -> Ctx {
    ctx_with(&[]).await
}

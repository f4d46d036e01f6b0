//! For tests only: a fresh database for each, copied from a migrated template on the server of `TEST_DATABASE_URL`
//! (`ops/test` starts one), and a context on it.

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

fn server() -> PgConnectOptions {
    let url = std::env::var("TEST_DATABASE_URL")
        .or_else(|_| std::env::var("DATABASE_URL"))
        .expect("TEST_DATABASE_URL names a PostgreSQL server for tests; ops/test starts one");
    PgConnectOptions::from_str(&url).expect("TEST_DATABASE_URL is a URL")
}

async fn run_on_server(sql: String) {
    let mut conn = PgConnection::connect_with(&server().database("postgres")).await.expect("test server");
    // Database names are made by us from the process id and a counter.
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await.expect("create database");
}

async fn template() -> &'static str {
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("t{}_template", std::process::id());
            run_on_server(format!("drop database if exists {name} with (force)")).await;
            run_on_server(format!("create database {name}")).await;
            let mut conn = PgConnection::connect_with(&server().database(&name)).await.expect("template");
            db::MIGRATOR.run(&mut conn).await.expect("migrations");
            conn.close().await.expect("close");
            name
        })
        .await
}

/// Connection options of a fresh, migrated, empty database.
pub async fn fresh_database() -> PgConnectOptions {
    let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let template = template().await;
    run_on_server(format!("drop database if exists {name} with (force)")).await;
    run_on_server(format!("create database {name} template {template} strategy file_copy")).await;
    server().database(&name)
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
    let keys = Keys::new(SecretString::from("a secret for tests, of at least 32 characters"));
    Ctx::new(config(variables), fresh_pool().await, keys).expect("context")
}

/// [`ctx_with`] no variables.
pub async fn ctx() -> Ctx {
    ctx_with(&[]).await
}

//! The database: pool, migrations, the private cluster. Nothing of a domain.

use std::time::Duration;

use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// All migrations, embedded.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// A pool that gives up after five seconds: the person is then told to try again, and nothing waits for ever.
pub fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(300))
        .test_before_acquire(true)
        .connect_lazy_with(options)
}

/// Options with what every connection of ours sets.
pub fn tuned(options: PgConnectOptions, name: &str) -> PgConnectOptions {
    options
        .application_name(name)
        .options([("statement_timeout", "60s"), ("idle_in_transaction_session_timeout", "120s")])
}

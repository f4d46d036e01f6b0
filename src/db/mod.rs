//! The database: pool, migrations, the private cluster. Nothing of a domain.

pub mod cluster;
pub mod data_dir;

use std::time::Duration;

use sqlx::{
    Connection as _, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// All migrations, embedded.
pub static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// A connection that has been idle for longer is tested before it is used again: after a restart of the database nobody
/// is told of it who was not asking at that very moment.
const TRUSTED: Duration = Duration::from_millis(100);

/// A pool that gives up after five seconds: the person is then told to try again, and nothing waits for ever.
pub fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(300))
        // One that was in use a moment ago is as good as tested; testing each would cost a round trip a query.
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}

/// Options with what every connection of ours sets.
pub fn tuned(options: PgConnectOptions, name: &str) -> PgConnectOptions {
    options
        .application_name(name)
        .options([("statement_timeout", "60s"), ("idle_in_transaction_session_timeout", "120s")])
}

/// Migrations that are embedded and not applied yet.
pub async fn pending_migrations(pool: &PgPool) -> Result<usize, sqlx::Error> {
    let table: Option<String> =
        sqlx::query_scalar!("select to_regclass('_sqlx_migrations')::text").fetch_one(pool).await?;
    let applied = match table {
        // The table is sqlx's own and is not there when this is compiled: a runtime query.
        Some(_) => {
            sqlx::query_scalar::<_, i64>("select version from _sqlx_migrations where success").fetch_all(pool).await?
        }
        None => Vec::new(),
    };
    Ok(MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).count())
}

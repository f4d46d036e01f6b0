//! The database: pool, transactions, migrations, the private cluster. Nothing of a domain.
//!
//! `(select $1)` around an array, here and there in a `store.rs`: PostgreSQL plans a statement anew at each call while that
//! looks cheaper than the plan it keeps, for which it supposes ten elements. With the array hidden in a subquery it always
//! supposes ten, and plans five times and no more. For statements of every question, whose plan is the same anyway.

pub mod cluster;
pub mod data_dir;

use std::time::Duration;

use sqlx::{
    Connection as _, PgPool, Postgres, Transaction,
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

/// A transaction of its own. Begun in a task of its own, too: when `BEGIN` is given up half-way (a browser that has gone, a
/// time limit), sqlx hands the connection on inside a transaction that nobody ends, and what others write there is lost.
///
/// # Errors
/// Those of [`sqlx::Pool::begin`].
#[allow(clippy::disallowed_methods)] // the one place
pub async fn begin(pool: &PgPool) -> sqlx::Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin().await });
    // Neither a panic nor an end before its time but while the process stops.
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
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

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use super::*;
    use crate::testing;

    /// Gives a transaction up after each of the first steps of its beginning.
    #[tokio::test]
    async fn a_transaction_that_is_given_up_while_it_begins_swallows_nothing() {
        let pool = pool(testing::database::fresh_database().await, 1);
        sqlx::raw_sql("create table notes (id int)").execute(&pool).await.expect("table");
        let watching = PgPoolOptions::new().connect_with((*pool.connect_options()).clone()).await.expect("watcher");
        for steps in 1..12 {
            {
                let mut given_up = pin!(begin(&pool));
                for _ in 0..steps {
                    let step = given_up.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                    if matches!(step, Poll::Ready(_)) {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            }
            sqlx::query("insert into notes values ($1)").bind(steps).execute(&pool).await.expect("written");
            let seen: i64 = sqlx::query_scalar("select count(*) from notes").fetch_one(&watching).await.expect("seen");
            assert_eq!(seen, i64::from(steps), "given up after {steps} steps");
        }
    }
}

//! Hears the queue's NOTIFY and wakes the workers; comes back by itself when PostgreSQL does.

use std::{sync::Arc, time::Duration};

use sqlx::postgres::PgListener;
use tokio::time::sleep;

use super::worker::Shared;

/// Channel of the trigger on `jobs`.
const CHANNEL: &str = "jobs";
/// Pause before a lost connection is made anew.
const PAUSE: Duration = Duration::from_millis(500);

/// Listens for ever.
pub(super) async fn listen(shared: Arc<Shared>) {
    let mut away = false;
    loop {
        let Err(error) = hear(&shared, &mut away).await;
        if !std::mem::replace(&mut away, true) {
            tracing::warn!(%error, "jobs are found by looking only, until the database calls again");
        }
        sleep(PAUSE).await;
    }
}

/// Listens until the connection is lost. A new connection each time: a broken one is not trusted to heal.
async fn hear(shared: &Shared, away: &mut bool) -> Result<std::convert::Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(&shared.pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    *away = false;
    // What was announced before we listened is found now.
    shared.wake.notify_one();
    while listener.try_recv().await?.is_some() {
        shared.wake.notify_one();
    }
    Err(sqlx::Error::WorkerCrashed)
}

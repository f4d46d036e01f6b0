//! The workers of one server: takes jobs while hands are free, wakes on NOTIFY, looks every few seconds as a net, and
//! stops without losing anything.
//!
//! Always true: the queue has connections of its own, so that neither a rush of requests keeps leases from being
//! renewed nor the listener takes a connection from requests.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::{
    sync::{Notify, watch},
    task::{Id, JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use super::{ending, listen, queue, registry::Registry, run, schedule};
use crate::ctx::Ctx;

/// How the workers of one server behave; tests shorten what is long.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Jobs at once.
    pub hands: usize,
    /// How long a job stays taken without a sign of life; after that it is given to another worker.
    pub lease: Duration,
    /// Pause between signs of life.
    pub renew: Duration,
    /// Pause between looks at the queue when nothing calls.
    pub poll: Duration,
    /// How long a stop waits for jobs to end before it gives them back.
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hands: 4,
            lease: Duration::from_secs(30),
            renew: Duration::from_secs(8),
            poll: Duration::from_secs(5),
            grace: Duration::from_secs(6),
        }
    }
}

/// What the tasks of one server share.
pub(super) struct Shared {
    pub ctx: Ctx,
    /// The queue's own connections.
    pub pool: PgPool,
    pub registry: Registry,
    pub settings: Settings,
    /// Something may be due.
    pub wake: Notify,
}

/// The running workers. Dropped without [`Workers::stop`], they stop all the same, but nobody waits for it.
#[must_use = "the workers stop when this is dropped"]
pub struct Workers {
    stop: watch::Sender<bool>,
    dispatcher: JoinHandle<()>,
    helpers: JoinSet<()>,
}

/// Starts the workers, the schedule and the timer of this server.
pub fn start(ctx: Ctx) -> Workers {
    let mut workers = start_with(ctx.clone(), Registry::product(), Settings::default());
    workers.helpers.spawn(schedule::clock(ctx.pool.clone()));
    workers.helpers.spawn(forget_quiet_limits(ctx));
    workers
}

/// Starts workers for these kinds only, without a schedule.
pub(super) fn start_with(ctx: Ctx, registry: Registry, settings: Settings) -> Workers {
    let shared = Arc::new(Shared { pool: own_pool(&ctx), ctx, registry, settings, wake: Notify::new() });
    let (stop, stopping) = watch::channel(false);
    let mut helpers = JoinSet::new();
    helpers.spawn(listen::listen(shared.clone()));
    helpers.spawn(take_back_for_ever(shared.clone()));
    let dispatcher = tokio::spawn(dispatch(shared, stopping));
    Workers { stop, dispatcher, helpers }
}

impl Workers {
    /// Takes no more jobs, waits a little for the running ones, gives back those that did not end.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        self.helpers.shutdown().await;
        if let Err(error) = self.dispatcher.await {
            tracing::error!(%error, "the workers did not stop in order");
        }
    }
}

/// One connection listens; two are enough for short statements one after the other.
fn own_pool(ctx: &Ctx) -> PgPool {
    PgPoolOptions::new()
        .max_connections(3)
        .acquire_timeout(Duration::from_secs(5))
        .connect_lazy_with((*ctx.pool.connect_options()).clone())
}

async fn dispatch(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let (give_back, giving_back) = watch::channel(false);
    let mut running = Running::default();
    // An error means that the owner was dropped: that is a stop too.
    while !*stop.borrow() && stop.has_changed().is_ok() {
        if let Err(error) = take_all(&shared, &mut running, &giving_back).await {
            tracing::warn!(%error, "the workers wait for the database");
            sleep(Duration::from_secs(1)).await;
            continue;
        }
        tokio::select! {
            () = shared.wake.notified(), if running.tasks.len() < shared.settings.hands => {}
            () = running.next(), if !running.tasks.is_empty() => {}
            () = sleep(shared.settings.poll) => {}
            _ = stop.changed() => {}
        }
    }
    if timeout(shared.settings.grace, running.all()).await.is_err() {
        give_back.send_replace(true);
        running.all().await;
    }
    shared.pool.close().await;
}

/// Takes jobs until there is none due or no hand is free.
async fn take_all(
    shared: &Arc<Shared>,
    running: &mut Running,
    give_back: &watch::Receiver<bool>,
) -> Result<(), sqlx::Error> {
    while running.tasks.len() < shared.settings.hands {
        let kinds = running.open_kinds(&shared.registry);
        let Some(held) = queue::claim(&shared.pool, &kinds, shared.settings.lease).await? else { break };
        let kind = held.kind.clone();
        let task = running.tasks.spawn(run::run(shared.clone(), held, give_back.clone()));
        running.kinds.insert(task.id(), kind);
    }
    Ok(())
}

/// The jobs in hand.
#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    kinds: HashMap<Id, String>,
}

impl Running {
    /// Kinds of which one more may be taken.
    fn open_kinds(&self, registry: &Registry) -> Vec<String> {
        let in_hand = |name: &str| self.kinds.values().filter(|kind| *kind == name).count();
        let open = registry.iter().filter(|kind| in_hand(kind.name) < kind.most_at_once);
        open.map(|kind| kind.name.to_owned()).collect()
    }

    /// Waits for one to end.
    async fn next(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => {
                tracing::error!(%error, "a worker broke; its job is taken back when the lease ends");
                error.id()
            }
            None => return,
        };
        self.kinds.remove(&id);
    }

    async fn all(&mut self) {
        while !self.tasks.is_empty() {
            self.next().await;
        }
    }
}

/// Looks for jobs whose worker is gone.
async fn take_back_for_ever(shared: Arc<Shared>) {
    loop {
        match ending::take_back(&shared).await {
            Ok(0) => {}
            Ok(_) => shared.wake.notify_one(),
            Err(error) => tracing::warn!(%error, "taking back waits for the database"),
        }
        sleep(shared.settings.poll).await;
    }
}

/// In memory, so of each server: a timer, not a job.
async fn forget_quiet_limits(ctx: Ctx) {
    loop {
        sleep(Duration::from_secs(600)).await;
        ctx.limits.forget_quiet();
    }
}

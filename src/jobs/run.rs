//! One job in hand: its work in a task of its own, signs of life meanwhile, and how it ended.

use std::{
    any::Any,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
};

use tokio::{
    sync::watch,
    task::{JoinError, JoinHandle},
    time::sleep,
};

use super::{
    Lease,
    ending::{self, End},
    queue::{self, Held},
    worker::Shared,
};

enum Outcome {
    Done,
    Failed(anyhow::Error),
    Lost,
    GivenBack,
}

impl From<Result<anyhow::Result<()>, JoinError>> for Outcome {
    fn from(result: Result<anyhow::Result<()>, JoinError>) -> Self {
        match result {
            Ok(Ok(())) => Self::Done,
            Ok(Err(error)) => Self::Failed(error),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => Self::Failed(anyhow::anyhow!("panic: {}", panic_text(panic.as_ref()))),
                Err(error) => Self::Failed(error.into()),
            },
        }
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown")
}

/// Ends with its owner: work whose lease is lost must not go on.
struct Work(JoinHandle<anyhow::Result<()>>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Works on the job until it ended, the lease was lost or the server stops.
pub(super) async fn run(shared: Arc<Shared>, held: Held, mut give_back: watch::Receiver<bool>) {
    let Some(kind) = shared.registry.find(&held.kind) else { return };
    let finishing = Arc::new(AtomicBool::new(false));
    let lease = Lease { id: held.id, token: held.token, finishing: finishing.clone() };
    let mut work = Work(tokio::spawn((kind.run)(held.payload.clone(), shared.ctx.clone(), lease)));
    let outcome = tokio::select! {
        ended = &mut work.0 => ended.into(),
        () = keep_lease(&shared, &held, &finishing) => Outcome::Lost,
        _ = give_back.wait_for(|now| *now) => Outcome::GivenBack,
    };
    match outcome {
        Outcome::Done if finishing.load(Ordering::SeqCst) => {}
        Outcome::Done => ending::end(&shared, &held, End::Complete).await,
        Outcome::Failed(error) => ending::end(&shared, &held, ending::failed(&held, &error)).await,
        Outcome::Lost => ending::log_lost(&held),
        Outcome::GivenBack => {
            work.0.abort();
            let _ = (&mut work.0).await;
            release(&shared, &held).await;
        }
    }
}

/// Signs of life; returns only when the job has been given to somebody else. A database that is away decides nothing:
/// the token does.
async fn keep_lease(shared: &Shared, held: &Held, finishing: &AtomicBool) {
    loop {
        sleep(shared.settings.renew).await;
        let renewed = queue::renew(&shared.pool, held.id, held.token, shared.settings.lease).await;
        // While the job's own transaction ends it, the row's lock guards it.
        if finishing.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        match renewed {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(job = held.id, %error, "a lease could not be renewed yet"),
        }
    }
}

async fn release(shared: &Shared, held: &Held) {
    if let Err(error) = queue::release(&shared.pool, held.id, held.token).await {
        tracing::warn!(job = held.id, kind = held.kind, %error, "a job could not be given back; it is taken back when the lease ends");
    }
}

//! The second look at a message, beside its answer. Whatever becomes of the answer (stopped, broken off, cut), what the
//! look finds is told to the team, and again until it is stored.

use std::time::Duration;

use tokio::{task::JoinHandle, time::sleep};

use crate::{
    aria::{
        alerts::{self, FoundBy, Sign},
        context::{self, Context},
        safety::Kind,
    },
    ctx::Ctx,
};

/// Pause before an alert that could not be stored is stored again.
const AGAIN: Duration = Duration::from_secs(2);
/// Times that it is tried: for a quarter of an hour.
const TIMES: u32 = 450;

/// A look under way; none where nobody needs it.
#[derive(Default)]
pub(super) struct SecondLook(Option<JoinHandle<Option<Kind>>>);

impl SecondLook {
    /// Begins to look, in a task of its own, which has all that is told: the conversation may be gone by then.
    pub fn begin(ctx: &Ctx, context: &Context) -> Self {
        let looking = context.second_look(ctx).zip(context.asked.clone()).map(|(request, asked)| {
            let ctx = ctx.clone();
            tokio::spawn(async move {
                let kind = context::second_opinion(&ctx, request).await?;
                tell(ctx, Sign::new(FoundBy::Model, kind, asked.by, asked.question, asked.content)).await;
                Some(kind)
            })
        });
        Self(looking)
    }

    /// Whether it may still find something.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// What it found, once.
    pub async fn found(&mut self) -> Option<Kind> {
        let looking = self.0.as_mut()?;
        // An error: the server stops, and the next one looks again.
        let found = looking.await.ok().flatten();
        self.0 = None;
        found
    }
}

/// Stores the alert. The child is not kept waiting for a database that is away: then it is stored later.
async fn tell(ctx: Ctx, sign: Sign) {
    let Err(error) = alerts::raise_later(&ctx, &sign).await else { return };
    tracing::error!(question = %sign.question(), %error, "an alert could not be stored: it is tried again");
    tokio::spawn(async move {
        for _ in 0..TIMES {
            sleep(AGAIN).await;
            if alerts::raise_later(&ctx, &sign).await.is_ok() {
                return;
            }
        }
        tracing::error!(question = %sign.question(), "an alert was never stored");
    });
}

//! Waiting for a whole answer: for pages without scripts, and for programs that want JSON.

use std::time::Duration;

use uuid::Uuid;

use super::watching::Watcher;
use crate::{ctx::Ctx, web::Person};

/// A page without scripts waits so long; then it shows what is there, and looks again by itself.
const PAGE: Duration = Duration::from_secs(20);

/// Waits for the end of the answer, or long enough. How it ended is read by the page that follows.
pub(super) async fn wait(ctx: &Ctx, person: &Person, answer: Uuid) {
    let Ok(seat) = ctx.aria_seats.take(person.id) else { return };
    let watcher = Watcher::new(ctx, seat, answer, None);
    if let Ok(Err(error)) = tokio::time::timeout(PAGE, watcher.end()).await {
        tracing::info!(%error, "a page did not see the end of its answer");
    }
}

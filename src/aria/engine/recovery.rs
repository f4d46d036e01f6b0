//! Answers whose server is gone: taken up and finished, or honestly marked, never left spinning.

use std::time::Duration;

use tokio::time::sleep;

use super::{
    MOST_ATTEMPTS, PULSE, Work,
    store::{self, Ended, Orphan},
};
use crate::{
    aria::model::{Mode, State},
    ctx::Ctx,
    error::Result,
};

/// Answers taken up at one look.
const MOST: i64 = 50;

/// Every so many looks also for what this server itself has lost.
const OWN: u32 = 4;

/// Looks for ever.
pub async fn run(ctx: Ctx) {
    for look in 0_u32.. {
        // Before the own sign of life is stored, another server could take the same up again.
        if ctx.aria.0.alive.load(std::sync::atomic::Ordering::Relaxed)
            && let Err(error) = look_around(&ctx, look % OWN == 0).await
        {
            tracing::warn!(%error, "answers whose server is gone wait for the database");
        }
        sleep(PULSE).await;
    }
}

async fn look_around(ctx: &Ctx, own: bool) -> Result<()> {
    take_up(ctx).await?;
    if own {
        let lost = store::take_back(&ctx.pool, ctx.aria.token(), &ctx.aria.hub().list()).await?;
        for one in &lost {
            tracing::error!(generation = %one.id, "an answer was lost, and is taken up again");
        }
        write(ctx, lost).await?;
    }
    Ok(())
}

/// Takes up what other servers left; answers how many.
pub async fn take_up(ctx: &Ctx) -> Result<usize> {
    let orphans = store::take_up(&ctx.pool, ctx.aria.token(), MOST).await?;
    let count = orphans.len();
    write(ctx, orphans).await?;
    Ok(count)
}

async fn write(ctx: &Ctx, orphans: Vec<Orphan>) -> Result<()> {
    for orphan in orphans {
        if orphan.attempts > MOST_ATTEMPTS {
            give_up(ctx, &orphan).await?;
        } else {
            ctx.aria.write(ctx, Work { generation: orphan.id, attempt: orphan.attempts, waited: false }, None);
        }
        // Not all at once: they ask the model, too.
        sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// It broke too often: what is written is kept, and the person is told.
async fn give_up(ctx: &Ctx, orphan: &Orphan) -> Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let answer = store::find_written(&mut *tx, orphan.id).await?;
    let ended = Ended {
        generation: orphan.id,
        state: State::Failed.key(),
        mode: Mode::Model.key(),
        answer,
        citations: serde_json::json!([]),
        problem: Some(format!("taken up {MOST_ATTEMPTS} times")),
        give_back: true,
        ..Ended::default()
    };
    store::end(&mut tx, ctx.aria.token(), &[ended]).await?;
    tx.commit().await?;
    Ok(())
}

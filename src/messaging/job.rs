//! The job that sends one mail of the outbox.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{mailer::Failure, message, store};
use crate::{
    ctx::Ctx,
    error::is_away,
    jobs::{GiveUp, Job, Lease},
};

/// How long a mail that has left is insisted on being marked as sent while the database is away.
const INSIST: Duration = Duration::from_secs(25);

/// Sends one mail of the outbox.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMail {
    /// Which.
    pub outbox_id: Uuid,
}

impl Job for SendMail {
    const KIND: &'static str = "send_mail";
    const LABEL: &'static str = "Envoi d’un e-mail";
    /// With pauses of up to an hour: about three days, so that a mail server may be away for a weekend.
    const MAX_ATTEMPTS: i16 = 80;
    const PRIORITY: i16 = 10;
    /// A mail server that hangs keeps half of the hands, not all.
    const MOST_AT_ONCE: usize = 2;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        lease.check(&mut tx).await?;
        let Some(mail) = store::begin_try(&mut *tx, self.outbox_id).await? else { return Ok(()) };
        tx.commit().await?;
        if let Err(error) = deliver(ctx, &mail).await {
            store::set_error(&ctx.pool, mail.id, &format!("{error:#}")).await?;
            return Err(error);
        }
        mark_sent(ctx, lease, mail.id).await
    }

    async fn on_death(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        Ok(store::set_failed(conn, self.outbox_id).await?)
    }
}

async fn deliver(ctx: &Ctx, mail: &store::Outgoing) -> anyhow::Result<()> {
    let message = message::build(&ctx.config, mail).map_err(GiveUp)?;
    match ctx.mailer.deliver(mail.id, &message).await {
        Ok(()) => Ok(()),
        Err(Failure::Refused(error)) => Err(GiveUp(error).into()),
        Err(Failure::NotNow(error)) => Err(error),
    }
}

/// From here to the commit lies the window in which a crash sends the mail twice.
async fn mark_sent(ctx: &Ctx, lease: &mut Lease, id: Uuid) -> anyhow::Result<()> {
    let until = Instant::now() + INSIST;
    loop {
        match try_mark_sent(ctx, lease, id).await {
            Err(error) if Instant::now() < until && error.downcast_ref::<sqlx::Error>().is_some_and(is_away) => {
                sleep(Duration::from_millis(250)).await;
            }
            result => return result,
        }
    }
}

async fn try_mark_sent(ctx: &Ctx, lease: &mut Lease, id: Uuid) -> anyhow::Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    store::set_sent(&mut *tx, id).await?;
    lease.finish(&mut tx).await?;
    Ok(tx.commit().await?)
}

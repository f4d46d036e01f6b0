//! The mail of the day: one to each person who wants kinds told once a day, in the evening, if something is unread.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Kind, mails, store};
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Sends the daily mails. One person, one transaction: what is taken from the list is in the outbox, and a run that is
/// cut off goes on with those who are left.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SendDigests;

impl Job for SendDigests {
    const KIND: &'static str = "send_digests";
    const LABEL: &'static str = "E-mail récapitulatif du soir";
    const MOST_AT_ONCE: usize = 1;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        for person in store::list_digest_people(&ctx.pool).await? {
            send_to(ctx, lease, person).await?;
        }
        Ok(())
    }
}

async fn send_to(ctx: &Ctx, lease: &Lease, person: Uuid) -> anyhow::Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    lease.check(&mut tx).await?;
    let waiting = store::take_digest(&mut tx, person).await?;
    if !waiting.is_empty()
        && let Some(to) = store::find_recipient(&mut tx, person, Kind::Message).await?
        && let Some(mail) = mails::daily(&to, &waiting)
    {
        crate::messaging::send(&mut tx, &mail).await?;
    }
    Ok(tx.commit().await?)
}

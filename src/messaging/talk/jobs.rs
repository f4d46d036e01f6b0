//! The job that mails those who have an unread message for a while: once per conversation, until it is read.

use serde::{Deserialize, Serialize};

use super::{mails, store};
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
    messaging::notices::{self, Kind, MailWish},
};

/// How long a message may stay unread before a mail says so.
const MINUTES: i32 = 10;

/// Looks for what is unread for ten minutes. One conversation, one transaction: what is marked as told is in the outbox.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TellUnread;

impl Job for TellUnread {
    const KIND: &'static str = "tell_unread_messages";
    const LABEL: &'static str = "E-mails pour les messages non lus";
    const MAX_ATTEMPTS: i16 = 3;
    const MOST_AT_ONCE: usize = 1;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        while tell_one(ctx, lease).await? {}
        Ok(())
    }
}

/// False when there is nothing left.
async fn tell_one(ctx: &Ctx, lease: &Lease) -> anyhow::Result<bool> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    lease.check(&mut tx).await?;
    let Some(untold) = store::take_untold(&mut tx, MINUTES).await? else { return Ok(false) };
    if let Some(to) = notices::find_recipient(&mut tx, untold.person_id, Kind::Message).await?
        && to.wish(Kind::Message) == MailWish::Now
    {
        let from = store::find_contact(&mut tx, untold.other_id).await?;
        if let Some(mail) = mails::unread(&to, &from, untold.count) {
            crate::messaging::send(&mut tx, &mail).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

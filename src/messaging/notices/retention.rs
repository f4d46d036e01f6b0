//! How long notifications are kept; the page "Confidentialité" says the same.

use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Days after which a notification goes, read or not.
const MOST_DAYS: i32 = 180;
/// Days that it stays after it was read.
const DAYS_READ: i32 = 90;
/// How many go in one statement, of the old and of the read: nobody who opens a page waits for long.
const SOME: i64 = 1_000;

/// Deletes notifications that were read long ago, and those that nobody will read any more.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetNotifications;

impl Job for ForgetNotifications {
    const KIND: &'static str = "forget_notifications";
    const LABEL: &'static str = "Nettoyage des anciennes notifications";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        while store::delete_old(&ctx.pool, MOST_DAYS, DAYS_READ, SOME).await? > 0 {}
        Ok(())
    }
}

//! Scheduled work of the desk.

use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Opens items for accounts that nobody activated in time, and forgets what was closed long ago.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct LookForForgottenAccounts;

impl Job for LookForForgottenAccounts {
    const KIND: &'static str = "look_for_forgotten_accounts";
    const LABEL: &'static str = "Repérage des comptes jamais activés";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        store::open_forgotten_activations(&mut tx).await?;
        store::forget_old(&mut tx).await?;
        lease.finish(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

//! Retention of the log of calls.

use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Rows of one statement.
const BATCH: i64 = 20_000;

/// Deletes calls that are older than 180 days; their daily sums stay.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ForgetCalls;

impl Job for ForgetCalls {
    const KIND: &'static str = "llm.forget_calls";
    const LABEL: &'static str = "Nettoyage du journal des modèles de langage";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        while store::delete_old(&ctx.pool, BATCH).await? > 0 {}
        Ok(())
    }
}

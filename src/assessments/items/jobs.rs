//! Measuring the questions, as work of the queue.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{measure, store};
use crate::{
    ctx::Ctx,
    jobs::{self, Job, Lease},
};

/// Asks for the nightly run; scheduled.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct MeasureEveryNight {}

impl Job for MeasureEveryNight {
    const KIND: &'static str = "assessments.measure-items-nightly";
    const LABEL: &'static str = "Mesure nocturne de la qualité des questions (demande)";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        request(&mut tx, None).await?;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Measures all questions.
#[derive(Debug, Serialize, Deserialize)]
pub struct MeasureItems {
    /// Key in `item_runs`, which shows the progress.
    pub run_id: Uuid,
}

impl Job for MeasureItems {
    const KIND: &'static str = "assessments.measure-items";
    const LABEL: &'static str = "Mesure de la qualité des questions";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        measure::run(ctx, self.run_id, lease).await
    }

    async fn on_death(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        store::set_failed(conn, self.run_id).await?;
        Ok(())
    }
}

/// Asks for a run, unless one is under way: its figures will do.
pub async fn request(conn: &mut PgConnection, actor: Option<Uuid>) -> crate::error::Result<()> {
    let run_id = Uuid::now_v7();
    if store::insert_run(conn, run_id, actor).await? {
        jobs::enqueue(conn, &MeasureItems { run_id }).await?;
    }
    Ok(())
}

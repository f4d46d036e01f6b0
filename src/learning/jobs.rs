//! Work of this room done by the queue: accounts that find what was made before or without them, the nightly back-test,
//! rebuilding.

use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::{projections, rebuild};
use crate::{
    accounts::{events::AccountActivated, families},
    ctx::Ctx,
    jobs::{Job, Lease},
    web::format,
};

impl Job for AccountActivated {
    const KIND: &'static str = "accounts.activated";
    const LABEL: &'static str = "Rattachement des bilans d’un compte activé";

    /// What is claimed, tied and fed is one transaction with the end of the job; an assessment that has a student is not
    /// claimed again, so that it is fed once, whoever else runs.
    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let claims = families::claims(&mut tx, self.user_id).await?;
        rebuild::attach(&mut tx, &claims).await?;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Compares past projections with what happened; scheduled every night.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct BacktestProjections {}

impl Job for BacktestProjections {
    const KIND: &'static str = "learning.backtest-projections";
    const LABEL: &'static str = "Vérification des projections";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        projections::backtest(&mut tx, format::tunis_day(Utc::now())).await?;
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Makes what is known of every student's skills again from their answers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RebuildSkills {}

impl Job for RebuildSkills {
    const KIND: &'static str = "learning.rebuild-skills";
    const LABEL: &'static str = "Reconstruction des cartes de compétences";
    const MAX_ATTEMPTS: i16 = 3;

    /// A transaction for each student: doing one twice changes nothing, so there is nothing to fence.
    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        for student in projections::list_assessed(&ctx.pool).await? {
            let mut tx = crate::db::begin(&ctx.pool).await?;
            rebuild::student(&mut tx, student).await?;
            lease.check(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

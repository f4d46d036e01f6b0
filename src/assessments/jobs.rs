//! Work of this room done by the queue: ending attempts whose time is up, recomputing cohorts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{attempt, directeur, model::Subject};
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Ends attempts whose time is up; scheduled every minute.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct EndExpiredAttempts {}

impl Job for EndExpiredAttempts {
    const KIND: &'static str = "assessments.end-expired-attempts";
    const LABEL: &'static str = "Fin des évaluations dont le temps est écoulé";
    const MAX_ATTEMPTS: i16 = 2;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        attempt::end_expired(ctx).await?;
        Ok(())
    }
}

/// Recomputes the cohorts of a subject, as asked for on the directeur's page.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recompute {
    /// The subject.
    pub subject: Subject,
    /// Key in `recomputes`, which shows the progress.
    pub recompute_id: Uuid,
    /// Who asked.
    pub actor: Uuid,
}

impl Job for Recompute {
    const KIND: &'static str = "assessments.recompute";
    const LABEL: &'static str = "Recalcul des scores standardisés";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        // Recomputing twice gives the same: nothing to fence.
        directeur::recompute::run(ctx, self.subject, self.actor, self.recompute_id).await?;
        Ok(())
    }
}

/// Says that an assessment has a score: the room of reports writes them ([`crate::bilans`] runs this job, so that this
/// room need not know it).
#[derive(Debug, Serialize, Deserialize)]
pub struct AssessmentScored {
    /// Key in `assessments`.
    pub assessment_id: Uuid,
}

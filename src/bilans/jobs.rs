//! The job that has the reports written. A model that fails ends it as FAILED, without another try by the queue
//! (decision 3); only a crash or the database's absence bring it back, and then it goes on where it stopped.

use sqlx::PgConnection;

use super::{
    model::GenerationStatus,
    store,
    writer::{self, Outcome},
};
use crate::{
    assessments::jobs::AssessmentScored,
    ctx::Ctx,
    jobs::{Job, Lease},
};

impl Job for AssessmentScored {
    const KIND: &'static str = "assessments.scored";
    const LABEL: &'static str = "Rédaction des bilans";
    /// After mail: it can take minutes.
    const PRIORITY: i16 = -10;
    /// Waits for the model nearly all the time; two leave hands for the rest.
    const MOST_AT_ONCE: usize = 2;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let outcome = writer::write_missing(ctx, self.assessment_id).await?;
        let mut tx = ctx.pool.begin().await?;
        let id = self.assessment_id;
        match outcome {
            Outcome::Nothing => {}
            Outcome::Complete => store::set_ended(&mut tx, id, GenerationStatus::Complete, None).await?,
            Outcome::Skipped => {
                store::set_ended(&mut tx, id, GenerationStatus::Skipped, Some("no language model is configured"))
                    .await?;
            }
            Outcome::Failed(cause) => store::set_ended(&mut tx, id, GenerationStatus::Failed, Some(&cause)).await?,
        }
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn on_death(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        let details = "Failed to generate the bilans: the job was given up";
        store::set_ended(conn, self.assessment_id, GenerationStatus::Failed, Some(details)).await?;
        Ok(())
    }
}

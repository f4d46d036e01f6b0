//! The job that has the reports written. A model that fails ends it as FAILED, without another try by the queue
//! (decision 3); only a crash or the database's absence bring it back, and then it goes on where it stopped.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::GenerationStatus,
    store,
    writer::{self, Outcome},
};
use crate::{
    assessments::{jobs::AssessmentScored, runner::paths},
    ctx::Ctx,
    error::Result,
    jobs::{Job, Lease},
    messaging::notices::{self, Kind, Notice},
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
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let id = self.assessment_id;
        match outcome {
            Outcome::Nothing => {}
            Outcome::Complete => end(&mut tx, id, GenerationStatus::Complete, None).await?,
            Outcome::Skipped => {
                end(&mut tx, id, GenerationStatus::Skipped, Some("no language model is configured")).await?;
            }
            Outcome::Failed(cause) => end(&mut tx, id, GenerationStatus::Failed, Some(&cause)).await?,
        }
        lease.finish(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn on_death(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        let details = "Failed to generate the bilans: the job was given up";
        end(conn, self.assessment_id, GenerationStatus::Failed, Some(details)).await?;
        Ok(())
    }
}

/// Ends the writing, and tells the family. Whatever came of it there is a report to read: without the model's, the one
/// composed from the scores.
async fn end(conn: &mut PgConnection, id: Uuid, status: GenerationStatus, details: Option<&str>) -> Result<()> {
    if !store::set_ended(conn, id, status, details).await? {
        return Ok(());
    }
    for reading in store::list_readers(conn, id).await? {
        let (title, body) = if reading.is_student {
            ("Ton bilan est prêt".to_owned(), "Ton résultat et tes conseils t’attendent.")
        } else {
            let title = format!("Le bilan de {} est prêt", reading.student);
            (title, "Le résultat, expliqué, et ce qu’il convient de travailler ensuite.")
        };
        let link = paths::result(id);
        let notice = Notice { user_id: reading.person, kind: Kind::Bilan, title, body: body.to_owned(), link };
        notices::notify(conn, &notice).await?;
    }
    Ok(())
}

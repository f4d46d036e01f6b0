//! Interim.
pub mod result;
use crate::{
    assessments::jobs::AssessmentScored,
    ctx::Ctx,
    jobs::{Job, Lease},
};
pub use result::routes;
impl Job for AssessmentScored {
    const KIND: &'static str = "assessments.scored";
    const LABEL: &'static str = "Rédaction des bilans";
    async fn run(self, _: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        Ok(())
    }
}

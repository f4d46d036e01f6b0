//! Reports (*bilans*) of assessments for three audiences, and the result page that shows them. Owns `reports` and, of
//! `assessments`, the columns `generation_status`, `error_code`, `error_details` and `retry_count` once a score is there.
//!
//! Always true: no request waits for the model; a model that is down, slow, absent or talks nonsense costs a result
//! nothing (decision 3); what it wrote is shown only if the [`guard`] accepts it, and in its place stands the report
//! composed from the scores, labelled as such; a report that is stored is never written again; a report is made of
//! [`facts`] alone, which hold no name, address or answer.

use serde_json::json;
use uuid::Uuid;

mod compose;
mod facts;
mod guard;
mod jobs;
mod model;
mod pages;
mod prompts;
pub mod result;
mod store;
mod views;
mod writer;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use self::{
    compose::compose,
    facts::BilanFacts,
    model::{Audience, GenerationStatus},
};
use crate::{
    assessments::jobs::AssessmentScored,
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{Routes, get, post},
};

/// Pages of this room.
pub fn routes(route: Routes) -> Routes {
    result::routes(route)
        .at("/assessments/:id/reports", get(pages::show))
        .at("/assessments/:id/reports/retry", post(pages::retry))
}

/// Asks the model again for the reports that it failed to write. 409 when they have not failed, or nobody can be asked.
pub async fn retry(ctx: &Ctx, assessment_id: Uuid, actor: Uuid) -> Result<()> {
    if !ctx.llm.configured() {
        return Err(Error::conflict(
            "Aucun modèle de langage n’est configuré : les bilans composés à partir des scores restent affichés.",
        ));
    }
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if !store::set_pending_again(&mut tx, assessment_id).await? {
        return Err(Error::conflict(
            "Il n’y a rien à relancer : la rédaction est en cours, ou déjà terminée. Rechargez la page.",
        ));
    }
    crate::jobs::enqueue(&mut tx, &AssessmentScored { assessment_id }).await?;
    audit::record(&mut tx, Some(actor), "bilans.retry", &format!("assessments:{assessment_id}"), &json!({})).await?;
    tx.commit().await?;
    Ok(())
}

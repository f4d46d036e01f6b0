//! Has the model write the reports that are missing, all at once, each stored as it arrives.

use futures_util::future::join_all;
use uuid::Uuid;

use super::{
    facts::BilanFacts,
    guard::{self, Refusal},
    model::{Audience, GenerationStatus},
    prompts::Prompt,
    store::{self, NewReport},
};
use crate::{
    assessments::result::store as results,
    config::LlmMode,
    ctx::Ctx,
    error::Error,
    llm::{ChatRequest, LlmError, Task},
};

/// Lower than for talk: figures are to be copied, not varied.
const TEMPERATURE: f32 = 0.4;
/// Room for 350 French words.
const MAX_TOKENS: u32 = 2000;

/// How an attempt at writing ended; every one of them is a normal end.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is nothing to write: the assessment is gone, has no score, or its reports were dealt with.
    Nothing,
    /// All three are stored.
    Complete,
    /// Nobody can be asked.
    Skipped,
    /// At least one is missing; why the first of them is.
    Failed(String),
}

/// Why one report is missing.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}")]
    Model(#[from] LlmError),
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Our own trouble: the job is tried again.
    #[error(transparent)]
    Ours(#[from] Error),
}

/// Writes what is missing. `Err` only for trouble of our own; called again, it goes on where it stopped.
pub async fn write_missing(ctx: &Ctx, assessment: Uuid) -> anyhow::Result<Outcome> {
    let Some(row) = results::find_for_house(&ctx.pool, assessment).await? else { return Ok(Outcome::Nothing) };
    let facts = BilanFacts::of(&row)?;
    let Some(facts) = facts.filter(|_| row.generation_status == GenerationStatus::Pending.key()) else {
        return Ok(Outcome::Nothing);
    };
    if !ctx.llm.configured() {
        return Ok(Outcome::Skipped);
    }
    let missing: Vec<Audience> = Audience::ALL.into_iter().filter(|one| row.report(one.key()).is_none()).collect();
    let written = join_all(missing.iter().map(|audience| write(ctx, assessment, *audience, &facts))).await;
    let mut outcome = Outcome::Complete;
    for (audience, failure) in missing.into_iter().zip(written).filter_map(|(one, result)| Some((one, result.err()?))) {
        if let Failure::Ours(error) = failure {
            return Err(error.into());
        }
        tracing::warn!(%assessment, audience = audience.key(), %failure, "a report was not written");
        if outcome == Outcome::Complete {
            outcome = Outcome::Failed(format!("Failed to generate {} bilan: {failure}", audience.key()));
        }
    }
    Ok(outcome)
}

async fn write(ctx: &Ctx, assessment: Uuid, audience: Audience, facts: &BilanFacts) -> Result<(), Failure> {
    let prompt = Prompt::of(audience);
    let (markdown, model) = match ctx.llm.mode() {
        LlmMode::Stub => (stub(audience, facts), "stub".to_owned()),
        LlmMode::Live | LlmMode::Off => ask(ctx, prompt, facts).await?,
    };
    let ssn = facts.standing.map(|standing| standing.ssn);
    let report = NewReport { audience, markdown: &markdown, model: &model, prompt_version: prompt.version, ssn };
    store::insert_report(&ctx.pool, assessment, &report).await?;
    Ok(())
}

/// The accepted text and the model that wrote it.
async fn ask(ctx: &Ctx, prompt: Prompt, facts: &BilanFacts) -> Result<(String, String), Failure> {
    let request = ChatRequest::new(prompt.text, facts.to_lines())
        .temperature(TEMPERATURE)
        .max_tokens(MAX_TOKENS)
        .task(Task::Bilan);
    let answer = ctx.llm.chat(request).await?;
    if let Some(usage) = answer.usage {
        tracing::info!(model = answer.model, usage.prompt_tokens, usage.completion_tokens, "the model answered");
    }
    if answer.truncated {
        return Err(Refusal::Truncated.into());
    }
    Ok((guard::accept(&answer.text, facts)?, answer.model))
}

/// The text of `LLM_MODE=stub`: short, always the same for the same score (spec §1.7.1).
fn stub(audience: Audience, facts: &BilanFacts) -> String {
    let whose = match audience {
        Audience::Eleve => "Ton résultat",
        Audience::Parents => "Le résultat de votre enfant",
        Audience::Nexus => "Le résultat de l’élève",
    };
    let level = match facts.global_score {
        70.. => "bon",
        40.. => "moyen",
        _ => "faible",
    };
    format!(
        "Texte de démonstration. {whose} à cette évaluation est de {} % des points : le niveau du jour est {level}.",
        facts.global_score
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bilans::fixture::record_facts;

    #[test]
    fn the_stub_too_is_a_text_that_could_be_shown() {
        let texts = Audience::ALL.map(|audience| stub(audience, &record_facts()));
        for text in &texts {
            assert_eq!(guard::accept(text, &record_facts()).as_ref(), Ok(text));
            assert!(text.contains("moyen"));
        }
        assert!(texts[0] != texts[1] && texts[1] != texts[2]);
    }
}

//! What the model is told: who it speaks to, what is known of the student, what the library says, what was said before.
//!
//! Always true: each part has a budget of tokens ([`budget`]) and what was sent is kept with the answer, measured, for
//! audit; names, e-mails and phones known to the school are masked before anything leaves; documents and messages are
//! data, never instructions.

mod audit;
mod budget;
mod build;
mod course;
mod documents;
mod facts;
mod overlap;
mod store;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub(super) use self::audit::{list as list_audits, show as show_audit};
pub use self::{
    build::preview,
    overlap::Overlap,
    store::{Frame, Student},
};
use super::{
    citations::{self, Filter, Given},
    engine::Work,
    model::Citation,
    prompts::Persona,
    safety,
};
use crate::{
    accounts::tone::Tone,
    ctx::Ctx,
    error::Result,
    llm::{ChatRequest, Message, Origin, Role, Task},
    masking::Unmasker,
};

/// Everything for one answer.
#[derive(Default)]
pub struct Context {
    /// Who speaks.
    pub persona: Persona,
    /// Masked.
    pub messages: Vec<Message>,
    /// What may be cited, best first.
    pub passages: Arc<[Given]>,
    /// Puts names back into what the model says.
    pub unmasker: Unmasker,
    /// The person's own words, which may be quoted.
    pub said: Vec<String>,
    /// The question, masked.
    pub question: String,
    /// What is answered; nothing when it could not be read.
    pub asked: Option<Asked>,
    /// Of the prompt.
    pub prompt_version: i32,
    /// How the library was searched.
    pub search_mode: Option<&'static str>,
    /// What was written before a crash.
    pub written: String,
    /// The person wanted it to stop before it was taken up.
    pub stop_wanted: bool,
    /// Whether a model is asked: then what is sent is kept.
    pub asks_model: bool,
    /// The question does not count.
    pub give_back: bool,
    /// Which model answered.
    pub origin: Option<Origin>,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who asks.
    pub by: Uuid,
    /// Key of the question.
    pub question: Uuid,
    /// Its words.
    pub content: String,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// When this answer to it was asked for.
    pub begun_at: DateTime<Utc>,
}

/// How long the second look at a message may take.
const SECOND_LOOK: Duration = Duration::from_secs(8);
/// Tokens of an answer.
const ANSWER: u32 = 1_200;

/// The context of an answer, as it was sent the first time when it is taken up again. `frame` spares reading what was
/// stored a moment ago.
pub async fn prepare(ctx: &Ctx, work: Work, frame: Option<Frame>) -> Result<Box<Context>> {
    build::prepare(ctx, work, frame).await.map(Box::new)
}

impl Context {
    /// Checks what the model says, and knows the person's own words from then on.
    pub fn take_filter(&mut self) -> Filter {
        Filter::new(self.passages.clone(), std::mem::take(&mut self.said)).after(&self.written)
    }

    /// Takes out what the model repeats of what is written already.
    pub fn overlap(&self) -> Overlap {
        Overlap::new(&self.written)
    }

    /// What is asked of the model, which is not needed again.
    pub fn take_request(&mut self) -> ChatRequest {
        ChatRequest {
            messages: std::mem::take(&mut self.messages),
            ..ChatRequest::new("", "").temperature(0.4).max_tokens(ANSWER).task(Task::Aria).by(self.person())
        }
    }

    fn person(&self) -> Option<Uuid> {
        self.asked.as_ref().map(|asked| asked.by)
    }

    /// *Tu* or *vous*.
    pub fn tone(&self) -> Tone {
        if self.persona == Persona::Eleve { Tone::Tu } else { Tone::Vous }
    }

    /// The citations of an answer, as they are kept with it.
    pub fn citations(&self, answer: &str) -> Vec<Citation> {
        let kept = citations::cited(answer).into_iter().filter_map(|place| {
            Some(Citation { number: place + 1, ..self.passages.get(place)?.with_excerpt().citation })
        });
        kept.collect()
    }

    /// What the model is asked beside the answer: whether the message is a sign of danger, of the writer or of a child of
    /// whom a parent, a coach or the team speaks.
    pub fn second_look(&self, ctx: &Ctx) -> Option<ChatRequest> {
        if !ctx.config.aria_second_look {
            return None;
        }
        let request = ChatRequest::new(safety::SAFETY_PROMPT.text, self.question.clone());
        Some(request.temperature(0.0).max_tokens(8).task(Task::Safety).by(self.person()))
    }
}

/// Asks the model for its verdict. No model, no answer in time: no sign.
pub async fn second_opinion(ctx: &Ctx, request: ChatRequest) -> Option<safety::Kind> {
    match tokio::time::timeout(SECOND_LOOK, ctx.llm.chat(request)).await {
        Ok(Ok(answer)) => safety::parse_verdict(&answer.text),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the second look at a message gave nothing");
            None
        }
        Err(_) => {
            tracing::warn!("the second look at a message took too long");
            None
        }
    }
}

/// A message of the conversation.
pub(super) fn message(role: Role, content: impl Into<String>) -> Message {
    Message { role, content: content.into() }
}

//! The JSON of the chat-completions protocol; what we do not use is not read.

use serde::{Deserialize, Serialize};

use super::{ChatAnswer, ChatRequest, LlmError, Message, Usage};

/// The request.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    messages: &'a [Message],
    temperature: f32,
    max_tokens: u32,
    stream: bool,
}

impl<'a> Body<'a> {
    pub fn new(model: &'a str, request: &'a ChatRequest, stream: bool) -> Self {
        let ChatRequest { messages, temperature, max_tokens } = request;
        Self { model, messages, temperature: *temperature, max_tokens: *max_tokens, stream }
    }
}

#[derive(Deserialize)]
struct Answer {
    model: Option<String>,
    choices: Vec<Choice>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct Said {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

/// Reads a whole answer.
pub fn answer(body: &[u8], model: &str) -> Result<ChatAnswer, LlmError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| LlmError::Invalid)?;
    let choice = answer.choices.into_iter().next().ok_or(LlmError::Invalid)?;
    let usage =
        answer.usage.map(|Tokens { prompt_tokens, completion_tokens }| Usage { prompt_tokens, completion_tokens });
    Ok(ChatAnswer {
        text: choice.message.content.unwrap_or_default(),
        model: answer.model.unwrap_or_else(|| model.to_owned()),
        truncated: choice.finish_reason.as_deref() == Some("length"),
        usage,
    })
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorSaid,
}

/// OpenAI's `{"error": {"message": …}}` and Ollama's `{"error": "…"}`.
#[derive(Deserialize)]
#[serde(untagged)]
enum ErrorSaid {
    Text(String),
    Object { message: String },
}

/// The message of an error body, if it is one.
pub fn error_message(body: &[u8]) -> Option<String> {
    Some(match serde_json::from_slice::<ErrorBody>(body).ok()?.error {
        ErrorSaid::Text(message) | ErrorSaid::Object { message } => message,
    })
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<ChunkChoice>,
}

#[derive(Deserialize)]
struct ChunkChoice {
    #[serde(default)]
    delta: Said,
    finish_reason: Option<String>,
}

/// A message of a stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// Some text, perhaps none, and whether the model says that it was the last.
    Text(String, bool),
    /// An error instead of the rest.
    Error(String),
}

/// Reads one message of a stream.
pub fn piece(data: &[u8]) -> Result<Piece, LlmError> {
    if let Some(message) = error_message(data) {
        return Ok(Piece::Error(message));
    }
    let chunk: Chunk = serde_json::from_slice(data).map_err(|_| LlmError::Invalid)?;
    // The last message may carry the usage and no choice.
    let choice = chunk.choices.into_iter().next();
    let last = choice.as_ref().is_some_and(|choice| choice.finish_reason.is_some());
    Ok(Piece::Text(choice.and_then(|choice| choice.delta.content).unwrap_or_default(), last))
}

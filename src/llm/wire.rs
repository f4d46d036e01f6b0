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
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Body<'a> {
    /// `usage`: whether a stream is to end with what it cost.
    pub fn new(model: &'a str, request: &'a ChatRequest, stream: bool, usage: bool) -> Self {
        let ChatRequest { messages, temperature, max_tokens, .. } = request;
        let stream_options = (stream && usage).then_some(StreamOptions { include_usage: true });
        Self { model, messages, temperature: *temperature, max_tokens: *max_tokens, stream, stream_options }
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

impl From<Tokens> for Usage {
    fn from(tokens: Tokens) -> Self {
        Self { prompt_tokens: tokens.prompt_tokens, completion_tokens: tokens.completion_tokens }
    }
}

/// Reads a whole answer of this provider.
pub fn answer(body: &[u8], provider: &str, model: &str) -> Result<ChatAnswer, LlmError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| LlmError::Invalid)?;
    let choice = answer.choices.into_iter().next().ok_or(LlmError::Invalid)?;
    Ok(ChatAnswer {
        text: storable(choice.message.content),
        model: answer.model.unwrap_or_else(|| model.to_owned()),
        truncated: choice.finish_reason.as_deref() == Some("length"),
        provider: provider.to_owned(),
        usage: answer.usage.map(Usage::from),
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
    usage: Option<Tokens>,
    error: Option<ErrorSaid>,
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
    /// Some text, perhaps none.
    Text {
        /// The text.
        text: String,
        /// Whether the model says that it was the last.
        last: bool,
        /// What all of it cost, when the server says so.
        usage: Option<Usage>,
    },
    /// An error instead of the rest.
    Error(String),
}

/// PostgreSQL stores no NUL, and nobody reads one.
fn storable(text: Option<String>) -> String {
    let mut text = text.unwrap_or_default();
    text.retain(|sign| sign != '\0');
    text
}

/// Reads one message of a stream.
pub fn piece(data: &[u8]) -> Result<Piece, LlmError> {
    let chunk: Chunk = serde_json::from_slice(data).map_err(|_| LlmError::Invalid)?;
    if let Some(ErrorSaid::Text(message) | ErrorSaid::Object { message }) = chunk.error {
        return Ok(Piece::Error(message));
    }
    // The last message may carry the usage and no choice.
    let choice = chunk.choices.into_iter().next();
    let last = choice.as_ref().is_some_and(|choice| choice.finish_reason.is_some());
    let text = storable(choice.and_then(|choice| choice.delta.content));
    Ok(Piece::Text { text, last, usage: chunk.usage.map(Usage::from) })
}

/// The request for vectors.
#[derive(Serialize)]
pub struct EmbedBody<'a> {
    /// Which model.
    pub model: &'a str,
    /// The texts.
    pub input: &'a [String],
    /// Sent to those only that are known to understand it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<usize>,
}

#[derive(Deserialize)]
struct Vectors {
    data: Vec<Vector>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Vector {
    index: Option<usize>,
    embedding: Vec<f32>,
}

/// Reads vectors, in the order of the texts, each of this length and of finite numbers.
pub fn vectors(body: &[u8], texts: usize, dimensions: usize) -> Result<(Vec<Vec<f32>>, Option<Usage>), LlmError> {
    let answer: Vectors = serde_json::from_slice(body).map_err(|_| LlmError::Invalid)?;
    let mut vectors: Vec<Vec<f32>> = vec![Vec::new(); texts];
    for (place, vector) in answer.data.into_iter().enumerate() {
        let slot = vectors.get_mut(vector.index.unwrap_or(place)).filter(|slot| slot.is_empty());
        *slot.ok_or(LlmError::Invalid)? = vector.embedding;
    }
    match vectors.iter().find(|vector| vector.len() != dimensions) {
        Some(empty) if empty.is_empty() => Err(LlmError::Invalid),
        Some(wrong) => Err(LlmError::Dimensions { expected: dimensions, got: wrong.len() }),
        None if vectors.iter().flatten().all(|number| number.is_finite()) => {
            Ok((vectors, answer.usage.map(Usage::from)))
        }
        None => Err(LlmError::Invalid),
    }
}

//! What is asked of a model and what it answers.

use serde::Serialize;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The instructions that stand above the conversation.
    System,
    /// The person, or the data.
    User,
    /// The model, earlier.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// A conversation to continue.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// In order; the first is usually the system's.
    pub messages: Vec<Message>,
    /// 0: always the likeliest word; 1: free.
    pub temperature: f32,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

impl ChatRequest {
    /// Instructions and one message.
    pub fn new(system: impl Into<String>, user: impl Into<String>) -> Self {
        let messages = vec![
            Message { role: Role::System, content: system.into() },
            Message { role: Role::User, content: user.into() },
        ];
        Self { messages, temperature: 0.7, max_tokens: 2000 }
    }

    /// With another temperature.
    #[must_use]
    pub fn temperature(mut self, temperature: f32) -> Self {
        self.temperature = temperature;
        self
    }

    /// With another limit.
    #[must_use]
    pub fn max_tokens(mut self, max_tokens: u32) -> Self {
        self.max_tokens = max_tokens;
        self
    }
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatAnswer {
    /// What the model wrote.
    pub text: String,
    /// Which model wrote it, as the server says.
    pub model: String,
    /// Whether the limit of tokens cut the text short.
    pub truncated: bool,
    /// What it cost, when the server says so.
    pub usage: Option<Usage>,
}

/// Tokens read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Of the request.
    pub prompt_tokens: u64,
    /// Of the answer.
    pub completion_tokens: u64,
}

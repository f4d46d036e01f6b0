//! What is asked of a model and what it answers.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// For what a model is asked; decides how the cost is counted, and how patient we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// A report.
    Bilan,
    /// An answer of the tutor.
    Aria,
    /// What is to be remembered of a conversation.
    Memory,
    /// Whether a message is a sign of distress.
    Safety,
    /// Vectors of passages and questions.
    Embedding,
    /// Anything else.
    Other,
}

impl Task {
    /// All, in the order of the admin's page.
    pub const ALL: [Self; 6] = [Self::Bilan, Self::Aria, Self::Memory, Self::Safety, Self::Embedding, Self::Other];

    /// Key in the log of calls.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bilan => "BILAN",
            Self::Aria => "ARIA",
            Self::Memory => "MEMORY",
            Self::Safety => "SAFETY",
            Self::Embedding => "EMBEDDING",
            Self::Other => "OTHER",
        }
    }

    /// What staff read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Bilan => "Bilans",
            Self::Aria => "Tuteur",
            Self::Memory => "Mémoire du tuteur",
            Self::Safety => "Protection des élèves",
            Self::Embedding => "Recherche dans les cours",
            Self::Other => "Autre",
        }
    }

    /// Nobody waits in front of a screen: tried even when all circuits are open, as the last resort.
    pub(super) const fn is_patient(self) -> bool {
        matches!(self, Self::Bilan | Self::Memory)
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// For what.
    pub task: Task,
    /// For whom; `None`: the house itself.
    pub person: Option<Uuid>,
}

impl ChatRequest {
    /// Instructions and one message.
    pub fn new(system: impl Into<String>, user: impl Into<String>) -> Self {
        let messages = vec![
            Message { role: Role::System, content: system.into() },
            Message { role: Role::User, content: user.into() },
        ];
        Self { messages, temperature: 0.7, max_tokens: 2000, task: Task::Other, person: None }
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

    /// For this task.
    #[must_use]
    pub fn task(mut self, task: Task) -> Self {
        self.task = task;
        self
    }

    /// For this person: their place among the calls at once, their name in the log of costs.
    #[must_use]
    pub fn by(mut self, person: Option<Uuid>) -> Self {
        self.person = person;
        self
    }

    /// Length of all messages.
    pub(super) fn chars(&self) -> usize {
        self.messages.iter().map(|message| message.content.chars().count()).sum()
    }
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Name of the provider, as in the settings.
    pub provider: String,
    /// The model that was asked.
    pub model: String,
}

/// A whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatAnswer {
    /// What the model wrote.
    pub text: String,
    /// Whose server.
    pub provider: String,
    /// Which model wrote it, as the server says.
    pub model: String,
    /// Whether the limit of tokens cut the text short.
    pub truncated: bool,
    /// What it cost, when the server says so.
    pub usage: Option<Usage>,
}

/// Tokens read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of the request.
    pub prompt_tokens: u64,
    /// Of the answer.
    pub completion_tokens: u64,
}

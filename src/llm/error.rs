//! What can go wrong with a model, worded as in the record ("fetch failed"): these sentences are stored as the cause of
//! a failed report and read by staff. They never carry a key or an address.

use std::{sync::Arc, time::Duration};

use reqwest::{Response, StatusCode, header::RETRY_AFTER};
use secrecy::{ExposeSecret as _, SecretString};

use super::{server::Server, wire};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// `LLM_MODE=off`, or no model in the settings.
    #[error("no language model is configured")]
    NotConfigured,
    /// Nobody listens, no such host, or the connection broke before an answer began.
    #[error("fetch failed")]
    Unreachable,
    /// The whole answer was not there in time.
    #[error("{provider} chat timeout after {millis}ms (model: {model})")]
    Timeout {
        /// Whose server.
        provider: Arc<str>,
        /// How long we waited.
        millis: u128,
        /// Which model.
        model: String,
    },
    /// The server answered with an error status.
    #[error("{provider} chat failed: {status} — {detail}")]
    Status {
        /// Whose server.
        provider: Arc<str>,
        /// HTTP status.
        status: u16,
        /// What the server said, in a line.
        detail: String,
        /// `Retry-After`.
        wait: Option<Duration>,
    },
    /// The server reported an error in the middle of a stream.
    #[error("{provider} chat failed: {detail}")]
    Reported {
        /// Whose server.
        provider: Arc<str>,
        /// What the server said, in a line.
        detail: String,
    },
    /// The answer began and broke off.
    #[error("the answer was cut short")]
    Cut,
    /// More than any text we ask for.
    #[error("the answer is too large")]
    TooLarge,
    /// Not the protocol: no JSON, or no text in it.
    #[error("the answer is not understood")]
    Invalid,
    /// The stream began, and then nothing came for too long.
    #[error("{provider} chat stalled for {millis}ms (model: {model})")]
    Stalled {
        /// Whose server.
        provider: Arc<str>,
        /// How long we waited.
        millis: u128,
        /// Which model.
        model: String,
    },
    /// All places are taken, this person's or those of the house.
    #[error("too many calls at once")]
    Busy,
    /// The budget of the day or of the month is spent.
    #[error("the budget is spent")]
    OverBudget,
    /// The vectors are not those that the settings promise.
    #[error("embeddings have {got} dimensions instead of {expected}")]
    Dimensions {
        /// By `EMBEDDINGS_DIMENSIONS`.
        expected: usize,
        /// As they came.
        got: usize,
    },
}

/// Pause before the second try.
const PAUSE: Duration = Duration::from_millis(500);
/// Longest pause that a server can ask for before the second try.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A server that asks for a longer pause than this is left alone meanwhile, when another one can be asked.
pub(super) const SHORT: Duration = Duration::from_secs(1);
/// Most characters of what a server said that we repeat.
const MOST_DETAIL: usize = 200;
/// Most bytes of an error page that we read.
const MOST_ERROR_BYTES: usize = 16 * 1024;

impl LlmError {
    /// The pause after which asking once more may help; `None` when it would not, or only much later.
    pub fn retry_after(&self) -> Option<Duration> {
        let pause = match self {
            Self::Unreachable => PAUSE,
            Self::Status { status: 429, wait, .. } => wait.unwrap_or(2 * PAUSE),
            Self::Status { status: 500.., wait, .. } => wait.unwrap_or(PAUSE),
            _ => return None,
        };
        (pause <= LONGEST_PAUSE).then_some(pause)
    }

    /// How long the server wants to be left alone, if that is more than a moment.
    pub(super) fn wants_rest(&self) -> Option<Duration> {
        match self {
            Self::Status { status: 429 | 503, wait, .. } => wait.filter(|wait| *wait > SHORT),
            _ => None,
        }
    }

    /// Key in the log of calls.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotConfigured => "NOT_CONFIGURED",
            Self::Unreachable => "UNREACHABLE",
            Self::Timeout { .. } => "TIMEOUT",
            Self::Status { status: 401 | 403, .. } => "ACCESS",
            Self::Status { status: 429, .. } => "RATE_LIMIT",
            Self::Status { status: 500.., .. } => "SERVER",
            Self::Status { .. } => "REFUSED",
            Self::Reported { .. } => "REPORTED",
            Self::Cut => "CUT",
            Self::TooLarge => "TOO_LARGE",
            Self::Invalid => "INVALID",
            Self::Stalled { .. } => "STALLED",
            Self::Busy => "BUSY",
            Self::OverBudget => "OVER_BUDGET",
            Self::Dimensions { .. } => "DIMENSIONS",
        }
    }

    /// What a person may read, whoever they are: calm, and without machinery.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::OverBudget => {
                "Le budget de l’assistant est épuisé pour le moment. L’équipe est prévenue, et il reviendra tout seul."
            }
            Self::Busy => "Beaucoup de questions arrivent en même temps. Dans une minute, il y aura de la place.",
            Self::NotConfigured => "L’assistant n’est pas branché sur ce site.",
            _ => {
                "L’assistant ne répond pas pour le moment. Rien n’est perdu\u{a0}: il suffit de réessayer un peu plus tard."
            }
        }
    }

    /// Whether it says something about the server, and not about what we asked: such failures open its circuit.
    pub(super) fn is_servers(&self) -> bool {
        match self {
            Self::Status { status, .. } => !matches!(status, 400 | 413 | 422),
            Self::NotConfigured | Self::TooLarge | Self::Busy | Self::OverBudget => false,
            _ => true,
        }
    }

    /// Whether the server may have worked, and may want to be paid, although no answer came.
    pub(super) fn may_cost(&self) -> bool {
        !matches!(self, Self::Unreachable | Self::Status { .. } | Self::Busy | Self::OverBudget | Self::NotConfigured)
    }
}

impl Server {
    /// No answer began.
    pub(super) fn not_sent(&self, error: &reqwest::Error) -> LlmError {
        if error.is_timeout() && !error.is_connect() { self.timed_out() } else { LlmError::Unreachable }
    }

    /// The answer began, and reading it failed.
    pub(super) fn broken(&self, error: &reqwest::Error) -> LlmError {
        if error.is_timeout() { self.timed_out() } else { LlmError::Cut }
    }

    fn timed_out(&self) -> LlmError {
        self.late(self.patience.whole)
    }

    /// Nothing came in this time.
    pub(super) fn late(&self, waited: Duration) -> LlmError {
        LlmError::Timeout { provider: self.label.clone(), millis: waited.as_millis(), model: self.model.clone() }
    }

    /// It began, and nothing more came.
    pub(super) fn stalled(&self) -> LlmError {
        let millis = self.patience.idle.as_millis();
        LlmError::Stalled { provider: self.label.clone(), millis, model: self.model.clone() }
    }

    /// What the server says about an error status; nothing of it for 401 and 403, where some repeat the key.
    pub(super) async fn refused(&self, response: Response) -> LlmError {
        let status = response.status();
        let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let detail = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "access refused".to_owned(),
            _ => self.detail(&error_message(response).await),
        };
        let wait = seconds.map(Duration::from_secs);
        LlmError::Status { provider: self.label.clone(), status: status.as_u16(), detail, wait }
    }

    /// The server reported an error in the middle of a stream.
    pub(super) fn reported(&self, message: &str) -> LlmError {
        LlmError::Reported { provider: self.label.clone(), detail: self.detail(message) }
    }

    fn detail(&self, message: &str) -> String {
        one_line(message, self.key.as_ref())
    }
}

/// The message of an error body, or its text when it is not JSON.
async fn error_message(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_ERROR_BYTES {
            break;
        }
    }
    body.truncate(MOST_ERROR_BYTES);
    wire::error_message(&body).unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned())
}

/// A short line of printable characters, without the key.
fn one_line(message: &str, key: Option<&SecretString>) -> String {
    let message = match key.map(|key| key.expose_secret()).filter(|key| !key.is_empty()) {
        Some(key) => message.replace(key, "…"),
        None => message.to_owned(),
    };
    let words: Vec<&str> =
        message.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line = words.join(" ");
    if line.is_empty() { "no explanation".to_owned() } else { line.chars().take(MOST_DETAIL).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_words_become_a_short_line_without_the_key() {
        let key = SecretString::from("sk-secret");
        assert_eq!(one_line("bad\nkey: sk-secret\u{0}!", Some(&key)), "bad key: … !");
        assert_eq!(one_line(" \n", None), "no explanation");
        assert_eq!(one_line(&"x".repeat(5000), None).chars().count(), MOST_DETAIL);
    }
}

//! One client for language models over HTTP: the OpenAI chat-completions protocol.

use crate::config::LlmConfig;

/// See the module.
pub struct Client {}

impl Client {
    /// From the settings.
    pub fn new(_config: &LlmConfig) -> anyhow::Result<Self> {
        Ok(Self {})
    }
}
impl Client {
    pub fn configured(&self) -> bool {
        false
    }
}

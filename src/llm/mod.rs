//! One client for language models over HTTP: the OpenAI chat-completions protocol, which Ollama, OpenAI, Mistral and
//! Gemini all speak; whole answers and streams.
//!
//! Always true: a call ends within the time of the settings (twice that when the one retry is used), whatever the
//! server does; what it sends is bounded; no message of ours carries a key, an address or more than a line of what the
//! server said. Owns no table.

mod error;
mod request;
mod sse;
mod stream;
mod wire;

#[cfg(test)]
pub mod standin;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, time::Duration};

use anyhow::Context as _;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream as streams};
use reqwest::{Response, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};

pub use self::{
    error::LlmError,
    request::{ChatAnswer, ChatRequest, Message, Role, Usage},
};
use crate::config::{LlmConfig, LlmMode};

/// A server that does not even accept the connection by then is away.
const CONNECT: Duration = Duration::from_secs(5);
/// Largest whole answer, in bytes.
const MOST_BYTES: usize = 1024 * 1024;
/// What the stub says, always.
const STUB: &str = "Texte de démonstration. Il tient lieu de réponse : aucun modèle de langage n’a été appelé.";

/// Asks the model of the settings. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    mode: LlmMode,
    server: Option<Server>,
}

/// Where the model is and how to ask it.
#[derive(Clone)]
struct Server {
    url: Url,
    provider: &'static str,
    key: Option<SecretString>,
    model: String,
    timeout: Duration,
}

impl Client {
    /// From the settings. Fails when the address of the model cannot be one.
    pub fn new(config: &LlmConfig) -> anyhow::Result<Self> {
        let server = config.base_url.as_deref().map(|base| Server::new(base, config)).transpose()?;
        // reqwest takes the one that is installed; it is an error, and fine, that another client has done so before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder().connect_timeout(CONNECT).redirect(redirect::Policy::none());
        if server.as_ref().is_some_and(Server::is_near) {
            http = http.no_proxy();
        }
        Ok(Self { http: http.build()?, mode: config.mode, server })
    }

    /// `LLM_MODE`.
    pub fn mode(&self) -> LlmMode {
        self.mode
    }

    /// Whether asking can give an answer at all: a model is named and not switched off, or the stub answers.
    pub fn configured(&self) -> bool {
        match self.mode {
            LlmMode::Live => self.server.is_some(),
            LlmMode::Stub => true,
            LlmMode::Off => false,
        }
    }

    /// Asks and waits for the whole answer.
    pub async fn chat(&self, request: ChatRequest) -> Result<ChatAnswer, LlmError> {
        if self.mode == LlmMode::Stub {
            return Ok(stub());
        }
        let server = self.server()?;
        let response = self.send(server, &request, false).await?;
        let body = read_all(server, response).await?;
        wire::answer(&body, &server.model)
    }

    /// Asks and hands on the pieces of the answer as they arrive. A stream that ends without `Err` was complete;
    /// nothing follows an `Err`. Dropping it stops the model.
    pub fn chat_stream(&self, request: ChatRequest) -> impl Stream<Item = Result<String, LlmError>> + Send + use<> {
        if self.mode == LlmMode::Stub {
            return streams::iter(STUB.split_inclusive(' ').map(|piece| Ok(piece.to_owned()))).left_stream();
        }
        let client = self.clone();
        let opened = async move {
            let server = client.server()?.clone();
            let response = client.send(&server, &request, true).await?;
            Ok(stream::pieces(server, response))
        };
        streams::once(opened).try_flatten().right_stream()
    }

    fn server(&self) -> Result<&Server, LlmError> {
        self.server.as_ref().filter(|_| self.mode == LlmMode::Live).ok_or(LlmError::NotConfigured)
    }

    /// Sends once, and once more when that may help: see [`LlmError::retry_after`].
    async fn send(&self, server: &Server, request: &ChatRequest, stream: bool) -> Result<Response, LlmError> {
        let first = self.send_once(server, request, stream).await;
        match first.as_ref().err().and_then(LlmError::retry_after) {
            None => first,
            Some(pause) => {
                tokio::time::sleep(pause).await;
                self.send_once(server, request, stream).await
            }
        }
    }

    async fn send_once(&self, server: &Server, request: &ChatRequest, stream: bool) -> Result<Response, LlmError> {
        let mut call = self.http.post(server.url.clone()).timeout(server.timeout);
        if let Some(key) = &server.key {
            call = call.bearer_auth(key.expose_secret());
        }
        let body = wire::Body::new(&server.model, request, stream);
        let response = call.json(&body).send().await.map_err(|error| server.not_sent(&error))?;
        if response.status().is_success() { Ok(response) } else { Err(server.refused(response).await) }
    }
}

impl Server {
    fn new(base: &str, config: &LlmConfig) -> anyhow::Result<Self> {
        let valid = base.parse().is_ok_and(|url: Url| matches!(url.scheme(), "http" | "https"));
        let url = valid.then(|| format!("{base}/chat/completions").parse().ok()).flatten();
        let url = url.context("OLLAMA_URL ou OPENAI_BASE_URL n’est pas une adresse http:// ou https:// valable")?;
        let (key, model) = (config.api_key.clone(), config.model.clone());
        Ok(Self { url, provider: config.provider, key, model, timeout: config.timeout })
    }

    /// On this machine or the private network: never asked through the proxy that leads outside.
    fn is_near(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
            Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
            // A name without a dot is a machine of the same network, such as `ollama` in a compose file.
            Err(_) => !host.contains('.'),
        }
    }
}

fn stub() -> ChatAnswer {
    ChatAnswer { text: STUB.to_owned(), model: "stub".to_owned(), truncated: false, usage: None }
}

/// The body of a whole answer; refused when it is too large or ends early.
async fn read_all(server: &Server, mut response: Response) -> Result<Vec<u8>, LlmError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| server.broken(&error))? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(LlmError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

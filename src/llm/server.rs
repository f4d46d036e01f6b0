//! One server that speaks the protocol: where it is, and one asking over HTTP.

use std::{net::IpAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use reqwest::{Response, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use tokio::time::{sleep, timeout};

use super::{ChatAnswer, ChatRequest, LlmError, Usage, call::Call, stream::Reading, wire};
use crate::config::{EmbeddingsConfig, LlmConfig, ProviderConfig};

/// A server that does not even accept the connection by then is away.
const CONNECT: Duration = Duration::from_secs(5);
/// Largest whole answer, in bytes.
const MOST_BYTES: usize = 1024 * 1024;
/// Largest answer of vectors, in bytes.
const MOST_VECTOR_BYTES: usize = 32 * 1024 * 1024;
/// The address at which we know that `dimensions` is understood.
const OPENAI: &str = "https://api.openai.com/";

/// How long we wait for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// One whole answer.
    pub whole: Duration,
    /// Until a stream begins.
    pub first_token: Duration,
    /// Between two pieces of a stream.
    pub idle: Duration,
}

impl Patience {
    pub fn of(config: &LlmConfig) -> Self {
        Self { whole: config.timeout, first_token: config.first_token, idle: config.idle }
    }
}

/// Where the model is and how to ask it.
pub(super) struct Server {
    http: reqwest::Client,
    url: Url,
    /// As messages about failures name it.
    pub label: Arc<str>,
    pub name: String,
    pub key: Option<SecretString>,
    pub model: String,
    pub patience: Patience,
    stream_usage: bool,
}

/// Clients for servers outside, and for those of this machine or network, which no proxy leads to.
pub(super) struct Ways {
    far: reqwest::Client,
    near: reqwest::Client,
}

impl Ways {
    pub fn new() -> anyhow::Result<Self> {
        // reqwest takes the one that is installed; it is an error, and fine, that another client has done so before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || reqwest::Client::builder().connect_timeout(CONNECT).redirect(redirect::Policy::none());
        Ok(Self { far: builder().build()?, near: builder().no_proxy().build()? })
    }

    fn to(&self, url: &Url) -> reqwest::Client {
        if is_near(url) { self.near.clone() } else { self.far.clone() }
    }
}

/// On this machine or the private network: never asked through the proxy that leads outside.
fn is_near(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        // A name without a dot is a machine of the same network, such as `ollama` in a compose file.
        Err(_) => !host.contains('.'),
    }
}

fn address(base: &str, path: &str, variable: &str) -> anyhow::Result<Url> {
    let valid = base.parse().is_ok_and(|url: Url| matches!(url.scheme(), "http" | "https"));
    let url = valid.then(|| format!("{base}/{path}").parse().ok()).flatten();
    url.with_context(|| format!("{variable} n’est pas une adresse http:// ou https:// valable"))
}

impl Server {
    pub fn new(config: &ProviderConfig, patience: Patience, ways: &Ways) -> anyhow::Result<Self> {
        let variable = match config.name.as_str() {
            "ollama" => "OLLAMA_URL".to_owned(),
            name => format!("{}_BASE_URL", name.to_uppercase().replace('-', "_")),
        };
        let url = address(&config.base_url, "chat/completions", &variable)?;
        Ok(Self {
            http: ways.to(&url),
            url,
            label: config.label.as_str().into(),
            name: config.name.clone(),
            key: config.api_key.clone(),
            model: config.model.clone(),
            patience,
            stream_usage: config.stream_usage,
        })
    }

    pub fn of_embeddings(config: &EmbeddingsConfig, patience: Patience, ways: &Ways) -> anyhow::Result<Self> {
        let url = address(&config.base_url, "embeddings", "EMBEDDINGS_URL")?;
        Ok(Self {
            http: ways.to(&url),
            url,
            label: "Embeddings".into(),
            name: "embeddings".to_owned(),
            key: config.api_key.clone(),
            model: config.model.clone(),
            patience,
            stream_usage: false,
        })
    }

    /// Asks for a whole answer.
    pub async fn chat(&self, request: &ChatRequest) -> Result<ChatAnswer, LlmError> {
        let response = self.send_once(&wire::Body::new(&self.model, request, false, false)).await?;
        let body = self.read_all(response, MOST_BYTES).await?;
        wire::answer(&body, &self.name, &self.model)
    }

    /// Opens a stream and waits for its first words; empty when the model has nothing to say.
    pub async fn open(&self, request: &ChatRequest, call: &mut Call) -> Result<(String, Reading), LlmError> {
        let wait = self.patience.first_token;
        let begun = async {
            let body = wire::Body::new(&self.model, request, true, self.stream_usage);
            let mut reading = Reading::new(self.send_once(&body).await?);
            let first = reading.next(self, call).await?.unwrap_or_default();
            Ok((first, reading))
        };
        timeout(wait, begun).await.unwrap_or_else(|_| Err(self.late(wait)))
    }

    /// Asks for vectors.
    pub async fn embed(&self, texts: &[String], dimensions: usize) -> Result<(Vec<Vec<f32>>, Option<Usage>), LlmError> {
        let shorter = self.url.as_str().starts_with(OPENAI) && self.model.starts_with("text-embedding-3");
        let body = wire::EmbedBody { model: &self.model, input: texts, dimensions: shorter.then_some(dimensions) };
        let response = self.send(&body).await?;
        let body = self.read_all(response, MOST_VECTOR_BYTES).await?;
        wire::vectors(&body, texts.len(), dimensions)
    }

    /// Sends once, and once more (it costs nothing) when that may help: see [`LlmError::retry_after`].
    async fn send(&self, body: &impl Serialize) -> Result<Response, LlmError> {
        let first = self.send_once(body).await;
        match first.as_ref().err().and_then(LlmError::retry_after) {
            None => first,
            Some(pause) => {
                sleep(pause).await;
                self.send_once(body).await
            }
        }
    }

    async fn send_once(&self, body: &impl Serialize) -> Result<Response, LlmError> {
        let mut call = self.http.post(self.url.clone()).timeout(self.patience.whole);
        if let Some(key) = &self.key {
            call = call.bearer_auth(key.expose_secret());
        }
        let response = call.json(body).send().await.map_err(|error| self.not_sent(&error))?;
        if response.status().is_success() { Ok(response) } else { Err(self.refused(response).await) }
    }

    /// The body of a whole answer; refused when it is too large or ends early.
    async fn read_all(&self, mut response: Response, most: usize) -> Result<Vec<u8>, LlmError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            if body.len() + chunk.len() > most {
                return Err(LlmError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

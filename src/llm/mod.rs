//! The language models, over HTTP: the OpenAI protocol, which Mistral, Gemini, OpenAI, Ollama and many others speak;
//! whole answers, streams and embeddings. Several providers form a chain: the first that can answers. Owns `llm_calls`,
//! `llm_spending` and `llm_budget_alerts`.
//!
//! Always true: a call ends within the time of the settings for each provider (twice that when its one retry is used),
//! whatever the server does; what it sends is bounded; after its first words an answer is one provider's to the end; every
//! call leaves a row in the log with what it cost, one that nobody waited for too; none begins that could lead over a
//! budget; no message of ours carries a key, an address or more than a line of what the server said.

mod admin;
mod alerts;
mod books;
mod breaker;
mod budget;
mod call;
mod chain;
mod embed;
mod error;
pub mod jobs;
mod money;
mod places;
mod price;
mod request;
mod server;
mod sse;
mod store;
mod stream;
mod wire;

#[cfg(test)]
pub mod standin;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use sqlx::PgPool;

use self::{
    books::Books,
    chain::Provider,
    embed::Embedder,
    places::{Places, WAIT},
    server::{Patience, Server, Ways},
};
pub use self::{
    books::Writer,
    embed::EmbeddingModel,
    error::LlmError,
    request::{ChatAnswer, ChatRequest, Message, Origin, Role, Task, Usage},
    stream::ChatStream,
};
use crate::{
    config::{LlmConfig, LlmMode},
    error::Result as HouseResult,
    web::{Routes, get, post},
};

/// What the stub says, always.
const STUB: &str = "Texte de démonstration. Il tient lieu de réponse : aucun modèle de langage n’a été appelé.";

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.at(alerts::PATH, get(admin::show)).at("/admin/modeles/:name/reprendre", post(admin::close))
}

/// Asks the models of the settings. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    mode: LlmMode,
    providers: Vec<Arc<Provider>>,
    embedder: Option<Embedder>,
    places: Places,
    books: Arc<Books>,
}

impl Client {
    /// From the settings; what calls cost is written to this database. Fails when the address of a model cannot be one.
    pub fn new(config: &LlmConfig, pool: PgPool) -> anyhow::Result<Self> {
        let (ways, patience) = (Ways::new()?, Patience::of(config));
        let mut providers = Vec::new();
        for one in &config.providers {
            providers.push(Arc::new(Provider::new(Server::new(one, patience, &ways)?, one.price)));
        }
        let embedder = match &config.embeddings {
            Some(one) => {
                let provider = Provider::new(Server::of_embeddings(one, patience, &ways)?, one.price);
                Some(Embedder { provider: Arc::new(provider), dimensions: one.dimensions })
            }
            None => None,
        };
        let places = Places::new(config.concurrency, config.concurrency_per_person, WAIT);
        let books = Books::new(&config.budget, pool);
        Ok(Self(Arc::new(Inner { mode: config.mode, providers, embedder, places, books })))
    }

    /// `LLM_MODE`.
    pub fn mode(&self) -> LlmMode {
        self.0.mode
    }

    /// Whether asking can give an answer at all: a model is named and not switched off, or the stub answers.
    pub fn configured(&self) -> bool {
        match self.0.mode {
            LlmMode::Live => !self.0.providers.is_empty(),
            LlmMode::Stub => true,
            LlmMode::Off => false,
        }
    }

    /// Whether asking now is likely to give an answer: configured, a circuit is not open, and its calls may be paid.
    /// Cheap, asks nobody.
    pub fn available(&self) -> bool {
        let left = self.0.books.budget.is_left();
        let answers = |provider: &Arc<Provider>| provider.breaker.admits() && (left || provider.is_free());
        self.configured() && (self.0.mode == LlmMode::Stub || self.0.providers.iter().any(answers))
    }

    /// Asks and waits for the whole answer.
    pub async fn chat(&self, request: ChatRequest) -> Result<ChatAnswer, LlmError> {
        self.ready().await?;
        let _place = self.0.places.take(request.person).await?;
        if self.0.mode != LlmMode::Stub {
            return self.chat_live(&request).await;
        }
        let mut call = self.begin_stub(&request)?;
        call.answered(STUB.chars().count(), None);
        call.succeed();
        let (text, stub) = (STUB.to_owned(), "stub".to_owned());
        Ok(ChatAnswer { text, provider: stub.clone(), model: stub, truncated: false, usage: None })
    }

    /// Asks and hands on the pieces of the answer as they arrive. Nothing is asked before the stream is polled.
    pub fn chat_stream(&self, request: ChatRequest) -> ChatStream {
        let (client, origin) = (self.clone(), Arc::new(OnceLock::new()));
        let known = origin.clone();
        ChatStream::new(origin, async move { client.open_stream(&request, &known).await })
    }

    /// Starts to write calls to the log, and to watch the budget, until stopped: one writer per server.
    pub fn start_writer(&self) -> Writer {
        self.0.books.start()
    }

    /// Writes the calls so far to the log: for commands, which have no writer, and for tests.
    pub async fn flush(&self) -> HouseResult<()> {
        self.0.books.flush().await
    }

    /// All that are asked for something, those for embeddings last.
    fn providers(&self) -> impl Iterator<Item = &Provider> {
        let embedder = self.0.embedder.iter().map(|embedder| &embedder.provider);
        self.0.providers.iter().chain(embedder).map(Arc::as_ref)
    }

    /// What must be true before anybody is asked.
    async fn ready(&self) -> Result<(), LlmError> {
        if !self.configured() {
            return Err(LlmError::NotConfigured);
        }
        self.0.books.open().await
    }
}

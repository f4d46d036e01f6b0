//! The providers in their order: the first that can answers; the next is asked when it could not begin.

use std::{
    collections::VecDeque,
    sync::{Arc, OnceLock},
};

use super::{
    ChatAnswer, ChatRequest, Client, LlmError, Origin, STUB, Task,
    breaker::Breaker,
    call::{Asked, Call},
    server::Server,
    stream::{Answering, Source},
};
use crate::config::{LlmMode, Price};

/// A server with its price and its circuit.
pub(super) struct Provider {
    pub server: Server,
    pub price: Option<Price>,
    pub breaker: Breaker,
}

impl Provider {
    pub fn new(server: Server, price: Option<Price>) -> Self {
        Self { server, price, breaker: Breaker::default() }
    }

    fn origin(&self) -> Origin {
        Origin { provider: self.server.name.clone(), model: self.server.model.clone() }
    }

    /// Whether it is known to cost nothing.
    pub fn is_free(&self) -> bool {
        self.price == Some(Price::default())
    }

    fn begin(&self, client: &Client, request: &ChatRequest, anyway: bool) -> Result<Call, LlmError> {
        let ticket = self.breaker.admit(anyway)?;
        let asked = Asked {
            provider: &self.server.name,
            model: &self.server.model,
            price: self.price,
            task: request.task,
            person: request.person,
            chars: request.chars(),
            max_tokens: request.max_tokens,
        };
        Call::begin(&client.0.books, &asked, Some(ticket))
    }
}

impl Client {
    /// Whether the circuits are to be ignored: all are open, and nobody waits in front of a screen.
    fn anyway(&self, task: Task) -> bool {
        task.is_patient() && !self.0.providers.iter().any(|provider| provider.breaker.admits())
    }

    /// Asks one after the other until one has answered; the error is the last one's.
    pub(super) async fn chat_live(&self, request: &ChatRequest) -> Result<ChatAnswer, LlmError> {
        let (anyway, mut error) = (self.anyway(request.task), LlmError::NotConfigured);
        for provider in &self.0.providers {
            let mut call = match provider.begin(self, request, anyway) {
                Ok(call) => call,
                Err(refused) => {
                    error = refused;
                    continue;
                }
            };
            match provider.server.chat(request).await {
                Ok(answer) => {
                    call.answered(answer.text.chars().count(), answer.usage);
                    call.succeed();
                    return Ok(answer);
                }
                Err(failed) => {
                    call.fail(&failed);
                    error = failed;
                }
            }
        }
        Err(error)
    }

    /// The same for a stream, up to its first words: after them, the text is this provider's to the end.
    pub(super) async fn open_stream(
        &self,
        request: &ChatRequest,
        origin: &OnceLock<Origin>,
    ) -> Result<Answering, LlmError> {
        self.ready().await?;
        let place = self.0.places.take(request.person).await?;
        if self.mode() == LlmMode::Stub {
            let _ = origin.set(Origin { provider: "stub".to_owned(), model: "stub".to_owned() });
            let call = self.begin_stub(request)?;
            let here = STUB.split_inclusive(' ').map(str::to_owned).collect();
            return Ok(Answering { source: Source::Stub, here, call: Some(call), _place: place });
        }
        let (anyway, mut error) = (self.anyway(request.task), LlmError::NotConfigured);
        for provider in &self.0.providers {
            let mut call = match provider.begin(self, request, anyway) {
                Ok(call) => call,
                Err(refused) => {
                    error = refused;
                    continue;
                }
            };
            match provider.server.open(request, &mut call).await {
                Ok((first, reading)) => {
                    let _ = origin.set(provider.origin());
                    let here: VecDeque<String> = Some(first).into_iter().filter(|piece| !piece.is_empty()).collect();
                    let source = Source::Live { provider: Arc::clone(provider), reading: Box::new(reading) };
                    return Ok(Answering { source, here, call: Some(call), _place: place });
                }
                Err(failed) => {
                    call.fail(&failed);
                    error = failed;
                }
            }
        }
        Err(error)
    }

    /// The call of a text that costs nothing and cannot fail.
    pub(super) fn begin_stub(&self, request: &ChatRequest) -> Result<Call, LlmError> {
        let asked = Asked {
            provider: "stub",
            model: "stub",
            price: Some(Price::default()),
            task: request.task,
            person: request.person,
            chars: request.chars(),
            max_tokens: request.max_tokens,
        };
        Call::begin(&self.0.books, &asked, None)
    }
}

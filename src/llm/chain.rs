//! The providers in their order: the first that can answers; the next is asked when it could not begin.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::time::sleep;

use super::{
    ChatAnswer, ChatRequest, Client, LlmError, Origin, STUB, Task,
    breaker::{Breaker, Ticket},
    call::{Asked, Call},
    error::SHORT,
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

    fn begin(&self, client: &Client, request: &ChatRequest, ticket: Option<Ticket>) -> Result<Call, LlmError> {
        let asked = Asked {
            provider: &self.server.name,
            model: &self.server.model,
            price: self.price,
            task: request.task,
            person: request.person,
            chars: request.chars(),
            max_tokens: request.max_tokens,
        };
        Call::begin(&client.0.books, &asked, ticket)
    }
}

/// The one or two times that a provider is asked for one text: each is a call of its own.
struct Tries<'a> {
    client: &'a Client,
    provider: &'a Arc<Provider>,
    request: &'a ChatRequest,
    next: Next,
}

enum Next {
    /// `anyway`: whatever its circuit says.
    First {
        anyway: bool,
    },
    Second {
        after: Duration,
        ticket: Option<Ticket>,
    },
    /// No more of them, and why.
    None(LlmError),
}

impl<'a> Tries<'a> {
    fn new(client: &'a Client, provider: &'a Arc<Provider>, request: &'a ChatRequest, anyway: bool) -> Self {
        Self { client, provider, request, next: Next::First { anyway } }
    }

    /// The call to be made now, and whether it is the second; or why there is none any more.
    async fn next(&mut self) -> Result<(Call, bool), LlmError> {
        let (ticket, second) = match std::mem::replace(&mut self.next, Next::None(LlmError::NotConfigured)) {
            Next::First { anyway } => (Some(self.provider.breaker.admit(anyway)?), false),
            Next::Second { after, ticket } => {
                sleep(after).await;
                (ticket, true)
            }
            Next::None(error) => return Err(error),
        };
        Ok((self.provider.begin(self.client, self.request, ticket)?, second))
    }

    /// It failed, and may be asked again after a pause: not when that is long and somebody else can be asked meanwhile.
    fn failed(&mut self, (call, second): (Call, bool), error: LlmError, pause: Option<Duration>) {
        let pause = pause.filter(|pause| !second && (*pause <= SHORT || !self.client.can_ask_after(self.provider)));
        self.next = match pause {
            Some(after) => Next::Second { after, ticket: call.fail_once(&error) },
            None => {
                call.fail(&error);
                Next::None(error)
            }
        };
    }
}

impl Client {
    /// Whether the circuits are to be ignored: all are open, and nobody waits in front of a screen.
    fn anyway(&self, task: Task) -> bool {
        task.is_patient() && !self.0.providers.iter().any(|provider| provider.breaker.admits())
    }

    /// Whether a provider that comes after this one can be asked now.
    fn can_ask_after(&self, provider: &Arc<Provider>) -> bool {
        let after = self.0.providers.iter().skip_while(|one| !Arc::ptr_eq(one, provider)).skip(1);
        after.into_iter().any(|one| one.breaker.admits())
    }

    /// Asks one after the other until one has answered; the error is the last one's.
    pub(super) async fn chat_live(&self, request: &ChatRequest) -> Result<ChatAnswer, LlmError> {
        let (anyway, mut error) = (self.anyway(request.task), LlmError::NotConfigured);
        for provider in &self.0.providers {
            let mut tries = Tries::new(self, provider, request, anyway);
            loop {
                let (mut call, second) = match tries.next().await {
                    Ok(call) => call,
                    Err(given_up) => {
                        error = given_up;
                        break;
                    }
                };
                match provider.server.chat(request).await {
                    Ok(answer) => {
                        call.answered(answer.text.chars().count(), answer.usage);
                        call.succeed();
                        return Ok(answer);
                    }
                    Err(failed) => {
                        let pause = failed.retry_after();
                        tries.failed((call, second), failed, pause);
                    }
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
            let mut tries = Tries::new(self, provider, request, anyway);
            loop {
                let (mut call, second) = match tries.next().await {
                    Ok(call) => call,
                    Err(given_up) => {
                        error = given_up;
                        break;
                    }
                };
                match provider.server.open(request, &mut call).await {
                    Ok((first, reading)) => {
                        let _ = origin.set(provider.origin());
                        let here = Some(first).into_iter().filter(|piece| !piece.is_empty()).collect();
                        let source = Source::Live { provider: Arc::clone(provider), reading: Box::new(reading) };
                        return Ok(Answering { source, here, call: Some(call), _place: place });
                    }
                    // Nothing of it was read yet.
                    Err(LlmError::Cut) => tries.failed((call, second), LlmError::Cut, Some(Duration::ZERO)),
                    Err(failed) => {
                        let pause = failed.retry_after();
                        tries.failed((call, second), failed, pause);
                    }
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

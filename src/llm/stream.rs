//! The pieces of a streamed answer, in order, and whether it was whole.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{
    Stream, StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use hyper::body::Bytes;
use reqwest::Response;
use tokio::time::timeout;

use super::{
    LlmError, Origin,
    call::Call,
    chain::Provider,
    places::Place,
    server::Server,
    sse::Decoder,
    wire::{self, Piece},
};

/// Largest streamed answer, in bytes of the protocol: each word comes in its own JSON.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// What ends a stream.
const DONE: &[u8] = b"[DONE]";
/// How long a server that has said its last word may take to say what it cost.
const FAREWELL: Duration = Duration::from_secs(2);

/// A streamed answer. One that ends without `Err` was complete; nothing follows an `Err`. Dropping it stops the model.
pub struct ChatStream {
    pieces: BoxStream<'static, Result<String, LlmError>>,
    origin: Arc<OnceLock<Origin>>,
}

impl ChatStream {
    /// From the future that finds who answers.
    pub(super) fn new(
        origin: Arc<OnceLock<Origin>>,
        opening: impl Future<Output = Result<Answering, LlmError>> + Send + 'static,
    ) -> Self {
        // Boxed: what a request needed does not stay for as long as the answer.
        let opening = Box::pin(opening);
        let answers = async move {
            let answering = opening.await?;
            Ok(stream::try_unfold(answering, |mut answering| async move {
                let piece = answering.next().await?;
                Ok(piece.map(|piece| (piece, answering)))
            }))
        };
        Self { pieces: stream::once(answers).try_flatten().boxed(), origin }
    }

    /// Who answers; known once the first piece came.
    pub fn origin(&self) -> Option<Origin> {
        self.origin.get().cloned()
    }
}

impl Stream for ChatStream {
    type Item = Result<String, LlmError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pieces.poll_next_unpin(cx)
    }
}

/// Where the pieces come from.
pub(super) enum Source {
    /// A model, of which the first words are here already.
    Live { provider: Arc<Provider>, reading: Box<Reading> },
    /// The text that never changes.
    Stub,
}

/// An answer that has begun. Dropped before its end, it was stopped.
pub(super) struct Answering {
    pub source: Source,
    /// Pieces that are here already.
    pub here: VecDeque<String>,
    /// `None` once it has ended.
    pub call: Option<Call>,
    pub _place: Place,
}

impl Answering {
    async fn next(&mut self) -> Result<Option<String>, LlmError> {
        let Some(call) = self.call.as_mut() else { return Ok(None) };
        let next = match (self.here.pop_front(), &mut self.source) {
            (Some(piece), Source::Live { .. }) => Ok(Some(piece)),
            (Some(piece), Source::Stub) => {
                call.heard(&piece, self.here.is_empty(), None);
                Ok(Some(piece))
            }
            (None, Source::Live { provider, reading }) => reading.next_in_time(&provider.server, call).await,
            (None, Source::Stub) => Ok(None),
        };
        match &next {
            Ok(Some(_)) => {}
            Ok(None) => self.call.take().into_iter().for_each(Call::succeed),
            Err(error) => self.call.take().into_iter().for_each(|call| call.fail(error)),
        }
        next
    }
}

/// The body of a streamed answer.
pub(super) struct Reading {
    chunks: BoxStream<'static, reqwest::Result<Bytes>>,
    decoder: Decoder,
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// The model said that it had finished.
    complete: bool,
}

impl Reading {
    pub fn new(response: Response) -> Self {
        // Without the head of the response, which would keep its buffer for as long as the answer.
        let chunks = response.bytes_stream().boxed();
        Self { chunks, decoder: Decoder::default(), waiting: VecDeque::new(), bytes: 0, complete: false }
    }

    /// [`Self::next`], unless the server falls silent.
    async fn next_in_time(&mut self, server: &Server, call: &mut Call) -> Result<Option<String>, LlmError> {
        timeout(server.patience.idle, self.next(server, call)).await.unwrap_or_else(|_| Err(server.stalled()))
    }

    /// The next text that is not empty; `None` at the end of a whole answer.
    pub async fn next(&mut self, server: &Server, call: &mut Call) -> Result<Option<String>, LlmError> {
        loop {
            while let Some(event) = self.waiting.pop_front() {
                if event == DONE {
                    self.complete = true;
                    return Ok(None);
                }
                match wire::piece(&event)? {
                    Piece::Error(message) => return Err(server.reported(&message)),
                    Piece::Text { text, last, usage } => {
                        self.complete |= last;
                        call.heard(&text, last, usage);
                        if !text.is_empty() {
                            return Ok(Some(text));
                        }
                    }
                }
            }
            if !self.read(server).await? {
                return if self.complete { Ok(None) } else { Err(LlmError::Cut) };
            }
        }
    }

    /// Waits for more of the body; false when it has ended and everything was handed on.
    async fn read(&mut self, server: &Server) -> Result<bool, LlmError> {
        let chunk = if self.complete {
            // The text was whole: how the connection ends does not matter any more.
            timeout(FAREWELL, self.chunks.next()).await.ok().flatten().and_then(Result::ok)
        } else {
            self.chunks.next().await.transpose().map_err(|error| server.broken(&error))?
        };
        match chunk {
            Some(chunk) => {
                self.bytes += chunk.len();
                if self.bytes > MOST_BYTES {
                    return Err(LlmError::TooLarge);
                }
                self.waiting.extend(self.decoder.feed(&chunk)?);
            }
            None => {
                let Some(last) = self.decoder.finish() else { return Ok(false) };
                self.waiting.push_back(last);
            }
        }
        Ok(true)
    }
}

//! The pieces of a streamed answer, in order, and whether it was whole.

use std::collections::VecDeque;

use futures_util::{Stream, stream};
use reqwest::Response;

use super::{
    LlmError, Server,
    sse::Decoder,
    wire::{self, Piece},
};

/// Largest streamed answer, in bytes of the protocol: each word comes in its own JSON.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// What ends a stream.
const DONE: &[u8] = b"[DONE]";

/// The text of a streamed answer, piece by piece; see [`super::Client::chat_stream`].
pub fn pieces(server: Server, response: Response) -> impl Stream<Item = Result<String, LlmError>> + Send + use<> {
    let reading =
        Reading { server, response, decoder: Decoder::default(), waiting: VecDeque::new(), bytes: 0, complete: false };
    stream::try_unfold(reading, |mut reading| async move {
        let piece = reading.next().await?;
        Ok(piece.map(|piece| (piece, reading)))
    })
}

struct Reading {
    server: Server,
    response: Response,
    decoder: Decoder,
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// The model said that it had finished.
    complete: bool,
}

impl Reading {
    /// The next text that is not empty; `None` at the end of a whole answer.
    async fn next(&mut self) -> Result<Option<String>, LlmError> {
        loop {
            while let Some(event) = self.waiting.pop_front() {
                if event == DONE {
                    return Ok(None);
                }
                match wire::piece(&event)? {
                    Piece::Error(message) => return Err(self.server.reported(&message)),
                    Piece::Text(text, last) => {
                        self.complete |= last;
                        if !text.is_empty() {
                            return Ok(Some(text));
                        }
                    }
                }
            }
            if !self.read().await? {
                return if self.complete { Ok(None) } else { Err(LlmError::Cut) };
            }
        }
    }

    /// Waits for more of the body; false when it has ended and everything was handed on.
    async fn read(&mut self) -> Result<bool, LlmError> {
        let chunk = match self.response.chunk().await {
            Ok(chunk) => chunk,
            // The text was whole: how the connection ends does not matter any more.
            Err(_) if self.complete => None,
            Err(error) => return Err(self.server.broken(&error)),
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

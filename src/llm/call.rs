//! One asking of one provider over HTTP: what it takes and costs, from its beginning to its row in the log.
//!
//! Always true: a call leaves exactly one row, whatever becomes of it; one that is dropped was stopped.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use uuid::Uuid;

use super::{LlmError, Task, Usage, books::Books, breaker::Ticket, price};
use crate::config::Price;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    /// Nobody wanted the rest.
    Stopped,
    /// With the key of the error.
    Failed(&'static str),
}

impl Outcome {
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Stopped => "STOPPED",
            Self::Failed(_) => "FAILED",
        }
    }

    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Ok | Self::Stopped => None,
        }
    }
}

/// A call that has ended, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub provider: String,
    pub model: String,
    pub task: Task,
    pub person: Option<Uuid>,
    pub usage: Usage,
    pub estimated: bool,
    pub first_token: Option<Duration>,
    pub latency: Duration,
    pub cost: u64,
    pub outcome: Outcome,
    pub at: DateTime<Utc>,
}

/// Who is asked, for what and for whom.
pub(super) struct Asked<'a> {
    pub provider: &'a str,
    pub model: &'a str,
    pub price: Option<Price>,
    pub task: Task,
    pub person: Option<Uuid>,
    /// Length of what is sent.
    pub chars: usize,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

/// A call under way.
pub(super) struct Call {
    books: Arc<Books>,
    ticket: Option<Ticket>,
    price: Price,
    chars: usize,
    reserved: u64,
    begun: Instant,
    written: usize,
    usage: Option<Usage>,
    complete: bool,
    /// Filled in as the call goes on; `None` once it is in the log.
    row: Option<Row>,
}

impl Call {
    /// Begins, unless the budget does not allow it. `ticket`: none for a call that cannot fail.
    pub fn begin(books: &Arc<Books>, asked: &Asked<'_>, ticket: Option<Ticket>) -> Result<Self, LlmError> {
        let price = asked.price.unwrap_or_default();
        let most = price::most(price, asked.chars, asked.max_tokens);
        let reserved = books.budget.reserve(most, asked.price == Some(Price::default()))?;
        let row = Row {
            provider: asked.provider.to_owned(),
            model: asked.model.to_owned(),
            task: asked.task,
            person: asked.person,
            usage: Usage::default(),
            estimated: false,
            first_token: None,
            latency: Duration::ZERO,
            cost: 0,
            outcome: Outcome::Stopped,
            at: Utc::now(),
        };
        Ok(Self {
            books: books.clone(),
            ticket,
            price,
            chars: asked.chars,
            reserved,
            begun: Instant::now(),
            written: 0,
            usage: None,
            complete: false,
            row: Some(row),
        })
    }

    /// A piece came, or what all of it costs.
    pub fn heard(&mut self, text: &str, last: bool, usage: Option<Usage>) {
        self.complete |= last;
        self.usage = usage.or(self.usage);
        self.written += text.chars().count();
        let Some(row) = self.row.as_mut().filter(|row| row.first_token.is_none() && !text.is_empty()) else { return };
        row.first_token = Some(self.begun.elapsed());
        if let Some(ticket) = &self.ticket {
            ticket.began();
        }
    }

    /// The whole answer of a call that was no stream.
    pub fn answered(&mut self, chars: usize, usage: Option<Usage>) {
        self.complete = true;
        self.usage = usage;
        self.written = chars;
    }

    pub fn succeed(mut self) {
        self.end(Outcome::Ok, true);
        if let Some(ticket) = self.ticket.take() {
            ticket.good();
        }
    }

    /// It failed, and is to be asked for once more: the right to that. The failure costs what it costs.
    pub fn fail_once(mut self, error: &LlmError) -> Option<Ticket> {
        self.end(Outcome::Failed(error.key()), error.may_cost());
        self.ticket.take()
    }

    pub fn fail(mut self, error: &LlmError) {
        self.end(Outcome::Failed(error.key()), error.may_cost());
        if let Some(ticket) = self.ticket.take().filter(|_| error.is_servers()) {
            ticket.bad(error);
        }
    }

    fn end(&mut self, outcome: Outcome, may_cost: bool) {
        let Some(mut row) = self.row.take() else { return };
        let guess = Usage {
            prompt_tokens: price::tokens_of(if may_cost { self.chars } else { 0 }),
            completion_tokens: price::tokens_of(self.written),
        };
        row.usage = self.usage.unwrap_or(guess);
        row.estimated = self.usage.is_none();
        row.cost = price::cost(self.price, row.usage);
        row.latency = self.begun.elapsed();
        row.outcome = outcome;
        row.at = Utc::now();
        self.books.settle(self.reserved, row);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if self.row.is_none() {
            return;
        }
        // The model had said that this was all: that nobody waited for the goodbye is no stop.
        let (outcome, began) = (if self.complete { Outcome::Ok } else { Outcome::Stopped }, self.written > 0);
        self.end(outcome, true);
        if let Some(ticket) = self.ticket.take().filter(|_| began) {
            ticket.good();
        }
    }
}

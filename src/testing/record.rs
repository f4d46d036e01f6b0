//! What happened during one request: the statements that it ran and the lines that it logged. sqlx tells each
//! statement as a tracing event.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
};

/// Filled while the request runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub queries: Arc<Mutex<Vec<String>>>,
    pub lines: Arc<Mutex<Vec<String>>>,
}

impl Record {
    pub(super) fn subscriber(&self) -> impl Subscriber + Send + Sync + 'static {
        tracing_subscriber::registry().with(self.clone())
    }
}

impl<S: Subscriber> Layer<S> for Record {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        if event.metadata().target() == "sqlx::query" {
            let statement = if text.statement.is_empty() { text.summary } else { text.statement };
            self.queries.lock().expect("record").push(statement.split_whitespace().collect::<Vec<_>>().join(" "));
        } else if *event.metadata().level() <= tracing::Level::INFO {
            let line = format!("{} {}{}", event.metadata().level(), event.metadata().target(), text.all);
            self.lines.lock().expect("record").push(line);
        }
    }
}

#[derive(Default)]
struct Text {
    summary: String,
    statement: String,
    all: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing to a String cannot fail.
        let _ = write!(self.all, " {}={value:?}", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.trim().clone_into(&mut self.statement),
            _ => {}
        }
        let _ = write!(self.all, " {}={value:?}", field.name());
    }
}

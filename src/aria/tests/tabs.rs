//! Readers of a running answer: a tab, which shows what `aria.js` would show, and a program of the contract.

use std::time::Duration;

use futures_util::{StreamExt as _, stream::BoxStream};
use poem::{Response, http::Method};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::testing::Client;

/// A test that waits longer for an event has failed.
const LONGEST: Duration = Duration::from_secs(20);

/// The events of a response, as they come.
struct Events {
    bytes: BoxStream<'static, Vec<u8>>,
    waiting: String,
}

/// One of them.
struct Event {
    name: String,
    id: Option<String>,
    data: Value,
}

impl Events {
    fn of(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        let bytes = response.into_body().into_bytes_stream().map(|bytes| bytes.expect("body").to_vec());
        Self { bytes: bytes.boxed(), waiting: String::new() }
    }

    /// The next event that has a name; none once the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some(end) = self.waiting.find("\n\n") {
                let text: String = self.waiting.drain(..end + 2).collect();
                let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let Some(name) = field("event: ") {
                    let data = serde_json::from_str(&field("data: ").expect("data")).expect("JSON");
                    return Some(Event { name, id: field("id: "), data });
                }
            }
            let bytes = tokio::time::timeout(LONGEST, self.bytes.next()).await.expect("an event, or the end");
            self.waiting.push_str(&String::from_utf8(bytes?).expect("UTF-8"));
        }
    }
}

fn text(data: &Value, name: &str) -> String {
    data[name].as_str().unwrap_or_else(|| panic!("no {name}: {data}")).to_owned()
}

/// The words of a piece of HTML.
pub fn words(html: &str) -> String {
    let texts: Vec<&str> = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A tab in which an answer is written.
pub struct Tab {
    events: Events,
    answer: Uuid,
    /// HTML of the whole blocks.
    blocks: String,
    /// Text of the unfinished end.
    tail: String,
    /// The number of the last event.
    last: Option<String>,
    /// Names of the events, since the stream was opened.
    pub heard: Vec<String>,
    /// The whole turn, as the end told it.
    pub turn: String,
}

impl Tab {
    /// A tab that has seen nothing yet.
    pub async fn open(who: &Client, answer: Uuid) -> Self {
        let events = listen(who, answer, None).await;
        let (blocks, tail, turn) = Default::default();
        Self { events, answer, blocks, tail, last: None, heard: Vec::new(), turn }
    }

    /// One that shows what this one shows, on a connection of its own, which goes on where this one is.
    pub async fn again(&self, who: &Client) -> Self {
        let events = listen(who, self.answer, self.last.as_deref()).await;
        let (blocks, tail, last) = (self.blocks.clone(), self.tail.clone(), self.last.clone());
        Self { events, answer: self.answer, blocks, tail, last, heard: Vec::new(), turn: String::new() }
    }

    /// What can be read.
    pub fn shows(&self) -> String {
        words(&format!("{} {}", self.blocks, self.tail))
    }

    /// Hears until these words can be read.
    pub async fn until(&mut self, words: &str) {
        while !self.shows().contains(words) {
            assert!(self.hear().await, "ended before «{words}»: {}", self.shows());
        }
    }

    /// Hears until the stream ends.
    pub async fn end(mut self) -> Self {
        while self.hear().await {}
        self
    }

    async fn hear(&mut self) -> bool {
        let Some(Event { name, id, data }) = self.events.next().await else { return false };
        self.last = id.or(self.last.take());
        match name.as_str() {
            "piece" => self.tail.push_str(&text(&data, "text")),
            "block" => {
                self.blocks.push_str(&text(&data, "html"));
                self.tail = text(&data, "tail");
            }
            "reset" => (self.blocks, self.tail) = (text(&data, "html"), text(&data, "tail")),
            "done" => self.turn = text(&data, "html"),
            "away" => {}
            _ => panic!("a page knows no {name}"),
        }
        self.heard.push(name);
        true
    }
}

async fn listen(who: &Client, answer: Uuid, last: Option<&str>) -> Events {
    let ask = who.ask(Method::GET, &format!("/aria/reponses/{answer}/flux")).header("accept", "text/event-stream");
    let ask = match last {
        Some(last) => ask.header("last-event-id", last),
        None => ask,
    };
    Events::of(ask.begin().await)
}

/// A program that asked by the contract.
pub struct Program {
    events: Events,
    /// The answer.
    pub answer: Uuid,
    /// Its text so far.
    pub text: String,
    /// Names of the events.
    pub heard: Vec<String>,
}

impl Program {
    /// Asks; the same key again is the same answer.
    pub async fn ask(who: &Client, key: &str, question: &str) -> Self {
        let body = json!({ "message": question, "stream": true });
        let response = who.post_json("/api/aria/chat", &body).header("idempotency-key", key).begin().await;
        let mut events = Events::of(response);
        let start = events.next().await.expect("a start");
        let answer = text(&start.data, "messageId").parse().expect("uuid");
        Self { events, answer, text: String::new(), heard: vec![start.name] }
    }

    /// Hears until the text says this.
    pub async fn until(&mut self, words: &str) {
        while !self.text.contains(words) {
            assert!(self.hear().await, "ended before «{words}»: {}", self.text);
        }
    }

    /// Hears until the stream ends.
    pub async fn end(mut self) -> Self {
        while self.hear().await {}
        self
    }

    async fn hear(&mut self) -> bool {
        let Some(event) = self.events.next().await else { return false };
        match event.name.as_str() {
            "token" => self.text.push_str(&text(&event.data, "text")),
            "reset" => self.text = text(&event.data, "text"),
            _ => {}
        }
        self.heard.push(event.name);
        true
    }
}

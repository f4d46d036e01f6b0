//! Answers as server-sent events: `/aria/reponses/{id}/flux` for our pages (rendered blocks), and the named events of
//! the contract for `POST /api/aria/chat`.
//!
//! Events of a page, each with an id `{answer}:{number}`: `piece` {text} is added to the unfinished end; `block` {html,
//! tail} is a whole paragraph, rendered; `reset` {html, tail} is everything anew; `done` {html} is the whole turn as the
//! page shows it; `away` asks to be opened again.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use poem::{Response, web::sse::Event};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    api,
    asking::Taken,
    engine::{News, whole},
    model::{Mode, State, Turn},
    views,
    watching::{Told, Watcher},
};
use crate::web::{Person, events};

/// Something is sent at least this often, so that a dead connection is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Pause of the browser before it opens a lost stream again, in milliseconds.
const RETRY: u64 = 1_500;

/// The number in a `Last-Event-ID` of this answer.
pub fn seen(last_event_id: Option<&str>, answer: Uuid) -> Option<i64> {
    let (of, number) = last_event_id?.split_once(':')?;
    if of == answer.to_string() { number.parse().ok() } else { None }
}

fn event(name: &str, answer: Uuid, number: i64, data: &Value) -> Event {
    Event::message(data.to_string()).event_type(name).id(format!("{answer}:{number}"))
}

/// What a page is told.
pub fn for_page(watcher: Watcher, person: Person, answer: Uuid) -> Response {
    let mut tail = Tail::after(&watcher.seen_text().unwrap_or_default());
    let told = watcher.stream().flat_map(move |told| {
        let events = match told {
            Told::News(news) => tail.events(answer, news),
            Told::Ended(turn) => {
                let html = views::turn(&person, &turn).into_string();
                vec![Event::message(json!({ "html": html }).to_string()).event_type("done")]
            }
            Told::Away => vec![Event::message("{}").event_type("away")],
        };
        stream::iter(events)
    });
    events::respond(stream::iter([Event::retry(RETRY)]).chain(told), KEEP_ALIVE)
}

/// The end of the text that is not a whole block yet.
struct Tail(String);

impl Tail {
    fn after(seen: &str) -> Self {
        Self(seen[whole(seen)..].to_owned())
    }

    fn events(&mut self, answer: Uuid, news: News) -> Vec<Event> {
        let News { reset, text, seq, .. } = news;
        if reset {
            self.0.clear();
        }
        self.0.push_str(&text);
        let end = whole(&self.0);
        let done = self.0[..end].to_owned();
        self.0.drain(..end);
        let html = || views::rendered(&done, &[], Mode::Model).into_string();
        if reset {
            vec![event("reset", answer, seq, &json!({ "html": html(), "tail": self.0 }))]
        } else if end > 0 {
            vec![event("block", answer, seq, &json!({ "html": html(), "tail": self.0 }))]
        } else {
            vec![event("piece", answer, seq, &json!({ "text": text }))]
        }
    }
}

/// What a program is told: `start`, `token`s, `metadata`, `done`; `error` when it broke off. A text that comes at once (the
/// library's, a fixed one) is a token, too; to one that comes back and has heard some of it, it is a `reset`.
pub fn for_program(watcher: Watcher, person: &Person, taken: Taken, conversation: Value, comes_back: bool) -> Response {
    let (answer, broke_off) = (taken.answer, views::broke_off(person));
    let start = json!({ "conversationId": taken.conversation, "messageId": answer });
    let mut heard = if comes_back { Heard::Before } else { Heard::Nothing };
    let told = watcher
        .stream()
        .flat_map(move |told| stream::iter(program(told, (&taken, &conversation), broke_off, &mut heard)));
    events::respond(stream::iter([event("start", answer, 0, &start)]).chain(told), KEEP_ALIVE)
}

/// What a program has heard of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Nothing,
    /// Something, before it came back.
    Before,
    /// Something of this stream.
    Now,
}

fn program(told: Told, (taken, conversation): (&Taken, &Value), broke_off: &str, heard: &mut Heard) -> Vec<Event> {
    let answer = taken.answer;
    let before = *heard;
    if matches!(&told, Told::News(news) if !news.text.is_empty()) {
        *heard = Heard::Now;
    }
    match told {
        Told::News(News { reset: true, text, seq, .. }) if before != Heard::Nothing && !text.is_empty() => {
            vec![event("reset", answer, seq, &json!({ "text": text }))]
        }
        Told::News(News { text, seq, .. }) if !text.is_empty() => {
            vec![event("token", answer, seq, &json!({ "text": text }))]
        }
        Told::News(_) => Vec::new(),
        Told::Ended(turn) => ended(&turn, (taken, conversation), broke_off, before),
        Told::Away => vec![error("La réponse continue : ouvrez-la de nouveau dans un instant.")],
    }
}

fn ended(turn: &Turn, (taken, conversation): (&Taken, &Value), broke_off: &str, heard: Heard) -> Vec<Event> {
    let mut events = Vec::new();
    let name = if heard == Heard::Nothing { "token" } else { "reset" };
    if heard != Heard::Now && !turn.answer.text.is_empty() {
        events.push(event(name, taken.answer, 0, &json!({ "text": turn.answer.text })));
    }
    if turn.answer.state == State::Failed {
        events.push(error(broke_off));
    }
    let metadata = json!({
        "conversationId": taken.conversation,
        "conversation": conversation,
        "newBadges": api::badges(&taken.badges),
        "mode": turn.answer.mode.key(),
        "citations": turn.answer.citations,
        "message": { "id": turn.answer.id, "content": turn.answer.text, "createdAt": turn.answer.created_at.to_rfc3339() },
    });
    events.push(Event::message(metadata.to_string()).event_type("metadata"));
    events.push(Event::message(json!({ "state": turn.answer.state.key() }).to_string()).event_type("done"));
    events
}

fn error(sentence: &str) -> Event {
    Event::message(json!({ "error": sentence }).to_string()).event_type("error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_another_answer_is_no_place() {
        let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
        assert_eq!(seen(Some(&format!("{one}:12")), one), Some(12));
        assert_eq!(seen(Some(&format!("{other}:12")), one), None);
        for junk in [None, Some(""), Some("12"), Some("x:y")] {
            assert_eq!(seen(junk, one), None);
        }
    }

    #[test]
    fn whole_blocks_are_rendered_and_the_rest_stays_text() {
        let mut tail = Tail::after("Un **dé");
        let news = |text: &str| News { reset: false, text: text.into(), seq: 2, end: None };
        tail.events(Uuid::nil(), news("but**"));
        assert_eq!(tail.0, "Un **début**");
        tail.events(Uuid::nil(), news(".\n\nSuite"));
        assert_eq!(tail.0, "Suite");
    }
}

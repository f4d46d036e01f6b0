//! What is being written, in memory: one channel for each answer, any number of watchers.
//!
//! Always true: a watcher holds a place in the text, not a copy of it; who reads slowly misses nothing and fills no
//! memory; numbers (`seq`) only grow, also after a crash, where the next server begins a new thousand of millions: a
//! watcher that saw what was not stored is told to begin anew.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::aria::model::Turn;

/// Numbers of one writing of an answer; each time it is taken up again begins a new range.
pub const EPOCH: i64 = 1_000_000_000;

/// What a text grows by, in bytes.
const STEP: usize = 1_024;

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is whole.
    Done,
    /// The person stopped it.
    Stopped,
    /// It broke off.
    Failed,
    /// This server stops; another one goes on.
    Handed,
}

/// What a watcher has not seen yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The place is not of this writing: all begins with `text`.
    pub reset: bool,
    /// The new text.
    pub text: String,
    /// Where the watcher is now.
    pub seq: i64,
    /// Nothing follows.
    pub end: Option<End>,
}

/// An answer being written.
pub struct Channel {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    stop: Notify,
}

struct State {
    /// Number of the text that was there when this writing began; pieces follow.
    first: i64,
    text: String,
    /// Where each piece ends in the text, in bytes; an answer is far shorter than 4 GB.
    ends: Vec<u32>,
    /// Length of the text of `first`.
    stored: usize,
    end: Option<End>,
    /// As it is stored, once it has ended.
    turn: Option<Arc<Turn>>,
}

impl Channel {
    fn new(first: i64, stored: String) -> Self {
        let state = State { first, stored: stored.len(), text: stored, ends: Vec::new(), end: None, turn: None };
        Self { state: Mutex::new(state), changed: watch::Sender::new(()), stop: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a piece and tells the watchers; answers its number.
    pub fn publish(&self, piece: &str) -> i64 {
        let mut state = self.state();
        state.add(piece);
        let end = state.end();
        state.ends.push(end);
        let seq = state.last();
        drop(state);
        self.changed.send_replace(());
        seq
    }

    /// Everything is replaced by this text (a fixed one, or the composed answer).
    pub fn replace(&self, text: &str) -> i64 {
        let mut state = self.state();
        // A new range: who has seen the old text begins anew.
        state.first = (state.last() / EPOCH + 1) * EPOCH;
        state.text.clear();
        state.text.push_str(text);
        state.stored = text.len();
        state.ends.clear();
        let seq = state.first;
        drop(state);
        self.changed.send_replace(());
        seq
    }

    /// Nothing follows; `turn` is what was stored. Closed twice, the first counts.
    pub fn close(&self, end: End, turn: Option<Turn>) {
        let mut state = self.state();
        if state.end.is_none() {
            state.end = Some(end);
            state.turn = turn.map(Arc::new);
        }
        drop(state);
        self.changed.send_replace(());
    }

    /// The turn as it is stored, once it has ended here.
    pub fn turn(&self) -> Option<Arc<Turn>> {
        self.state().turn.clone()
    }

    /// Looks at the text by now, which is not copied; briefly, watchers wait meanwhile.
    pub fn look<T>(&self, at: impl FnOnce(&str) -> T) -> T {
        at(&self.state().text)
    }

    /// What came after `seen`.
    pub fn news(&self, seen: Option<i64>) -> News {
        let state = self.state();
        let (reset, from) = match seen.and_then(|seen| state.after(seen)) {
            Some(range) => (false, range),
            None => (true, 0..state.text.len()),
        };
        News { reset, text: state.text[from].to_owned(), seq: state.last(), end: state.end }
    }

    /// What was written before this writing began. Who watches already is told all anew.
    pub fn begin_with(&self, stored: &str) {
        let mut state = self.state();
        let before = state.end();
        state.text.insert_str(0, stored);
        state.stored += stored.len();
        let added = state.end() - before;
        for end in &mut state.ends {
            *end += added;
        }
        // A watcher that has come meanwhile has seen nothing of it, and begins anew.
        state.first += 1;
        drop(state);
        self.changed.send_replace(());
    }

    /// The text up to a number, if it is of this writing.
    pub fn text_until(&self, seen: i64) -> Option<String> {
        let state = self.state();
        let range = state.after(seen)?;
        Some(state.text[..range.start].to_owned())
    }

    /// The person wants it to stop.
    pub fn stop(&self) {
        self.stop.notify_one();
    }

    /// Waits until the person wants it to stop.
    pub async fn stopped(&self) {
        self.stop.notified().await;
    }

    /// Told each time that there is news.
    pub fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.changed.receiver_count()
    }
}

impl State {
    /// The text grows by steps, not twofold: there may be a thousand of them.
    fn add(&mut self, piece: &str) {
        let room = self.text.capacity() - self.text.len();
        if room < piece.len() {
            self.text.reserve_exact(piece.len().max(STEP));
        }
        self.text.push_str(piece);
    }

    fn end(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    fn last(&self) -> i64 {
        self.first + i64::try_from(self.ends.len()).unwrap_or(i64::MAX)
    }

    /// The text after a number of this writing.
    fn after(&self, seen: i64) -> Option<Range<usize>> {
        let place = usize::try_from(seen.checked_sub(self.first)?).ok()?;
        let start = match place.checked_sub(1) {
            None => self.stored,
            Some(piece) => usize::try_from(*self.ends.get(piece)?).ok()?,
        };
        Some(start..self.text.len())
    }
}

/// The answers that this server writes now.
#[derive(Default)]
pub struct Hub(Mutex<HashMap<Uuid, Arc<Channel>>>);

impl Hub {
    fn channels(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<Channel>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the channel of an answer; `stored` is what was written of it before, `first` its number.
    pub fn open(&self, generation: Uuid, first: i64, stored: String) -> Arc<Channel> {
        let channel = Arc::new(Channel::new(first, stored));
        // A writing of before that still ends: who watched it asks again.
        if let Some(before) = self.channels().insert(generation, channel.clone()) {
            before.close(End::Handed, None);
        }
        channel
    }

    /// The channel of an answer that this server writes.
    pub fn find(&self, generation: Uuid) -> Option<Arc<Channel>> {
        self.channels().get(&generation).cloned()
    }

    /// The answer is written: whoever comes now reads it in the database. Another writing of it stays.
    pub fn forget(&self, generation: Uuid, channel: &Arc<Channel>) {
        let mut channels = self.channels();
        if channels.get(&generation).is_some_and(|open| Arc::ptr_eq(open, channel)) {
            channels.remove(&generation);
        }
    }

    /// Which are being written.
    pub fn list(&self) -> Vec<Uuid> {
        self.channels().keys().copied().collect()
    }

    /// How many are being written.
    pub fn len(&self) -> usize {
        self.channels().len()
    }

    /// None is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn news(reset: bool, text: &str, seq: i64, end: Option<End>) -> News {
        News { reset, text: text.to_owned(), seq, end }
    }

    #[test]
    fn a_watcher_that_comes_back_gets_only_what_it_has_not_seen() {
        let channel = Channel::new(0, String::new());
        assert_eq!(channel.publish("Un "), 1);
        assert_eq!(channel.publish("deux "), 2);
        assert_eq!(channel.news(Some(0)), news(false, "Un deux ", 2, None));
        assert_eq!(channel.news(Some(1)), news(false, "deux ", 2, None));
        channel.close(End::Done, None);
        channel.close(End::Handed, None);
        assert_eq!(channel.news(Some(2)), news(false, "", 2, Some(End::Done)));
    }

    #[test]
    fn a_watcher_that_saw_what_was_lost_begins_anew_with_what_was_stored() {
        let channel = Channel::new(EPOCH, "Stored. ".into());
        channel.publish("And more.");
        for seen in [None, Some(0), Some(7), Some(2 * EPOCH), Some(-1), Some(i64::MIN)] {
            assert_eq!(channel.news(seen), news(true, "Stored. And more.", EPOCH + 1, None), "{seen:?}");
        }
        assert_eq!(channel.news(Some(EPOCH)), news(false, "And more.", EPOCH + 1, None));
    }

    #[test]
    fn a_watcher_that_came_before_what_was_stored_is_told_all_anew() {
        let channel = Channel::new(EPOCH, String::new());
        let early = channel.news(None);
        assert_eq!(early, news(true, "", EPOCH, None));
        channel.begin_with("Stored. ");
        channel.publish("More.");
        assert_eq!(channel.news(Some(early.seq)), news(true, "Stored. More.", EPOCH + 2, None));
    }

    #[test]
    fn a_text_that_takes_the_place_of_another_is_told_whole() {
        let channel = Channel::new(0, String::new());
        channel.publish("Something");
        channel.replace("Else");
        assert_eq!(channel.news(Some(1)), news(true, "Else", EPOCH, None));
        assert_eq!(channel.news(Some(EPOCH)), news(false, "", EPOCH, None));
    }

    proptest! {
        #[test]
        fn watchers_that_look_at_any_moment_read_the_same_text(pieces in prop::collection::vec("[a-zé ]{0,6}", 1..30), looks in prop::collection::vec(any::<bool>(), 30)) {
            let channel = Channel::new(0, String::new());
            let (mut read, mut seen) = (String::new(), 0);
            for (piece, look) in pieces.iter().zip(looks) {
                channel.publish(piece);
                if look {
                    let news = channel.news(Some(seen));
                    prop_assert!(!news.reset);
                    read.push_str(&news.text);
                    seen = news.seq;
                }
            }
            read.push_str(&channel.news(Some(seen)).text);
            prop_assert_eq!(read, pieces.concat());
        }
    }
}

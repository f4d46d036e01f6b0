//! Citations are facts: what the model claims to cite is checked against the passages that it was given, while it
//! speaks, before anybody reads it. Pure.
//!
//! The model cites by an opaque tag, `[[k3f9]]`, made for this answer alone. A tag that was given becomes `〔n〕`, where n
//! is the place of the passage among those given, from 1; another is dropped. A quotation ([`quotes`] says what is one)
//! must stand in a passage or in what the person said, or it is taken out, and the reader is told. A quotation that stands
//! in one passage and is tagged with another gets the tag of the one where it stands.
//!
//! Always true: where the pieces of a text are cut does not change what becomes of it, and no more of it waits than
//! [`LONGEST_QUOTE`] and what tells how it goes on.
//!
//! The limit: a sentence in the model's own words is not proved by the tag behind it; the link lets the reader check.

mod place;
mod quotes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::place::Place;
use super::model::Citation;

/// A passage that the model was given, and may cite.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Given {
    /// What the model cites it by.
    pub tag: String,
    /// The passage alone: what a reader is led to, and what quotations are checked against.
    pub body: String,
    /// As the answer shows it.
    pub citation: Citation,
}

/// Characters of a passage that are kept with what cites it.
const EXCERPT: usize = 240;

impl Given {
    /// With the beginning of the passage in its citation, as a reader sees it.
    pub fn with_excerpt(&self) -> Self {
        let excerpt = self.body.chars().take(EXCERPT).collect();
        Self { citation: Citation { excerpt, ..self.citation.clone() }, ..self.clone() }
    }
}

/// From this many words on, what stands between « and » or “ and ”, or in a block quotation, is a quotation and not a word
/// that is named.
pub const QUOTED_WORDS: usize = 4;
/// A quotation longer than this is not waited for: it cannot be one of a passage.
const LONGEST_QUOTE: usize = 1_500;
/// A tag is longer than this only when it is none.
const LONGEST_TAG: usize = 24;
/// Of a longer run of one sign, only so many count at once.
const LONGEST_RUN: usize = 64;
/// Where something is to be decided.
const SPECIAL: [char; 15] = ['[', '«', '“', '‹', '„', '"', '>', '`', '~', '$', '\\', '〔', '〕', '.', '\n'];
/// What stands for a quotation that is in no passage.
pub const TAKEN_OUT: &str = "[citation retirée\u{a0}: elle n’est pas, mot pour mot, dans un passage donné]";

/// Checks a text that comes in pieces.
pub struct Filter {
    // Shared, and compared when something is quoted: a thousand answers under way hold no second copy of what they cite.
    passages: Arc<[Given]>,
    said: Vec<String>,
    waiting: String,
    /// Where the text stands that is decided next.
    place: Place,
    /// The passage in which the last quotation of this sentence stands.
    quoted: Option<usize>,
    dropped: usize,
}

impl Filter {
    /// For these passages; `said` are texts that may be quoted without being cited (the person's own words).
    pub fn new(passages: Arc<[Given]>, said: Vec<String>) -> Self {
        Self { passages, said, waiting: String::new(), place: Place::default(), quoted: None, dropped: 0 }
    }

    /// Goes on where an answer that was cut off ends: it may end in the middle of a line, or of code.
    pub fn after(mut self, written: &str) -> Self {
        self.place.pass(written);
        self
    }

    /// Takes a piece; answers what may be shown by now.
    pub fn push(&mut self, piece: &str) -> String {
        self.waiting.push_str(piece);
        self.drain(false)
    }

    /// The end: what waited is decided.
    pub fn finish(&mut self) -> String {
        self.drain(true)
    }

    /// Tags and quotations that failed.
    #[cfg(test)]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    fn drain(&mut self, last: bool) -> String {
        let mut out = String::new();
        let waiting = std::mem::take(&mut self.waiting);
        let mut rest = waiting.as_str();
        while let Some(at) = rest.find(SPECIAL) {
            out.push_str(&rest[..at]);
            self.place.pass(&rest[..at]);
            rest = &rest[at..];
            let block = rest.starts_with('>') && self.place.begins_line();
            let Some(used) = self.special(rest, &mut out, last) else {
                self.keep_space(&mut out, rest, last);
                return out;
            };
            self.place.pass(&rest[..used]);
            if block {
                self.place.leave_block();
            }
            rest = &rest[used..];
        }
        out.push_str(rest);
        self.place.pass(rest);
        self.keep_space(&mut out, "", last);
        out
    }

    /// A space waits with what follows it: a citation stands close to its word.
    fn keep_space(&mut self, out: &mut String, rest: &str, last: bool) {
        if !last {
            self.waiting = out.split_off(out.trim_end_matches([' ', '\u{a0}']).len());
            self.waiting.push_str(rest);
        }
    }

    /// Decides about what begins here; answers how many bytes it took, or nothing when more must come first.
    fn special(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        let sign = rest.chars().next()?;
        let length = match sign {
            '[' => return self.tag(rest, out, last),
            '«' => return self.quote(rest, ('»', "“"), out, last),
            '“' => return self.quote(rest, ('”', "\""), out, last),
            '‹' => return self.quote(rest, ('›', "\""), out, last),
            '„' => return self.quote(rest, ('“', "\""), out, last),
            '"' => return self.straight(rest, out, last),
            '>' if self.place.begins_line() => return self.block(rest, out, last),
            // The model cannot forge the sign of a checked citation.
            '〔' | '〕' => return Some(sign.len_utf8()),
            '`' | '~' | '$' => run(rest, sign, last)?,
            '\\' if rest.len() == 1 && !last => return None,
            '\\' => self.place.escape(rest),
            '.' if rest.len() == 1 && !last => return None,
            _ => sign.len_utf8(),
        };
        if sign == '\n' || (sign == '.' && rest[1..].starts_with([' ', '\n'])) {
            self.quoted = None;
        }
        out.push_str(&rest[..length]);
        Some(length)
    }

    fn tag(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        let plain = |out: &mut String| {
            out.push('[');
            Some(1)
        };
        if rest.len() == 1 && !last {
            return None;
        }
        let Some(inside) = rest.strip_prefix("[[") else { return plain(out) };
        let Some(end) = inside.find("]]") else {
            let open = inside.len() <= LONGEST_TAG + 1 && inside.bytes().all(|byte| is_tag(byte) || byte == b']');
            return if last || !open { plain(out) } else { None };
        };
        let Some(name) = tag_name(&inside[..end]) else { return plain(out) };
        match self.passages.iter().position(|given| given.tag == name) {
            Some(passage) => {
                trim_space(out);
                out.push_str(&sign(self.quoted.take().unwrap_or(passage)));
            }
            None => {
                self.dropped += 1;
                trim_space(out);
            }
        }
        Some("[[".len() + end + "]]".len())
    }
}

/// What stands in an answer for the citation of the passage at this place.
pub fn sign(place: usize) -> String {
    format!("〔{}〕", place + 1)
}

/// Places of the passages that an answer cites, in the order in which it does.
pub fn cited(answer: &str) -> Vec<usize> {
    let mut places = Vec::new();
    for part in answer.split('〔').skip(1) {
        let number = part.split_once('〕').and_then(|(number, _)| number.parse::<usize>().ok());
        if let Some(place) = number.and_then(|number| number.checked_sub(1))
            && !places.contains(&place)
        {
            places.push(place);
        }
    }
    places
}

/// How long the run of this sign is; nothing while it may become longer.
fn run(rest: &str, sign: char, last: bool) -> Option<usize> {
    let length = rest.bytes().take(LONGEST_RUN).take_while(|byte| char::from(*byte) == sign).count();
    (last || length < rest.len() || length == LONGEST_RUN).then_some(length)
}

/// The tag between `[[` and `]]`, if it is one.
fn tag_name(inside: &str) -> Option<&str> {
    let name = inside.trim().trim_start_matches("tag:").trim();
    (inside.len() <= LONGEST_TAG && name.bytes().all(is_tag)).then_some(name)
}

fn is_tag(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b' ')
}

fn trim_space(out: &mut String) {
    let end = out.trim_end_matches([' ', '\u{a0}']).len();
    out.truncate(end);
}

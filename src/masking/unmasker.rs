//! Puts names back in a text that comes in pieces, of whatever size.

use std::collections::HashMap;

use super::{CLOSE, OPEN};

/// Longest mark, in bytes between its signs; longer is text.
const LONGEST: usize = 64;

/// Keeps back what may be the beginning of a mark until it is known.
#[derive(Debug, Default)]
pub struct Unmasker {
    originals: HashMap<String, String>,
    /// The letters of a mark that is open.
    open: Option<String>,
}

impl Unmasker {
    pub(super) fn new(originals: HashMap<String, String>) -> Self {
        Self { originals, open: None }
    }

    /// What can be shown after this piece.
    pub fn feed(&mut self, piece: &str) -> String {
        let mut out = String::with_capacity(piece.len());
        for letter in piece.chars() {
            match (self.open.take(), letter) {
                (Some(mark), CLOSE) => match self.originals.get(&mark) {
                    Some(original) => out.push_str(original),
                    // Nothing that we gave: it stays as the model wrote it.
                    None => out.extend([&OPEN.to_string(), &*mark, &CLOSE.to_string()]),
                },
                (Some(mut mark), _) if is_of_mark(letter) && mark.len() < LONGEST => {
                    mark.push(letter);
                    self.open = Some(mark);
                }
                (open, _) => {
                    if let Some(text) = open {
                        out.push(OPEN);
                        out.push_str(&text);
                    }
                    if letter == OPEN {
                        self.open = Some(String::new());
                    } else {
                        out.push(letter);
                    }
                }
            }
        }
        out
    }

    /// What was kept back, when no more comes: a mark that never closed is text.
    pub fn finish(mut self) -> String {
        self.open.take().map_or_else(String::new, |text| format!("{OPEN}{text}"))
    }
}

fn is_of_mark(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_'
}

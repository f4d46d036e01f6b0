//! What never leaves the machine: names, e-mails and phone numbers known to the school are replaced by marks such as
//! ⟦ELEVE_1⟧ before a prompt goes to a model, and put back in what comes back.
//!
//! Always true: [`Masks::unmask`] of [`Masks::mask`] is the text as it was, whatever it was (another way of writing the
//! same name has a mark of its own, ⟦ELEVE_1_2⟧); a mark that somebody typed is escaped, so that none can be forged; a
//! stream that is unmasked piece by piece is the whole unmasked.
//!
//! Known are the people around the one who asks by any of their names, the school's team by last name, and everybody else
//! of the school by first and last name, or title and last name ([`People`]). Texts that go to a model of vectors are masked, too.
//!
//! Limits, to be told to families: nicknames, misspelt names, initials, the first name alone of somebody who is not
//! around the one who asks, and people whom the school does not know stay as they are. A name that is also a French word
//! (Rose, Pierre, Mai…) is masked alone only with a capital inside a sentence; with the last name it always is. Of two
//! people with one first name, the first of the list has the mark. Unknown phone numbers are recognised in their French,
//! Tunisian and international forms only, so that the figures of an exercise stay readable; eight figures that are round
//! or beside a sign of calculation are taken for a number.

mod contacts;
mod names;
mod people;
mod possible;
mod store;
#[cfg(test)]
mod tests;
mod unmasker;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use self::{
    contacts::{Emails, Phones},
    names::Names,
};
pub use self::{people::People, unmasker::Unmasker};

/// Opens a mark.
const OPEN: char = '⟦';
/// Closes it.
const CLOSE: char = '⟧';
/// Stands for an opening sign that was in the text.
const ESCAPE: &str = "_";

/// Somebody whom the school knows and a prompt may speak of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// First name, or several.
    pub first_name: &'a str,
    /// Last name.
    pub last_name: &'a str,
    /// E-mail, if known.
    pub email: Option<&'a str>,
    /// Phone, if known, as it was typed.
    pub phone: Option<&'a str>,
    /// What the mark says of the person: `ELEVE`, `PARENT`, `COACH`…
    pub role_label: &'a str,
}

/// The marks of one prompt and its answer.
#[derive(Debug, Clone)]
pub struct Masks {
    names: Names,
    emails: Emails,
    phones: Phones,
    /// What each e-mail or phone number is called, by its plain form.
    called: HashMap<String, String>,
    /// The ways in which each was written, in the order of marks.
    ways: HashMap<String, Vec<String>>,
    /// What each mark stands for.
    originals: HashMap<String, String>,
}

/// What the marks of a prompt stand for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Kept {
    called: HashMap<String, String>,
    ways: HashMap<String, Vec<String>>,
    originals: HashMap<String, String>,
}

/// What was found at a place of a text.
struct Found {
    /// Bytes of it.
    length: usize,
    /// Whose or what.
    what: What,
}

enum What {
    /// A person, by the first part of the mark.
    Person(String),
    /// An e-mail, in lower case.
    Email(String),
    /// The figures of a phone number.
    Phone(String),
}

impl Default for Masks {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Masks {
    /// For the people that a prompt may speak of; where names clash, the first wins.
    pub fn new(people: &[Known<'_>]) -> Self {
        Self {
            names: Names::new(people),
            emails: Emails::new(people),
            phones: Phones::new(people),
            called: HashMap::new(),
            ways: HashMap::new(),
            originals: HashMap::from([(ESCAPE.to_owned(), OPEN.to_string())]),
        }
    }

    /// What the marks stand for, to be kept with what was sent.
    pub fn kept(&self) -> Kept {
        Kept { called: self.called.clone(), ways: self.ways.clone(), originals: self.originals.clone() }
    }

    /// The same people, with the marks of a prompt that was sent before.
    pub fn resumed(self, kept: Kept) -> Self {
        Self { called: kept.called, ways: kept.ways, originals: kept.originals, ..self }
    }

    /// The text without what it must not tell.
    pub fn mask(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        // Most texts of a context are courses, without either.
        let (emails, phones) = (Emails::may_be_in(text), Phones::may_be_in(text));
        // What is copied already, where to look, and whether that is inside a word: names begin with one.
        let (mut copied, mut at, mut inside) = (0, 0, false);
        while let Some(letter) = text[at..].chars().next() {
            let begins = !std::mem::replace(&mut inside, names::is_of_word(letter)) && inside;
            if let Some(Found { length, what }) = self.find(text, at, (emails, phones, begins)) {
                let found = &text[at..at + length];
                inside = found.ends_with(names::is_of_word);
                out.push_str(&text[copied..at]);
                out.push(OPEN);
                out.push_str(&self.mark(what, found));
                out.push(CLOSE);
                at += length;
                copied = at;
                continue;
            }
            at += letter.len_utf8();
            if letter == OPEN {
                out.push_str(&text[copied..at]);
                out.push_str(ESCAPE);
                out.push(CLOSE);
                copied = at;
            }
        }
        out.push_str(&text[copied..]);
        out
    }

    /// The text with everything put back.
    pub fn unmask(&self, text: &str) -> String {
        let mut unmasker = self.unmasker();
        let mut out = unmasker.feed(text);
        out.push_str(&unmasker.finish());
        out
    }

    /// Puts everything back in a text that comes in pieces.
    pub fn unmasker(&self) -> Unmasker {
        Unmasker::new(self.originals.clone())
    }

    fn find(&self, text: &str, at: usize, (emails, phones, names): (bool, bool, bool)) -> Option<Found> {
        let email = if emails { self.emails.find(text, at) } else { None };
        let phone = || if phones { self.phones.find(text, at) } else { None };
        let name = || if names { self.names.find(text, at) } else { None };
        email.or_else(phone).or_else(name)
    }

    /// The mark of what was found, as it was written there.
    fn mark(&mut self, what: What, written: &str) -> String {
        let base = match what {
            What::Person(base) => base,
            What::Email(email) => self.call("COURRIEL", email),
            What::Phone(figures) => self.call("TELEPHONE", figures),
        };
        let ways = self.ways.entry(base.clone()).or_default();
        let way = ways.iter().position(|way| way == written).unwrap_or_else(|| {
            ways.push(written.to_owned());
            ways.len() - 1
        });
        let mark = if way == 0 { base } else { format!("{base}_{}", way + 1) };
        self.originals.entry(mark.clone()).or_insert_with(|| written.to_owned());
        mark
    }

    fn call(&mut self, label: &str, plain: String) -> String {
        let number = self.called.values().filter(|called| called.starts_with(label)).count() + 1;
        self.called.entry(plain).or_insert_with(|| format!("{label}_{number}")).clone()
    }
}

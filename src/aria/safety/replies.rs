//! What ARIA answers to an alarm: a fixed text and the help contacts. The texts and the default contacts are in
//! `assets/aria/safety/replies.toml`; the school sets its own contacts.

use std::{fmt::Write as _, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::accounts::tone::Tone;

/// A country with contacts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Country {
    /// France.
    #[serde(rename = "FR")]
    France,
    /// Tunisia.
    #[serde(rename = "TN")]
    Tunisie,
}

impl Country {
    /// Every country, in the order of the reply.
    pub const ALL: [Self; 2] = [Self::Tunisie, Self::France];

    /// "En France", as a title.
    pub const fn label(self) -> &'static str {
        match self {
            Self::France => "En France",
            Self::Tunisie => "En Tunisie",
        }
    }
}

/// Whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Where it answers.
    pub country: Country,
    /// What to dial.
    pub number: String,
    /// Who answers, in a few words.
    pub name: String,
    /// When, at what price; may be empty.
    #[serde(default)]
    pub note: String,
    /// The alarms that it is given for.
    pub kinds: Vec<Kind>,
    /// False: the school must check it before it is relied on.
    #[serde(default)]
    pub certain: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    closing: Said,
    contacts_title: Said,
    replies: Vec<Reply>,
    contacts: Vec<Contact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    tu: String,
    vous: String,
}

#[derive(Deserialize)]
struct Reply {
    kind: Kind,
    #[serde(flatten)]
    said: Said,
}

impl Said {
    fn to(&self, tone: Tone) -> &str {
        tone.say(&self.tu, &self.vous)
    }
}

fn file() -> &'static File {
    static FILE: LazyLock<File> = LazyLock::new(|| {
        let file: Result<File, _> = toml::from_str(include_str!("../../../assets/aria/safety/replies.toml"));
        // The file is in the binary; the tests read it.
        file.unwrap_or_else(|error| panic!("replies.toml: {error}"))
    });
    &FILE
}

/// Version of the texts, to keep with an alert.
pub fn replies_version() -> u32 {
    file().version
}

/// The contacts of a school that has set none.
pub fn default_contacts() -> &'static [Contact] {
    &file().contacts
}

/// The answer to an alarm, in Markdown: the fixed text, the contacts that help with it (all that are given, when none is
/// for it), and who will know.
pub fn reply(kind: Kind, tone: Tone, contacts: &[Contact]) -> String {
    let file = file();
    let said = file.replies.iter().find(|reply| reply.kind == kind).map_or("", |reply| reply.said.to(tone));
    let fits = contacts.iter().any(|contact| contact.kinds.contains(&kind));
    let mut text = said.to_owned();
    let mut is_titled = false;
    for country in Country::ALL {
        let here = |contact: &&Contact| contact.country == country && (!fits || contact.kinds.contains(&kind));
        let lines: String = contacts.iter().filter(here).map(line).collect();
        if lines.is_empty() {
            continue;
        }
        if !std::mem::replace(&mut is_titled, true) {
            let _ = write!(text, "\n\n{}", file.contacts_title.to(tone));
        }
        let _ = write!(text, "\n\n{}\u{a0}:\n\n{}", country.label(), lines.trim_end());
    }
    text + "\n\n" + file.closing.to(tone)
}

/// One line of the list; the number can be touched to call it.
fn line(contact: &Contact) -> String {
    let dialled: String = contact.number.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect();
    let note = if contact.note.is_empty() { String::new() } else { format!(" ({})", contact.note) };
    format!("- [**{}**](tel:{dialled})\u{a0}: {}{note}\n", contact.number, contact.name)
}

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

    /// "en France", within a sentence.
    const fn within(self) -> &'static str {
        match self {
            Self::France => "en France",
            Self::Tunisie => "en Tunisie",
        }
    }

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
    first: Said,
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

/// The answer to an alarm, in Markdown: whom to call first, the fixed text, the contacts that help with it (all that are
/// given, when none is for it), and who will know.
pub fn reply(kind: Kind, tone: Tone, contacts: &[Contact]) -> String {
    let file = file();
    let said = file.replies.iter().find(|reply| reply.kind == kind).map_or("", |reply| reply.said.to(tone));
    let fits = contacts.iter().any(|contact| contact.kinds.contains(&kind));
    let helps = |contact: &&Contact| !fits || contact.kinds.contains(&kind);
    let mut text = first(contacts.iter().filter(helps), file.first.to(tone)) + said;
    let mut is_titled = false;
    for country in Country::ALL {
        let here = contacts.iter().filter(helps).filter(|contact| contact.country == country);
        let lines: String = here.map(line).collect();
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

/// Whom to call in each country, in one line: a phone shows little more than that at once.
fn first<'a>(contacts: impl Iterator<Item = &'a Contact> + Clone, call: &str) -> String {
    let of = |country: Country| contacts.clone().find(|contact| contact.country == country);
    let said = |one: &Contact| format!("le {} {}", number(one), one.country.within());
    let numbers: Vec<String> = Country::ALL.into_iter().filter_map(of).map(said).collect();
    if numbers.is_empty() { String::new() } else { format!("{call} {}.\n\n", numbers.join(", ")) }
}

/// The number, which can be touched to call it.
fn number(contact: &Contact) -> String {
    let dialled: String = contact.number.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect();
    format!("[**{}**](tel:{dialled})", contact.number)
}

/// One line of the list.
fn line(contact: &Contact) -> String {
    let note = if contact.note.is_empty() { String::new() } else { format!(" ({})", contact.note) };
    format!("- {}\u{a0}: {}{note}\n", number(contact), contact.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_words_are_the_number_to_call_in_each_country() {
        let tu = reply(Kind::Suicide, Tone::Tu, default_contacts());
        let first = "Quelqu’un peut t’aider\u{a0}: appelle le [**190**](tel:190) en Tunisie, le [**3114**](tel:3114) en France.";
        assert_eq!(tu.split_once("\n\n").map(|(first, _)| first), Some(first));
        assert!(tu.contains("\n\nMerci de me l’avoir écrit."), "{tu}");
        let vous = reply(Kind::Violence, Tone::Vous, default_contacts());
        let first = "Quelqu’un peut vous aider\u{a0}: appelez le [**197**](tel:197) en Tunisie, le [**119**](tel:119) en France.\n";
        assert!(vous.starts_with(first), "{vous}");
    }

    #[test]
    fn the_first_number_is_the_school_s_own_where_it_has_set_some() {
        let [fr, tn] =
            [(Country::France, "3114"), (Country::Tunisie, "+216 71 000 000")].map(|(country, number)| Contact {
                country,
                number: number.to_owned(),
                name: "quelqu’un".to_owned(),
                note: String::new(),
                kinds: vec![Kind::Suicide],
                certain: true,
            });
        let first = |contacts: &[Contact], kind| {
            let text = reply(kind, Tone::Tu, contacts);
            text.lines().next().unwrap_or_default().to_owned()
        };
        let own = "appelle le [**+216 71 000 000**](tel:+21671000000) en Tunisie";
        let both = [fr, tn];
        assert!(first(&both, Kind::Suicide).ends_with(&format!("{own}, le [**3114**](tel:3114) en France.")));
        assert!(first(&both[1..], Kind::Abuse).ends_with(&format!("{own}.")), "given for want of another");
        assert!(first(&[], Kind::Abuse).starts_with("Merci"));
    }
}

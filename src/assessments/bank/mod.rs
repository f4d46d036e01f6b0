//! Question banks: versioned text files under `assets/banks/<bank>/`, embedded in the binary.
//!
//! A bank is a folder: `bank.toml` (subject, editions, domains in canonical order) and one file of questions a domain.
//! Questions keep one order, that of the domains and then of the file: attempts store positions in it. So a published
//! bank never changes; a correction is a new folder. The folder's name is the bank's id and names its cohorts.
//! An edition is what the contract calls `assessmentVersion`: one bank may serve several grades.
//! That the banks are sound (one right answer, LaTeX that renders…) is checked when the tests run.

#[cfg(test)]
pub(crate) mod check;
#[cfg(test)]
pub(crate) mod fixture;
mod parse;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use rust_embed::RustEmbed;
use serde::Deserialize;

pub use self::parse::BankError;
use super::model::{Grade, Subject};

/// What the contract calls the four stored options, in order. Students see them shuffled and unnamed.
pub const OPTION_KEYS: [&str; 4] = ["a", "b", "c", "d"];

/// A set of questions with its domains. Never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Bank {
    /// The folder's name; `bank` in the database; with the rule version it names a cohort.
    pub id: String,
    /// What it is about.
    pub subject: Subject,
    /// Its name on screen.
    pub title: String,
    /// Time limit of an attempt, in minutes, before any *tiers-temps*.
    pub minutes: u16,
    /// The day it was published.
    pub date: NaiveDate,
    /// What it is offered as; at least one.
    pub editions: Vec<Edition>,
    /// Its domains, in canonical order: the order of every result.
    pub domains: Vec<Domain>,
    /// What its questions train, in domain order, then by tag.
    pub skills: Vec<Skill>,
    /// All questions, in domain order, then file order.
    pub questions: Vec<Question>,
}

/// A bank offered to one grade.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// `assessmentVersion` on the wire, such as `maths_terminale_spe_v1`; unique among all banks.
    pub id: String,
    /// For whom.
    pub grade: Grade,
}

/// A part of the programme: one axis of the radar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its key, such as `logExp`.
    pub key: String,
    /// Short name, for charts and lists.
    pub label: String,
    /// Full name, for headings.
    pub title: String,
}

/// Something a question trains, finer than a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// ASCII `snake_case`, at most 40 characters; unique in its bank.
    pub tag: String,
    /// A name that a parent understands.
    pub label: String,
    /// Key of the domain whose file declares it.
    pub domain: String,
}

/// A question with four options, one of them right. Texts are plain, with LaTeX between dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Such as `MATH-COMB-01`; unique among all banks.
    pub id: String,
    /// Key of its domain.
    pub domain: String,
    /// Difficulty and points: 1 easy, 2 medium, 3 hard.
    pub weight: u8,
    /// What it asks of the student: *Restituer*, *Appliquer*, *Raisonner*…
    pub competence: String,
    /// What it is about, in a few words.
    pub topic: String,
    /// Tags of one or two skills.
    pub skills: Vec<String>,
    /// The question itself.
    pub text: String,
    /// A first step that does not give the answer.
    pub hint: Option<String>,
    /// The options in stored order: see [`OPTION_KEYS`].
    pub options: [String; 4],
    /// Position of the right option, 0 to 3.
    pub key: usize,
    /// The reasoning that leads to the right answer.
    pub explanation: String,
    /// For each wrong option, why it tempts and why it is wrong; none for the right one.
    pub why: [Option<String>; 4],
    /// Which kind of error a wrong answer shows (NSI only).
    pub error_type: Option<ErrorType>,
}

/// Kind of error that a question of NSI reveals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ErrorType {
    /// Does not write the language right.
    Syntax,
    /// Runs, and does something else.
    Logic,
    /// Fails while it runs.
    Runtime,
    /// Right, but too slow or too big.
    Optimization,
}

impl Question {
    /// The name that the contract gives to the right option, `a` to `d`.
    pub fn right_option(&self) -> &'static str {
        OPTION_KEYS[self.key]
    }
}

impl Bank {
    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// The domain with this key.
    pub fn domain(&self, key: &str) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.key == key)
    }

    /// The skill with this tag.
    pub fn skill(&self, tag: &str) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.tag == tag)
    }

    /// The domain that measures how the student works, if the bank has one (spec §1.4.1: its key tells).
    pub fn method_domain(&self) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.key.to_lowercase().contains("methodolog"))
    }
}

/// An edition with its bank.
#[derive(Debug, Clone, Copy)]
pub struct BankEdition {
    /// The questions.
    pub bank: &'static Bank,
    /// What they are offered as.
    pub edition: &'static Edition,
}

/// The embedded banks, by id.
pub fn banks() -> &'static [Bank] {
    static BANKS: LazyLock<Vec<Bank>> = LazyLock::new(|| {
        // The tests parse these very files, embedded at the same build: a binary that passed them cannot fail here.
        embedded().unwrap_or_else(|error| panic!("embedded question banks: {error}"))
    });
    &BANKS
}

/// Every edition of every bank, in the order of [`banks`].
pub fn editions() -> impl Iterator<Item = BankEdition> {
    banks().iter().flat_map(|bank| bank.editions.iter().map(move |edition| BankEdition { bank, edition }))
}

/// The bank with this id (a folder's name).
pub fn bank(id: &str) -> Option<&'static Bank> {
    banks().iter().find(|bank| bank.id == id)
}

/// The edition that `assessmentVersion` names.
pub fn find(edition_id: &str) -> Option<BankEdition> {
    editions().find(|it| it.edition.id == edition_id)
}

/// The edition for a subject and a grade when none is named: that of the first bank by id, so of the oldest form.
pub fn for_combination(subject: Subject, grade: Grade) -> Option<BankEdition> {
    editions().find(|it| it.bank.subject == subject && it.edition.grade == grade)
}

#[derive(RustEmbed)]
#[folder = "assets/banks"]
struct Files;

/// Parses what is embedded: one bank a folder.
fn embedded() -> Result<Vec<Bank>, BankError> {
    let mut folders: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for path in Files::iter() {
        let (Some((folder, name)), Some(file)) = (path.split_once('/'), Files::get(&path)) else { continue };
        if name.ends_with(".toml") {
            let text = String::from_utf8_lossy(&file.data).into_owned();
            folders.entry(folder.into()).or_default().push((name.into(), text));
        }
    }
    folders.iter().map(|(id, files)| Bank::parse(id, files)).collect()
}

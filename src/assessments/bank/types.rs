//! What a bank is made of.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::assessments::model::{Grade, Subject};

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

/// A question with four options, one of them right. Texts are plain, with LaTeX between dollars and code between
/// backticks, several lines of it between fences of three (see [`crate::ui::math`]).
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

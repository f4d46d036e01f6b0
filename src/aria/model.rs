//! Words of the tutor: states and modes of an answer, who speaks to whom, what a conversation is.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    subjects::SchoolSubject,
    web::{Person, Role},
};

/// Most characters of a question.
pub const LONGEST_QUESTION: usize = 4_000;
/// Most characters of a title.
pub const LONGEST_TITLE: usize = 120;

/// State of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Being written.
    Running,
    /// Whole.
    Done,
    /// Stopped by the person; what was written is kept.
    Stopped,
    /// Broken off; what was written is kept.
    Failed,
}

impl State {
    /// Key in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Done => "DONE",
            Self::Stopped => "STOPPED",
            Self::Failed => "FAILED",
        }
    }

    /// The state with this key; the database holds no other.
    pub fn parse(key: &str) -> Self {
        match key {
            "DONE" => Self::Done,
            "STOPPED" => Self::Stopped,
            "FAILED" => Self::Failed,
            _ => Self::Running,
        }
    }
}

/// Who wrote an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The language model.
    Model,
    /// Nobody: passages of the library, quoted.
    Extract,
    /// The school: the fixed text for a message that worries.
    Safety,
}

impl Mode {
    /// Key in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Model => "MODEL",
            Self::Extract => "EXTRACT",
            Self::Safety => "SAFETY",
        }
    }

    /// The mode with this key; the database holds no other.
    pub fn parse(key: &str) -> Self {
        match key {
            "EXTRACT" => Self::Extract,
            "SAFETY" => Self::Safety,
            _ => Self::Model,
        }
    }
}

/// A passage that an answer cites, as it is kept with the answer: it can be read even when the document has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// `〔n〕` of the answer: the place of the passage among those that were given, from 1.
    #[serde(default)]
    pub number: usize,
    /// Key of the passage.
    pub passage: i64,
    /// Title of the document.
    pub title: String,
    /// Headings above the passage.
    pub heading: String,
    /// Page, where the document has pages.
    pub page: Option<i32>,
    /// Where the passage is read: a path of this site.
    pub url: String,
    /// The beginning of the passage.
    pub excerpt: String,
}

/// A conversation, as its owner sees it.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Key.
    pub id: Uuid,
    /// The student whom a parent or a coach asks about.
    pub student_id: Option<Uuid>,
    /// First name of that student.
    pub student_name: Option<String>,
    /// What it is about.
    pub subject: SchoolSubject,
    /// Its title.
    pub title: String,
    /// When something was last said.
    pub updated_at: DateTime<Utc>,
}

/// A question and its newest answer.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Key of the question.
    pub question: Uuid,
    /// The question.
    pub content: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The answer.
    pub answer: Answer,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Key.
    pub id: Uuid,
    /// How far it is.
    pub state: State,
    /// Who wrote it.
    pub mode: Mode,
    /// Markdown with `〔n〕`; what is written so far while it runs.
    pub text: String,
    /// What `〔n〕` stands for.
    pub citations: Vec<Citation>,
    /// Taken up again after a crash.
    pub resumed: bool,
    /// 👍 is 1, 👎 is −1.
    pub feedback: Option<i16>,
    /// Why it was 👎, where it was said.
    pub feedback_reason: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// Where the conversations of this person are.
pub fn home(role: Role) -> &'static str {
    if role == Role::Eleve { "/dashboard/eleve/aria" } else { "/aria" }
}

/// Address of a conversation.
pub fn path(role: Role, conversation: Uuid) -> String {
    format!("{}/{conversation}", home(role))
}

/// Whether pages say *tu*.
pub fn says_tu(person: &Person) -> bool {
    person.role == Role::Eleve
}

/// The title of a conversation that begins with a message that worries: its words are nobody else's business.
pub const NEUTRAL_TITLE: &str = "Conversation";

/// Whether conversations are about a subject of the lycée: those of the desk are about the site.
pub fn has_subject(role: Role) -> bool {
    !role.is_staff()
}

/// The first words of a question, as a title.
pub fn title_of(question: &str) -> String {
    const MOST: usize = 60;
    let words = question.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MOST {
        return words;
    }
    let short: String = words.chars().take(MOST).collect();
    let cut = short.rsplit_once(' ').map_or(short.as_str(), |(words, _)| words);
    format!("{}…", cut.trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_back() {
        for state in [State::Running, State::Done, State::Stopped, State::Failed] {
            assert_eq!(State::parse(state.key()), state);
        }
        for mode in [Mode::Model, Mode::Extract, Mode::Safety] {
            assert_eq!(Mode::parse(mode.key()), mode);
        }
    }

    #[test]
    fn a_conversation_is_named_after_the_first_words_of_its_question() {
        assert_eq!(title_of("  C’est quoi\nune suite ? "), "C’est quoi une suite ?");
        let title = title_of(&"mot ".repeat(50));
        assert!(title.ends_with("mot…") && title.chars().count() <= 61, "{title}");
        assert_eq!(title_of(&"x".repeat(100)).chars().count(), 61);
    }
}

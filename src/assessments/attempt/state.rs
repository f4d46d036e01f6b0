//! The state of an attempt as the pages see it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::{
    bank::{BankEdition, Question},
    scoring::v3::Answer,
    shuffle::{self, Shown},
};

/// What the student did with a question that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Seen, not answered yet.
    Seen,
    /// "Je ne sais pas".
    Nsp,
    /// An option, by its stored position.
    Choice(usize),
}

impl Given {
    /// One number for each state, as the queries gather them: 0–3 choice, 4 NSP, 5 seen.
    pub(super) fn from_code(code: i16) -> Self {
        match code {
            0..=3 => Self::Choice(code as usize),
            4 => Self::Nsp,
            _ => Self::Seen,
        }
    }

    /// Whether it counts as answered.
    pub fn is_answer(self) -> bool {
        self != Self::Seen
    }
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Created, the clock not started.
    Waiting,
    /// Taking answers.
    Running,
    /// The time is up; about to be ended.
    TimeUp,
    /// Ended with a score.
    Scored,
    /// Ended without a score: too little was seen.
    Unfinished,
}

/// An attempt with its answers.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Key in `assessments`.
    pub id: Uuid,
    /// Bank and edition.
    pub edition: BankEdition,
    /// Name of the student.
    pub student_name: String,
    /// Secret of the shuffle.
    pub seed: Vec<u8>,
    /// Minutes allowed.
    pub minutes: u16,
    /// When the time ends; none before the start.
    pub deadline: Option<DateTime<Utc>>,
    /// Whether it has ended.
    pub ended: bool,
    /// Whether it was scored.
    pub scored: bool,
    /// Whether it counts in a cohort; false for practice.
    pub in_cohort: bool,
    given: Vec<Option<Given>>,
}

impl Attempt {
    /// From its row and the (question, code) pairs of its answers.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn new(
        id: Uuid,
        edition: BankEdition,
        student_name: String,
        seed: Vec<u8>,
        minutes: u16,
        deadline: Option<DateTime<Utc>>,
        (ended, scored, in_cohort): (bool, bool, bool),
        answers: impl Iterator<Item = (i16, i16)>,
    ) -> Self {
        let mut given = vec![None; edition.bank.questions.len()];
        for (question, code) in answers {
            if let Some(slot) = usize::try_from(question).ok().and_then(|question| given.get_mut(question)) {
                *slot = Some(Given::from_code(code));
            }
        }
        Self { id, edition, student_name, seed, minutes, deadline, ended, scored, in_cohort, given }
    }

    /// How many questions it has.
    pub fn len(&self) -> usize {
        self.given.len()
    }

    /// Never: a bank has questions.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// The question with this number, from 0.
    pub fn question(&self, number: usize) -> Option<&'static Question> {
        self.edition.bank.questions.get(number)
    }

    /// The options of a question as this attempt shows them.
    pub fn options(&self, number: usize) -> [Shown; 4] {
        shuffle::options(&self.seed, number)
    }

    /// What was done with a question.
    pub fn given(&self, number: usize) -> Option<Given> {
        self.given.get(number).copied().flatten()
    }

    pub(super) fn set_given(&mut self, number: usize, given: Given) {
        if let Some(slot) = self.given.get_mut(number) {
            *slot = Some(given);
        }
    }

    /// Whether a question has an answer ("je ne sais pas" is one).
    pub fn is_answered(&self, number: usize) -> bool {
        self.given(number).is_some_and(Given::is_answer)
    }

    /// Questions answered.
    pub fn answered(&self) -> usize {
        (0..self.len()).filter(|number| self.is_answered(*number)).count()
    }

    /// Questions seen or answered.
    pub fn seen(&self) -> usize {
        self.given.iter().flatten().count()
    }

    /// Where to go on: the first question without an answer, else none.
    pub fn first_open(&self) -> Option<usize> {
        (0..self.len()).find(|number| !self.is_answered(*number))
    }

    /// Where it stands at this moment.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        match (self.ended, self.scored, self.deadline) {
            (true, true, _) => Phase::Scored,
            (true, false, _) => Phase::Unfinished,
            (false, _, None) => Phase::Waiting,
            (false, _, Some(deadline)) if super::in_time(deadline, now) => Phase::Running,
            (false, _, Some(_)) => Phase::TimeUp,
        }
    }

    /// Answers in the bank's order, as the rules want them.
    pub(super) fn answers(&self) -> Vec<Answer> {
        let answer = |given: &Option<Given>| match given {
            Some(Given::Choice(option)) => Answer::Choice(*option),
            Some(Given::Nsp) => Answer::Nsp,
            Some(Given::Seen) | None => Answer::Unanswered,
        };
        self.given.iter().map(answer).collect()
    }

    /// Numbers of the questions of each domain, in the order of the questions.
    pub fn by_domain(&self) -> Vec<(&'static str, Vec<usize>)> {
        let mut domains: Vec<(&'static str, Vec<usize>)> = Vec::new();
        for (number, question) in self.edition.bank.questions.iter().enumerate() {
            match domains.iter_mut().find(|(key, _)| *key == question.domain) {
                Some((_, numbers)) => numbers.push(number),
                None => domains.push((question.domain.as_str(), vec![number])),
            }
        }
        domains
    }
}

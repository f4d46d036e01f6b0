//! An edition with its figures: what pages and export show.

use chrono::{DateTime, Utc};

use super::{
    figures::{self, BankCounts, BankFigures, ItemCounts, ItemFigures},
    flags::{self, Flag},
    store::Stored,
};
use crate::assessments::bank::{self, BankEdition, Question};

/// An edition with its figures; of one that was not measured yet they are those of no attempt at all.
pub(super) struct Report {
    /// Bank and edition.
    pub edition: BankEdition,
    /// When it was measured.
    pub measured_at: Option<DateTime<Utc>>,
    /// Of the bank.
    pub figures: BankFigures,
    /// Of its questions, in the bank's order.
    pub items: Vec<Item>,
}

/// A question with its figures.
pub(super) struct Item {
    /// From 0.
    pub number: usize,
    /// The question.
    pub question: &'static Question,
    /// Its figures.
    pub figures: ItemFigures,
    /// What is to be looked at; none when too few have answered to judge.
    pub flags: Option<Vec<Flag>>,
}

impl Item {
    /// Its flags, if it is judged.
    pub fn raised(&self) -> &[Flag] {
        self.flags.as_deref().unwrap_or_default()
    }
}

impl Report {
    /// From the counts as stored. Counts that do not fit the bank (of another program) count as none.
    pub fn new(edition: BankEdition, stored: Option<&Stored>) -> Self {
        let questions = &edition.bank.questions;
        let stored = stored.filter(|stored| stored.items.len() == questions.len());
        let counts = stored.map_or_else(BankCounts::default, |stored| stored.counts);
        let none = || vec![ItemCounts::default(); questions.len()];
        let items = stored.map_or_else(none, |stored| stored.items.clone());
        let keys: Vec<usize> = questions.iter().map(|question| question.key).collect();
        Self {
            edition,
            measured_at: stored.map(|stored| stored.measured_at),
            figures: figures::bank(&counts, &items, &keys),
            items: questions
                .iter()
                .zip(&items)
                .enumerate()
                .map(|(number, (question, item))| {
                    let figures = figures::item(&counts, item, question.key);
                    Item { number, question, figures, flags: flags::flags(&figures) }
                })
                .collect(),
        }
    }

    /// Every edition of this program.
    pub fn all(stored: &[Stored]) -> Vec<Self> {
        bank::editions()
            .map(|edition| Self::new(edition, stored.iter().find(|stored| stored.bank == edition.edition.id)))
            .collect()
    }

    /// Questions with a flag.
    pub fn flagged(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.raised().is_empty())
    }

    /// Title and grade, which the title may name already.
    pub fn name(&self) -> String {
        let (title, grade) = (&self.edition.bank.title, self.edition.edition.grade.label());
        if title.contains(grade) { title.clone() } else { format!("{title}, {grade}") }
    }

    /// Whether questions are judged.
    pub fn enough(&self) -> bool {
        self.figures.n >= flags::FEWEST
    }
}

/// In which order the questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As in the bank.
    Bank,
    /// The hardest first.
    Facility,
    /// Those that tell least first.
    Discrimination,
    /// Those with most "je ne sais pas" first.
    Unknown,
    /// The slowest first.
    Time,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 5] = [Self::Bank, Self::Facility, Self::Discrimination, Self::Unknown, Self::Time];

    /// Its key in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Bank => "numero",
            Self::Facility => "reussite",
            Self::Discrimination => "discrimination",
            Self::Unknown => "nsp",
            Self::Time => "temps",
        }
    }

    /// The order with this key; that of the bank for any other.
    pub fn parse(key: &str) -> Self {
        Self::ALL.into_iter().find(|order| order.key() == key).unwrap_or(Self::Bank)
    }

    /// The items in this order; equal ones as in the bank.
    pub fn sorted(self, items: &[Item]) -> Vec<&Item> {
        let rank = |item: &Item| match self {
            Self::Bank => 0.0,
            Self::Facility => item.figures.facility(),
            Self::Discrimination => item.figures.discrimination().unwrap_or(2.0),
            Self::Unknown => -item.figures.nsp,
            Self::Time => -f64::from(item.figures.median_seconds.unwrap_or(-1)),
        };
        let mut sorted: Vec<&Item> = items.iter().collect();
        sorted.sort_by(|one, other| rank(one).total_cmp(&rank(other)));
        sorted
    }
}

//! Counting: outcomes of questions, and their shares by domain and skill.

use super::{DomainScore, Mark, SkillScore};
use crate::assessments::bank::{Bank, Domain, Question, Skill};

/// What was made of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Right,
    Wrong,
    /// "Je ne sais pas".
    Nsp,
}

/// A question that counts, with what was made of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome<'a> {
    pub question: &'a Question,
    pub status: Status,
}

/// Right answers among questions that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub right: i32,
    pub total: i32,
}

impl Tally {
    /// Counts the questions that the filter keeps; each for 1, whatever its weight.
    pub fn of(outcomes: &[Outcome], keep: impl Fn(&Question) -> bool) -> Self {
        Self::sum(outcomes, |question| i32::from(keep(question)))
    }

    /// Counts all questions, each for its weight.
    pub fn points(outcomes: &[Outcome]) -> Self {
        Self::sum(outcomes, |question| i32::from(question.weight))
    }

    fn sum(outcomes: &[Outcome], worth: impl Fn(&Question) -> i32) -> Self {
        outcomes.iter().fold(Self::default(), |Self { right, total }, Outcome { question, status }| {
            let worth = worth(question);
            Self { right: right + if *status == Status::Right { worth } else { 0 }, total: total + worth }
        })
    }

    pub fn percent(self) -> i32 {
        percent(self.right, self.total)
    }

    /// The same, from 0 to 1 and not rounded.
    pub fn share(self) -> f64 {
        share(self.right, self.total)
    }
}

/// The outcomes, which are in the bank's order, by the place of their question.
pub(super) fn marks(bank: &Bank, outcomes: &[Outcome]) -> Vec<Mark> {
    let mut rest = outcomes.iter().peekable();
    let mark = |(question, of_bank): (usize, &Question)| {
        let outcome = rest.next_if(|outcome| std::ptr::eq(outcome.question, of_bank))?;
        Some(Mark { question, right: outcome.status == Status::Right })
    };
    bank.questions.iter().enumerate().filter_map(mark).collect()
}

/// How many outcomes have this status.
pub(super) fn count(outcomes: &[Outcome], status: Status) -> i32 {
    outcomes.iter().map(|it| i32::from(it.status == status)).sum()
}

/// `100·part/whole`, rounded half up; 0 of nothing is 0.
pub(super) fn percent(part: i32, whole: i32) -> i32 {
    if whole <= 0 { 0 } else { (200 * part + whole) / (2 * whole) }
}

/// `part/whole`; 0 of nothing is 0.
pub(super) fn share(part: i32, whole: i32) -> f64 {
    if whole <= 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// A score for each domain of the bank, in its order.
pub(super) fn domain_scores(bank: &Bank, outcomes: &[Outcome]) -> Vec<DomainScore> {
    let score = |Domain { key, label, .. }: &Domain| {
        let tally = Tally::of(outcomes, |question| question.domain == *key);
        DomainScore { domain: key.clone(), label: label.clone(), score: tally.percent(), measured: tally.total > 0 }
    };
    bank.domains.iter().map(score).collect()
}

/// A score for each skill of the questions that count, in the bank's order.
pub(super) fn skill_scores(bank: &Bank, outcomes: &[Outcome]) -> Vec<SkillScore> {
    let score = |Skill { tag, .. }: &Skill| {
        let tally = Tally::of(outcomes, |question| question.skills.contains(tag));
        SkillScore { tag: tag.clone(), score: tally.percent(), right: tally.right, total: tally.total }
    };
    bank.skills.iter().map(score).filter(|it| it.total > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_half_up_and_nothing_of_nothing_is_nothing() {
        let table = [((1, 8), 13), ((1, 3), 33), ((2, 3), 67), ((18, 37), 49), ((0, 5), 0), ((5, 5), 100), ((0, 0), 0)];
        for ((part, whole), expected) in table {
            assert_eq!(percent(part, whole), expected, "{part}/{whole}");
        }
    }
}

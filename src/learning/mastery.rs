//! How surely a student has a skill: a pure rule.
//!
//! The share of its questions that a student would get right, θ, is given a Beta law (the Beta–Bernoulli model: Gelman
//! et al., *Bayesian Data Analysis*, 3rd ed., §2.1–2.4). Before any answer it is Beta(1, 1): all shares equally likely.
//! An answer adds its weight to one of the two parameters:
//!
//! - right: to *known*, by difficulty (0.75 easy, 1 medium, 1.25 hard: a hard question says more when it is right);
//! - wrong or "je ne sais pas": to *unknown* (1.25 easy, 1 medium, 0.75 hard);
//! - half of that on practice, when the explanations of the very questions have been read before (decision 6);
//! - and weights halve every 180 days, because people forget and learn (evidence that fades exponentially: Jøsang and
//!   Ismail, *The Beta Reputation System*, 2002, §3.5), so that old answers leave room for new ones.
//!
//! With K and U so far, mastery is the mean (1 + K)/(2 + K + U), and its uncertainty the interval that holds θ nine
//! times out of ten. From 0.70 on a skill is known (two right answers to medium questions and none wrong are the least
//! that do it), up to 0.40 it is unknown (one wrong answer to a medium question does), between them it is shaky.
//!
//! Always true: evidence adds up whatever the order in which it arrives; one more right answer never lowers a mastery,
//! one more wrong answer never raises it.

use chrono::{DateTime, Utc};

use super::beta;

/// Days in which an answer loses half of its weight.
const HALF_LIFE: f64 = 180.0;
/// Weight of a right answer to a question of difficulty 1, 2, 3.
const RIGHT: [f64; 3] = [0.75, 1.0, 1.25];
/// Weight of a wrong answer, or of none.
const WRONG: [f64; 3] = [1.25, 1.0, 0.75];
/// What practice counts.
const PRACTICE: f64 = 0.5;
/// Known from this mean on.
pub const KNOWN_FROM: f64 = 0.70;
/// Unknown up to this mean.
pub const UNKNOWN_TO: f64 = 0.40;

/// An answer, as far as a skill is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    /// Whether it was right; "je ne sais pas" is not.
    pub right: bool,
    /// 1 to 3.
    pub difficulty: u8,
    /// Whether the explanation had been read before.
    pub practice: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is known of a skill of a student: weights as they were at `last_at`, and counts that never fade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// K.
    pub known: f64,
    /// U.
    pub unknown: f64,
    /// Answers behind it.
    pub answers: i32,
    /// Right ones.
    pub right_answers: i32,
    /// The latest of them.
    pub last_at: DateTime<Utc>,
}

impl Evidence {
    /// That of one answer.
    pub fn of(answer: Answered) -> Self {
        let place = usize::from(answer.difficulty.clamp(1, 3)) - 1;
        let part = if answer.practice { PRACTICE } else { 1.0 };
        Self {
            known: if answer.right { RIGHT[place] * part } else { 0.0 },
            unknown: if answer.right { 0.0 } else { WRONG[place] * part },
            answers: 1,
            right_answers: i32::from(answer.right),
            last_at: answer.at,
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let at = self.last_at.max(other.last_at);
        let ((k, u), (other_k, other_u)) = (self.weights(at), other.weights(at));
        Self {
            known: k + other_k,
            unknown: u + other_u,
            answers: self.answers + other.answers,
            right_answers: self.right_answers + other.right_answers,
            last_at: at,
        }
    }

    /// K and U at a moment; before the last answer they are what they were at it.
    pub fn weights(&self, at: DateTime<Utc>) -> (f64, f64) {
        let days = (at - self.last_at).num_seconds().max(0) as f64 / 86_400.0;
        let left = 0.5_f64.powf(days / HALF_LIFE);
        (self.known * left, self.unknown * left)
    }

    /// The mean of θ at a moment.
    pub fn mean(&self, at: DateTime<Utc>) -> f64 {
        let (known, unknown) = self.weights(at);
        (1.0 + known) / (2.0 + known + unknown)
    }

    /// Where θ lies at a moment, nine times out of ten.
    pub fn interval(&self, at: DateTime<Utc>) -> (f64, f64) {
        let (known, unknown) = self.weights(at);
        let bound = |p| beta::quantile(p, 1.0 + known, 1.0 + unknown);
        (bound(0.05), bound(0.95))
    }

    /// What to call it at a moment.
    pub fn level(&self, at: DateTime<Utc>) -> Level {
        Level::of(self.mean(at))
    }
}

/// What a measured skill is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Rather not there yet.
    Unknown,
    /// In between.
    Shaky,
    /// Rather there.
    Known,
}

impl Level {
    /// Of a mean.
    pub fn of(mean: f64) -> Self {
        if mean >= KNOWN_FROM {
            Self::Known
        } else if mean <= UNKNOWN_TO {
            Self::Unknown
        } else {
            Self::Shaky
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use proptest::prelude::*;

    use super::*;

    fn day(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::days(20_000 + number)
    }

    fn answer(right: bool, difficulty: u8, days: i64) -> Evidence {
        Evidence::of(Answered { right, difficulty, practice: false, at: day(days) })
    }

    fn all(answers: &[Evidence]) -> Evidence {
        answers.iter().copied().reduce(Evidence::and).expect("at least one")
    }

    #[test]
    fn the_worked_examples_of_the_rule_hold() {
        let mean = |answers: &[Evidence]| (all(answers).mean(day(0)) * 1000.0).round() / 1000.0;
        // One right: (1 + 1)/(2 + 1); two: 3/4; one wrong: 1/3; right on a hard one: 2.25/3.25; on an easy one: 1.75/2.75.
        assert_eq!(mean(&[answer(true, 2, 0)]), 0.667);
        assert_eq!(mean(&[answer(true, 2, 0), answer(true, 2, 0)]), 0.75);
        assert_eq!(mean(&[answer(false, 2, 0)]), 0.333);
        assert_eq!(mean(&[answer(true, 3, 0)]), 0.692);
        assert_eq!(mean(&[answer(true, 1, 0)]), 0.636);
        // A year ago a right answer counted 1; today a quarter: 1.25/2.25.
        assert_eq!(mean(&[answer(true, 2, -360)]), 0.556);
    }

    #[test]
    fn two_right_answers_are_the_least_that_make_a_skill_known_and_one_wrong_makes_it_unknown() {
        let level = |answers: &[Evidence]| all(answers).level(day(0));
        assert_eq!(level(&[answer(true, 3, 0)]), Level::Shaky);
        assert_eq!(level(&[answer(true, 2, 0), answer(true, 2, 0)]), Level::Known);
        assert_eq!(level(&[answer(false, 2, 0)]), Level::Unknown);
        assert_eq!(level(&[answer(true, 2, 0), answer(false, 2, 0)]), Level::Shaky);
    }

    #[test]
    fn practice_counts_half() {
        let practice = Evidence::of(Answered { right: true, difficulty: 2, practice: true, at: day(0) });
        assert_eq!((practice.known, practice.unknown, practice.answers), (0.5, 0.0, 1));
    }

    fn some() -> impl Strategy<Value = Evidence> {
        (any::<bool>(), 1..=3_u8, -700..=0_i64).prop_map(|(right, difficulty, days)| answer(right, difficulty, days))
    }

    proptest! {
        #[test]
        fn one_more_right_answer_never_lowers_mastery_and_one_more_wrong_never_raises_it(
            before in prop::collection::vec(some(), 1..12), difficulty in 1..=3_u8, days in -700..=0_i64,
        ) {
            let before = all(&before);
            let mean = before.mean(day(0));
            prop_assert!(before.and(answer(true, difficulty, days)).mean(day(0)) >= mean - 1e-12);
            prop_assert!(before.and(answer(false, difficulty, days)).mean(day(0)) <= mean + 1e-12);
        }

        #[test]
        fn the_order_in_which_answers_arrive_does_not_matter(
            (answers, shuffled) in prop::collection::vec(some(), 1..20).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let (one, other) = (all(&answers), all(&shuffled));
            prop_assert!((one.known - other.known).abs() < 1e-9 && (one.unknown - other.unknown).abs() < 1e-9);
            prop_assert_eq!((one.answers, one.right_answers, one.last_at), (other.answers, other.right_answers, other.last_at));
        }

        #[test]
        fn with_more_answers_of_a_kind_the_interval_narrows(right in any::<bool>(), times in 1..30_usize) {
            let width = |times| {
                let (low, high) = all(&vec![answer(right, 2, 0); times]).interval(day(0));
                high - low
            };
            prop_assert!(width(times + 1) < width(times));
        }

        #[test]
        fn the_mean_converges_to_the_share_of_right_answers(right in 0..=20_usize) {
            let share = right as f64 / 20.0;
            let answers: Vec<Evidence> = (0..400).map(|at| answer(at % 20 < right, 2, 0)).collect();
            prop_assert!((all(&answers).mean(day(0)) - share).abs() < 0.01);
        }

        #[test]
        fn the_interval_holds_the_mean_and_lies_between_0_and_1(answers in prop::collection::vec(some(), 1..12)) {
            let evidence = all(&answers);
            let (low, high) = evidence.interval(day(0));
            let mean = evidence.mean(day(0));
            prop_assert!(0.0 <= low && low < mean && mean < high && high <= 1.0);
        }
    }
}

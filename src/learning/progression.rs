//! Progression: SSNs over time, with what each can be trusted. Pure.
//!
//! The uncertainty of a score is that of the questions asked: another form would have asked others. By the binomial
//! error model (Lord, 1955) a student who gets k of n questions right has a standard error of √(p(1 − p)/(n − 1)) on
//! the share p; p is drawn to ½ by one right and one wrong answer, so that all right is not certainty. The composite
//! moves about as much as the share, and the SSN is the composite times 15/deviation of the cohort.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::assessments::model::Subject;

/// Nine in ten, on both sides of a normal law.
const NINE_IN_TEN: f64 = 1.645;
/// Points of the scale in a deviation of the cohort.
const SCALE: f64 = 15.0;

/// Standard error of an SSN, in its points, from the questions known and asked and the cohort's deviation.
pub fn standard_error(right: usize, asked: usize, cohort_std: f64) -> f64 {
    let share = (right as f64 + 1.0) / (asked as f64 + 2.0);
    let others = asked.saturating_sub(1).max(1) as f64;
    let points = 100.0 * (share * (1.0 - share) / others).sqrt();
    if cohort_std > 0.0 { points * SCALE / cohort_std } else { points }
}

/// A result with an SSN.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Its assessment.
    pub assessment: Uuid,
    /// What it was about.
    pub subject: Subject,
    /// Edition.
    pub bank: String,
    /// As it was told then.
    pub ssn: f64,
    /// As it is now: a recompute may have moved it.
    pub now: f64,
    /// Of the SSN.
    pub standard_error: f64,
    /// Results in the cohort that made it.
    pub cohort_n: i64,
    /// Index of all subjects after it.
    pub uai: Option<f64>,
    /// When it was sent.
    pub at: DateTime<Utc>,
}

impl Scored {
    /// Where the score lies nine times out of ten.
    pub fn between(&self) -> (f64, f64) {
        let half = NINE_IN_TEN * self.standard_error;
        ((self.ssn - half).max(0.0), (self.ssn + half).min(100.0))
    }
}

/// How two results compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Higher than chance explains.
    Up,
    /// Lower than chance explains.
    Down,
    /// Too close to tell apart.
    Level,
}

impl Change {
    /// From one score to a later one, with their standard errors: the difference counts when it is larger than nine in
    /// ten chance differences.
    pub fn between(before: (f64, f64), after: (f64, f64)) -> Self {
        let likely = NINE_IN_TEN * before.1.hypot(after.1);
        match after.0 - before.0 {
            step if step > likely => Self::Up,
            step if step < -likely => Self::Down,
            _ => Self::Level,
        }
    }
}

/// The scores of one subject, oldest first.
pub fn of_subject(history: &[Scored], subject: Subject) -> Vec<&Scored> {
    history.iter().filter(|one| one.subject == subject).collect()
}

/// The subjects with a score, the one with the latest first.
pub fn subjects(history: &[Scored]) -> Vec<Subject> {
    let mut found: Vec<Subject> = Vec::new();
    for one in history.iter().rev() {
        if !found.contains(&one.subject) {
            found.push(one.subject);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_of_fifty_questions_leave_seven_points_of_doubt() {
        // p = 26/52; √(0.25/49) = 7.14 % of the share; the cohort's deviation is 15 points.
        assert!((standard_error(25, 50, 15.0) - 7.142_857).abs() < 1e-5);
        // Twice as spread a cohort makes the same share half as far on its scale.
        assert!((standard_error(25, 50, 30.0) - 3.571_428).abs() < 1e-5);
    }

    #[test]
    fn all_right_is_not_certainty() {
        assert!(standard_error(15, 15, 15.0) > 5.0);
    }

    #[test]
    fn a_change_within_the_doubt_is_none() {
        assert_eq!(Change::between((50.0, 5.0), (60.0, 5.0)), Change::Level);
        assert_eq!(Change::between((50.0, 5.0), (62.0, 5.0)), Change::Up);
        assert_eq!(Change::between((62.0, 5.0), (50.0, 5.0)), Change::Down);
    }

    proptest! {
        #[test]
        fn more_questions_leave_less_doubt(right in 0..=40_usize, more in 1..=5_usize) {
            prop_assert!(standard_error(right * more.pow(2), 40 * more.pow(2), 15.0) <= standard_error(right, 40, 15.0));
        }
    }
}

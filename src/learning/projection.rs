//! `ridge_v1`: where a score may stand in eight weeks (spec §1.6.2). Pure.
//!
//! `projected = clamp(round1(5 + 0.6·ssn + 1.2·weeklyHours + 0.3·methodologyScore + 0.8·trend), 0, 100)` with
//! `trend = clamp((last − first)/count, −20, 20)`. The history is that of one subject: scores of two subjects have no
//! trend in common. Families see a projection only when the back-test allows it (decision 9, [`super::backtest`]).

use serde::Serialize;

use crate::assessments::standard_score::round1;

/// Name of the model, as the contract has it.
pub const MODEL: &str = "ridge_v1";
/// Days ahead.
pub const HORIZON_DAYS: i64 = 56;

/// What the model is told, in the contract's fields.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// The last score.
    pub ssn: f64,
    /// Hours of work a week.
    pub weekly_hours: f64,
    /// From 0 to 100.
    pub methodology_score: f64,
    /// Points gained a result, on average.
    pub progression_trend: f64,
}

/// What the student says of the weeks to come; the contract's defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Hours of work a week.
    pub weekly_hours: f64,
    /// From 0 to 100.
    pub methodology_score: f64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { weekly_hours: 3.0, methodology_score: 50.0 }
    }
}

/// The parts of the confidence index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Breakdown {
    /// Number of results, five being enough.
    pub bilans_norm: i32,
    /// Whether the score keeps moving the same way and by as much.
    pub stabilite_trend: i32,
    /// How close together the scores lie.
    pub dispersion_inverse: i32,
}

/// A projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projection {
    /// From 0 to 100, one decimal.
    pub ssn: f64,
    /// From 0 to 100.
    pub confidence: i32,
    /// Its parts.
    pub breakdown: Breakdown,
    /// What it was made of.
    pub input: Input,
    /// Results it stands on.
    pub bilans: usize,
}

/// The projection from a history, oldest first; none without a score.
pub fn project(history: &[f64], effort: Effort) -> Option<Projection> {
    let last = *history.last()?;
    let input = Input {
        ssn: last,
        weekly_hours: effort.weekly_hours,
        methodology_score: effort.methodology_score,
        progression_trend: trend(history),
    };
    let raw = 5.0
        + 0.6 * input.ssn
        + 1.2 * input.weekly_hours
        + 0.3 * input.methodology_score
        + 0.8 * input.progression_trend;
    let (bilans, stability, dispersion) = (bilans(history), stability(history), dispersion(history));
    Some(Projection {
        ssn: round1(raw).clamp(0.0, 100.0),
        confidence: rounded((0.4 * bilans + 0.3 * stability + 0.3 * dispersion).clamp(0.0, 100.0)),
        breakdown: Breakdown {
            bilans_norm: rounded(bilans),
            stabilite_trend: rounded(stability),
            dispersion_inverse: rounded(dispersion),
        },
        input,
        bilans: history.len(),
    })
}

/// Half up.
fn rounded(value: f64) -> i32 {
    (value + 0.5 + 1e-9).floor() as i32
}

/// `clamp((last − first)/count, −20, 20)`; 0 with fewer than two points.
pub fn trend(history: &[f64]) -> f64 {
    match history {
        [first, .., last] => ((last - first) / history.len() as f64).clamp(-20.0, 20.0),
        _ => 0.0,
    }
}

fn bilans(history: &[f64]) -> f64 {
    100.0 * (history.len() as f64 / 5.0).min(1.0)
}

/// 50 with fewer than three points; else 0.6·direction + 0.4·amplitude, rounded.
fn stability(history: &[f64]) -> f64 {
    if history.len() < 3 {
        return 50.0;
    }
    let steps: Vec<f64> = history.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let pairs: Vec<(f64, f64)> = steps.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let all = pairs.len() as f64;
    let same = pairs.iter().filter(|(one, other)| sign(*one) == sign(*other)).count() as f64;
    let amplitude = pairs.iter().map(|(one, other)| likeness(one.abs(), other.abs())).sum::<f64>() / all;
    f64::from(rounded(0.6 * 100.0 * same / all + 0.4 * 100.0 * amplitude))
}

fn sign(step: f64) -> i8 {
    i8::from(step > 0.0) - i8::from(step < 0.0)
}

/// min/max; two steps of 0 are alike.
fn likeness(one: f64, other: f64) -> f64 {
    let most = one.max(other);
    if most == 0.0 { 1.0 } else { one.min(other) / most }
}

/// 50 with fewer than two points; else 100 − 4·population deviation, from 0 to 100.
fn dispersion(history: &[f64]) -> f64 {
    if history.len() < 2 {
        return 50.0;
    }
    let n = history.len() as f64;
    let mean = history.iter().sum::<f64>() / n;
    let std = (history.iter().map(|ssn| (ssn - mean).powi(2)).sum::<f64>() / n).sqrt();
    (100.0 - 4.0 * std).clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(history: &[f64]) -> Projection {
        project(history, Effort::default()).expect("a score")
    }

    #[test]
    fn without_a_score_there_is_no_projection() {
        assert_eq!(project(&[], Effort::default()), None);
    }

    #[test]
    fn one_score_of_50_projects_to_53_6() {
        // 5 + 30 + 3.6 + 15; B = 20, S = 50, D = 50: 8 + 15 + 15.
        let one = of(&[50.0]);
        assert_eq!((one.ssn, one.confidence, one.input.progression_trend), (53.6, 38, 0.0));
        let parts = Breakdown { bilans_norm: 20, stabilite_trend: 50, dispersion_inverse: 50 };
        assert_eq!(one.breakdown, parts);
    }

    #[test]
    fn a_steady_rise_is_worked_out_by_hand() {
        // 50, 55, 60: trend 10/3; 5 + 36 + 3.6 + 15 + 2.667 = 62.27. Deltas 5 and 5: S = 100. Std = √(50/3) = 4.082:
        // D = 83.67. B = 60: 24 + 30 + 25.1 = 79.1.
        let rise = of(&[50.0, 55.0, 60.0]);
        assert_eq!((rise.ssn, rise.confidence), (62.3, 79));
        let parts = Breakdown { bilans_norm: 60, stabilite_trend: 100, dispersion_inverse: 84 };
        assert_eq!(rise.breakdown, parts);
    }

    #[test]
    fn ups_and_downs_are_worked_out_by_hand() {
        // 40, 60, 50: trend 10/3; 5 + 30 + 3.6 + 15 + 2.667 = 56.27. Deltas +20, −10: direction 0, amplitude ½: S = 20.
        // Mean 50, std √(200/3) = 8.165: D = 67.34. 24 + 6 + 20.2 = 50.2.
        let mixed = of(&[40.0, 60.0, 50.0]);
        assert_eq!((mixed.ssn, mixed.confidence), (56.3, 50));
        assert_eq!(mixed.breakdown.stabilite_trend, 20);
    }

    #[test]
    fn scores_that_never_move_are_as_stable_as_can_be() {
        let still = of(&[62.0; 6]);
        // 5 + 37.2 + 3.6 + 15.
        assert_eq!((still.ssn, still.confidence), (60.8, 100));
    }

    #[test]
    fn more_work_and_a_better_method_raise_it_as_the_formula_says() {
        let effort = Effort { weekly_hours: 8.0, methodology_score: 80.0 };
        // 5 + 30 + 9.6 + 24.
        assert_eq!(project(&[50.0], effort).expect("a score").ssn, 68.6);
    }

    #[test]
    fn the_trend_is_bounded() {
        assert_eq!((trend(&[0.0, 100.0]), trend(&[100.0, 0.0]), trend(&[40.0])), (20.0, -20.0, 0.0));
    }

    proptest! {
        #[test]
        fn everything_lies_between_0_and_100_and_has_one_decimal(
            history in prop::collection::vec(0.0..=100.0_f64, 1..12), hours in 0.0..=60.0_f64, method in 0.0..=100.0_f64,
        ) {
            let it = project(&history, Effort { weekly_hours: hours, methodology_score: method }).expect("a score");
            prop_assert!((0.0..=100.0).contains(&it.ssn) && (0..=100).contains(&it.confidence));
            prop_assert!((it.ssn * 10.0 - (it.ssn * 10.0).round()).abs() < 1e-6);
            for part in [it.breakdown.bilans_norm, it.breakdown.stabilite_trend, it.breakdown.dispersion_inverse] {
                prop_assert!((0..=100).contains(&part));
            }
        }

        #[test]
        fn a_higher_last_score_never_projects_lower(
            history in prop::collection::vec(0.0..=90.0_f64, 0..6), last in 0.0..=90.0_f64, more in 0.0..=10.0_f64,
        ) {
            let with = |last: f64| of(&[history.clone(), vec![last]].concat()).ssn;
            prop_assert!(with(last + more) >= with(last));
        }
    }
}

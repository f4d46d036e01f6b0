//! Judging the projection against what happened, and against "nothing changes" (decision 9). Pure.
//!
//! A pair is a projection made with a score, and the score of the same subject that came nearest to its horizon, no
//! further from it than four weeks. The model must beat the last score carried forward, on enough pairs, before families
//! see it.

use chrono::NaiveDate;

/// Days around the horizon in which a result answers a projection.
pub const WINDOW_DAYS: i64 = 28;
/// Fewest pairs that decide.
const ENOUGH: i64 = 30;

/// A projection and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// What was projected.
    pub projected: f64,
    /// The score when it was made.
    pub carried: f64,
    /// The score that came.
    pub actual: f64,
}

/// What a night found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Pairs.
    pub n: i64,
    /// Mean absolute error of the model.
    pub mae_model: Option<f64>,
    /// The same of the last score carried forward.
    pub mae_baseline: Option<f64>,
    /// Nine in ten projections were off by at most this.
    pub spread: Option<f64>,
}

/// [`Figures`] as they are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Night {
    /// The day.
    pub day: NaiveDate,
    /// ALL, or a subject.
    pub subject: String,
    /// What was found.
    pub figures: Figures,
}

impl Figures {
    /// Of these pairs.
    pub fn of(pairs: &[Pair]) -> Self {
        let n = pairs.len();
        if n == 0 {
            return Self { n: 0, mae_model: None, mae_baseline: None, spread: None };
        }
        let mean = |errors: &[f64]| Some(errors.iter().sum::<f64>() / n as f64);
        let mut model: Vec<f64> = pairs.iter().map(|pair| (pair.actual - pair.projected).abs()).collect();
        let baseline: Vec<f64> = pairs.iter().map(|pair| (pair.actual - pair.carried).abs()).collect();
        model.sort_by(f64::total_cmp);
        let ninth = (n * 9).div_ceil(10).clamp(1, n) - 1;
        Self {
            n: n.try_into().unwrap_or(i64::MAX),
            mae_model: mean(&model),
            mae_baseline: mean(&baseline),
            spread: model.get(ninth).copied(),
        }
    }

    /// Whether families may see projections.
    pub fn allows(&self) -> bool {
        self.enough() && matches!((self.mae_model, self.mae_baseline), (Some(model), Some(carried)) if model < carried)
    }

    /// Whether there are enough pairs to decide.
    pub fn enough(&self) -> bool {
        self.n >= ENOUGH
    }

    /// How many pairs are still missing.
    pub fn missing(&self) -> i64 {
        (ENOUGH - self.n).max(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pair(projected: f64, carried: f64, actual: f64) -> Pair {
        Pair { projected, carried, actual }
    }

    #[test]
    fn errors_are_averaged_and_nine_in_ten_lie_within_the_spread() {
        // Model off by 2, 4, 0; "nothing changes" by 6, 4, 5.
        let found = Figures::of(&[pair(52.0, 48.0, 54.0), pair(60.0, 60.0, 56.0), pair(70.0, 65.0, 70.0)]);
        assert_eq!((found.n, found.mae_model, found.mae_baseline, found.spread), (3, Some(2.0), Some(5.0), Some(4.0)));
    }

    #[test]
    fn nothing_to_compare_decides_nothing() {
        let none = Figures::of(&[]);
        assert_eq!((none.n, none.mae_model, none.allows(), none.missing()), (0, None, false, 30));
    }

    #[test]
    fn families_see_it_only_when_it_beats_the_last_score_on_enough_pairs() {
        let better = pair(50.0, 45.0, 51.0);
        let worse = pair(45.0, 50.0, 51.0);
        assert!(!Figures::of(&[better; 29]).allows());
        assert!(Figures::of(&[better; 30]).allows());
        assert!(!Figures::of(&[worse; 300]).allows());
        assert!(!Figures::of(&[pair(50.0, 50.0, 51.0); 300]).allows(), "as good is not better");
    }

    proptest! {
        #[test]
        fn at_least_nine_in_ten_errors_lie_within_the_spread(errors in prop::collection::vec(0.0..40.0_f64, 1..80)) {
            let pairs: Vec<Pair> = errors.iter().map(|error| pair(50.0, 50.0, 50.0 + error)).collect();
            let spread = Figures::of(&pairs).spread.expect("pairs");
            let within = pairs.iter().filter(|pair| pair.actual - pair.projected <= spread + 1e-9).count();
            prop_assert!(within * 10 >= pairs.len() * 9);
        }
    }
}

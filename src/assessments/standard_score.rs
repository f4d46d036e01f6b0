//! The SSN, "score standardisé Nexus": where a raw score stands in its cohort, on a scale of mean 50 and deviation 15.
//!
//! A cohort is (bank, rule version): scores of two banks or two rules never meet. Its sums are whole numbers of
//! millionths of a point, so that adding in any order, or recounting from nothing, gives the same statistics.
//! A score is standardised against the cohort before it enters it (decision 4).
//!
//! A recompute does the same in SQL. These expressions repeat [`CohortStats::mean`], [`CohortStats::std`] and [`ssn`]
//! operation by operation, on float8, so that both give the same bits (seen to hold on PostgreSQL 15 for 20 000 random
//! cohorts of up to 3·10⁹ scores); change them together:
//!
//! ```sql
//! -- c: cohorts (n, sum_micro numeric, sum_sq numeric); s: standard_scores (raw_micro)
//! mean: case when c.n = 0 then 50::float8 else c.sum_micro::float8 / c.n::float8 / 1e6::float8 end
//! std:  case when c.n * c.sum_sq = c.sum_micro * c.sum_micro then 15::float8
//!       else sqrt((c.n * c.sum_sq - c.sum_micro * c.sum_micro)::float8) / c.n::float8 / 1e6::float8 end
//! ssn:  least(greatest(
//!         floor((50::float8 + 15::float8 * (s.raw_micro::float8 / 1e6::float8 - mean) / std) * 10::float8
//!               + 0.5::float8 + 1e-9::float8) / 10::float8, 0::float8), 100::float8)
//! ```

/// Mean of the scale, and of a cohort that is still empty.
const MEAN: f64 = 50.0;
/// Deviation of the scale, and of a cohort that has none of its own.
const STD: f64 = 15.0;
/// Millionths in a point.
const MICRO: f64 = 1e6;
/// Fewer results than this make a provisional score.
const LOW_SAMPLE: i64 = 30;

/// What is known of a cohort: how many scores, their sum and the sum of their squares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CohortStats {
    /// How many scores; never negative.
    pub n: i64,
    /// Σx, in millionths of a point.
    pub sum_micro: i128,
    /// Σx², in millionths of a point squared.
    pub sum_sq: i128,
}

impl CohortStats {
    /// The cohort with one more score, in millionths of a point.
    #[must_use]
    pub fn with(self, micro: i64) -> Self {
        let x = i128::from(micro);
        Self { n: self.n + 1, sum_micro: self.sum_micro + x, sum_sq: self.sum_sq + x * x }
    }

    /// Arithmetic mean, in points; 50 for an empty cohort.
    pub fn mean(&self) -> f64 {
        if self.n == 0 { MEAN } else { self.sum_micro as f64 / self.n as f64 / MICRO }
    }

    /// Population standard deviation, in points; 15 when all scores are equal or there is none.
    pub fn std(&self) -> f64 {
        // n²·variance, exact: "no deviation" is decided without rounding.
        let spread = i128::from(self.n) * self.sum_sq - self.sum_micro * self.sum_micro;
        if spread == 0 { STD } else { (spread as f64).sqrt() / self.n as f64 / MICRO }
    }
}

impl FromIterator<i64> for CohortStats {
    fn from_iter<I: IntoIterator<Item = i64>>(scores: I) -> Self {
        scores.into_iter().fold(Self::default(), Self::with)
    }
}

/// The standardised score of a raw score (in millionths of a point), from 0 to 100 with one decimal:
/// `clamp(round1(50 + 15·(raw − mean)/std), 0, 100)` (spec §1.4.1).
pub fn ssn(raw_micro: i64, cohort: &CohortStats) -> f64 {
    standardised(raw_micro as f64 / MICRO, cohort.mean(), cohort.std())
}

/// [`ssn`] from points, for the simulation and for a mean and deviation that were stored.
pub fn standardised(raw: f64, mean: f64, std: f64) -> f64 {
    round1(MEAN + STD * (raw - mean) / std).clamp(0.0, 100.0)
}

/// To one decimal, half up. The 1e-9 outweighs the dust of floating point (a 52.35 computed as 52.349999999999994
/// must give 52.4) and is far below what a score can differ by.
pub fn round1(value: f64) -> f64 {
    (value * 10.0 + 0.5 + 1e-9).floor() / 10.0
}

/// Percentage of the cohort strictly below a score, of 0 to 100, half up; 50 when there is nobody (spec §1.4.5).
pub fn percentile(below: i64, all: i64) -> i32 {
    if all <= 0 {
        return 50;
    }
    let percent = (200 * below + all).div_euclid(2 * all);
    percent.clamp(0, 100) as i32
}

/// Whether a cohort of `n` is too small for its scores to be more than provisional.
pub fn is_low_sample(n: i64) -> bool {
    n < LOW_SAMPLE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(scores: &[i64]) -> CohortStats {
        scores.iter().map(|it| it * 1_000_000).collect()
    }

    #[test]
    fn the_three_scores_of_the_record_each_used_the_cohort_of_those_before() {
        let empty = points(&[]);
        assert_eq!((empty.mean(), empty.std()), (50.0, 15.0));
        assert_eq!(ssn(52_400_000, &empty), 52.4);
        let one = points(&[49]);
        assert_eq!((one.mean(), one.std()), (49.0, 15.0));
        assert_eq!(ssn(18_800_000, &one), 19.8);
        let two = points(&[49, 0]);
        assert_eq!((two.mean(), two.std()), (24.5, 24.5));
        assert_eq!(ssn(83_600_000, &two), 86.2);
    }

    #[test]
    fn a_recompute_of_the_first_two_gives_67_1_and_46_5() {
        let two = points(&[49, 0]);
        assert_eq!([52_400_000, 18_800_000].map(|raw| ssn(raw, &two)), [67.1, 46.5]);
    }

    #[test]
    fn the_fixture_table_of_the_specification_holds() {
        let table = [
            (52.4, 50.0, 15.0, 52.4),
            (18.8, 49.0, 15.0, 19.8),
            (83.6, 24.5, 24.5, 86.2),
            (52.4, 24.5, 24.5, 67.1),
            (18.8, 24.5, 24.5, 46.5),
        ];
        for (raw, mean, std, expected) in table {
            assert_eq!(standardised(raw, mean, std), expected);
        }
    }

    #[test]
    fn a_cohort_without_deviation_counts_as_15() {
        assert_eq!(points(&[70, 70, 70]).std(), 15.0);
        assert_eq!(points(&[1, 3]).std(), 1.0);
    }

    #[test]
    fn rounding_to_one_decimal_is_half_up_whatever_the_dust() {
        let table = [(52.35, 52.4), (0.05, 0.1), (1.15, 1.2), (36.1, 36.1), (2.449, 2.4), (99.95, 100.0)];
        for (value, expected) in table {
            assert_eq!(round1(value), expected);
        }
        // 29.25 exactly, computed as 29.249999999999996.
        assert_eq!(standardised(7.9, 24.5, 12.0), 29.3);
    }

    #[test]
    fn the_percentile_counts_those_strictly_below_and_is_50_for_an_empty_cohort() {
        let table = [((0, 0), 50), ((0, 1), 0), ((1, 2), 50), ((1, 3), 33), ((2, 3), 67), ((1, 8), 13), ((9, 10), 90)];
        for ((below, all), expected) in table {
            assert_eq!(percentile(below, all), expected);
        }
    }

    #[test]
    fn a_cohort_under_30_is_a_low_sample() {
        assert_eq!([0, 29, 30].map(is_low_sample), [true, true, false]);
    }

    proptest! {
        #[test]
        fn a_standardised_score_is_between_0_and_100_with_one_decimal(
            raw in 0..=100_000_000_i64, cohort in prop::collection::vec(0..=100_000_000_i64, 0..40),
        ) {
            let score = ssn(raw, &cohort.into_iter().collect());
            prop_assert!((0.0..=100.0).contains(&score));
            prop_assert!((score * 10.0 - (score * 10.0).round()).abs() < 1e-9);
        }

        #[test]
        fn a_higher_raw_score_never_gives_a_lower_standardised_one(
            raw in 0..=100_000_000_i64, more in 0..=1_000_000_i64,
            cohort in prop::collection::vec(0..=100_000_000_i64, 0..40),
        ) {
            let cohort = cohort.into_iter().collect();
            prop_assert!(ssn(raw + more, &cohort) >= ssn(raw, &cohort));
        }

        #[test]
        fn adding_one_by_one_in_any_order_equals_counting_again(
            (scores, shuffled) in prop::collection::vec(0..=100_000_000_i64, 0..60)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let at_once = CohortStats {
                n: scores.len() as i64,
                sum_micro: scores.iter().map(|it| i128::from(*it)).sum(),
                sum_sq: scores.iter().map(|it| i128::from(*it) * i128::from(*it)).sum(),
            };
            let one_by_one = shuffled.into_iter().fold(CohortStats::default(), CohortStats::with);
            prop_assert_eq!(one_by_one, at_once);
        }

        #[test]
        fn mean_and_deviation_are_those_of_the_textbook(
            scores in prop::collection::vec(0..=100_000_000_i64, 1..60),
        ) {
            let stats: CohortStats = scores.iter().copied().collect();
            let n = scores.len() as f64;
            let mean = scores.iter().map(|it| *it as f64 / 1e6).sum::<f64>() / n;
            let variance = scores.iter().map(|it| (*it as f64 / 1e6 - mean).powi(2)).sum::<f64>() / n;
            prop_assert!((stats.mean() - mean).abs() < 1e-6);
            prop_assert!(variance == 0.0 || stats.std() == 15.0 || (stats.std() - variance.sqrt()).abs() < 1e-6);
        }
    }
}

//! Figures of questions and banks from their counts: pure. Definitions of classical test theory (Lord & Novick 1968;
//! Cronbach 1951), on answers that are right or not:
//!
//! - x: right answers of an attempt; an unanswered question and "je ne sais pas" are not right;
//! - facility: right / n;
//! - discrimination: corrected item-total correlation, that is Pearson's r (point-biserial) between being right on the
//!   question and the rest score x − (right here), so that a question does not correlate with itself;
//! - pull of an option: the same correlation for having chosen that option; of the right one it is the discrimination, of
//!   a wrong one it should be negative;
//! - alpha = k/(k−1)·(1 − Σ p(1−p) / σ²), σ² the variance of x (Cronbach's alpha; KR-20 for such questions);
//! - error = σ·√(1 − alpha): standard error of measurement, in questions.
//!
//! Variances are of the population. Sums are whole numbers, so the figures do not depend on the order of the attempts.

/// Options of a question; then come [`NSP`] and [`SEEN`].
pub const OPTIONS: usize = 4;
/// Place of "je ne sais pas" in the counts of a question.
pub const NSP: usize = 4;
/// Place of "seen, not answered".
pub const SEEN: usize = 5;
/// Counts of a question.
pub const CODES: usize = 6;

/// What the attempts on a bank add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BankCounts {
    /// Attempts.
    pub n: i64,
    /// Σ x.
    pub sum_right: i64,
    /// Σ x².
    pub sum_right_sq: i64,
}

/// What the answers to a question add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ItemCounts {
    /// Attempts by what was done: the options in stored order, [`NSP`], [`SEEN`].
    pub counts: [i64; CODES],
    /// For each, Σ x of those attempts.
    pub sums: [i64; CODES],
    /// Median time to an answer, in seconds; none when none was measured.
    pub median_seconds: Option<i16>,
}

/// How a bank does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BankFigures {
    /// Attempts.
    pub n: i64,
    /// Questions.
    pub questions: usize,
    /// Mean of x.
    pub mean: Option<f64>,
    /// Deviation of x.
    pub deviation: Option<f64>,
    /// Cronbach's alpha; none when all attempts have the same x, or for a single question.
    pub alpha: Option<f64>,
    /// Standard error of measurement, in questions.
    pub error: Option<f64>,
}

/// An option of a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OptionFigures {
    /// Who chose it.
    pub n: i64,
    /// Of all attempts, 0 to 1.
    pub share: f64,
    /// Correlation of choosing it with the rest score; none when it or the rest score does not vary.
    pub pull: Option<f64>,
}

/// How a question does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemFigures {
    /// Attempts.
    pub n: i64,
    /// Position of the right option.
    pub key: usize,
    /// The options in stored order.
    pub options: [OptionFigures; OPTIONS],
    /// Share of "je ne sais pas".
    pub nsp: f64,
    /// Share of those who saw it and left it.
    pub left: f64,
    /// Share of those who never saw it.
    pub unseen: f64,
    /// Median time to an answer, in seconds.
    pub median_seconds: Option<i16>,
}

impl ItemFigures {
    /// Share of right answers.
    pub fn facility(&self) -> f64 {
        self.options[self.key].share
    }

    /// Corrected item-total correlation; none when all are right, all wrong, or the rest scores are all the same.
    pub fn discrimination(&self) -> Option<f64> {
        self.options[self.key].pull
    }

    /// Share without an answer: left, or never seen.
    pub fn unanswered(&self) -> f64 {
        self.left + self.unseen
    }
}

/// Figures of a bank; `keys` are the positions of the right options.
pub fn bank(counts: &BankCounts, items: &[ItemCounts], keys: &[usize]) -> BankFigures {
    let BankCounts { n, sum_right, sum_right_sq } = *counts;
    let spread = whole(n) * whole(sum_right_sq) - whole(sum_right) * whole(sum_right);
    let of_items: i128 = items
        .iter()
        .zip(keys)
        .map(|(item, key)| whole(item.counts[*key]) * (whole(n) - whole(item.counts[*key])))
        .sum();
    let questions = items.len();
    let deviation = (n > 0).then(|| (spread as f64).sqrt() / n as f64);
    let alpha = (spread > 0 && questions > 1).then(|| {
        let k = questions as f64;
        k / (k - 1.0) * (1.0 - of_items as f64 / spread as f64)
    });
    BankFigures {
        n,
        questions,
        mean: (n > 0).then(|| sum_right as f64 / n as f64),
        deviation,
        alpha,
        error: alpha.zip(deviation).map(|(alpha, deviation)| deviation * (1.0 - alpha).max(0.0).sqrt()),
    }
}

/// Figures of a question of that bank.
pub fn item(bank: &BankCounts, item: &ItemCounts, key: usize) -> ItemFigures {
    let share = |count: i64| if bank.n > 0 { count as f64 / bank.n as f64 } else { 0.0 };
    let options = [0, 1, 2, 3].map(|option| OptionFigures {
        n: item.counts[option],
        share: share(item.counts[option]),
        pull: pull(bank, item, key, option),
    });
    let seen: i64 = item.counts.iter().sum();
    ItemFigures {
        n: bank.n,
        key,
        options,
        nsp: share(item.counts[NSP]),
        left: share(item.counts[SEEN]),
        unseen: share((bank.n - seen).max(0)),
        median_seconds: item.median_seconds,
    }
}

/// Pearson's r between choosing the option (y, 0 or 1) and the rest score r = x − (right here). With c right here:
/// Σr = Σx − c, Σr² = Σx² − 2·Σx(right) + c, Σyr = Σx(chosen), less c for the right option.
fn pull(bank: &BankCounts, item: &ItemCounts, key: usize, option: usize) -> Option<f64> {
    let n = whole(bank.n);
    let right = whole(item.counts[key]);
    let chosen = whole(item.counts[option]);
    let rest = whole(bank.sum_right) - right;
    let rest_sq = whole(bank.sum_right_sq) - 2 * whole(item.sums[key]) + right;
    let product = whole(item.sums[option]) - if option == key { right } else { 0 };
    let spread = (n * chosen - chosen * chosen) as f64 * (n * rest_sq - rest * rest) as f64;
    (spread > 0.0).then(|| (n * product - chosen * rest) as f64 / spread.sqrt())
}

fn whole(count: i64) -> i128 {
    i128::from(count)
}

/// Where the true share lies nineteen times out of twenty (Wilson 1927), 0 to 1.
pub fn share_interval(share: f64, n: i64) -> (f64, f64) {
    const Z: f64 = 1.96;
    if n <= 0 {
        return (0.0, 1.0);
    }
    let n = n as f64;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let all = 1.0 + Z * Z / n;
    (((middle - half) / all).max(0.0), ((middle + half) / all).min(1.0))
}

/// Where the true correlation lies nineteen times out of twenty (Fisher's z); none below four attempts.
pub fn correlation_interval(r: f64, n: i64) -> Option<(f64, f64)> {
    (n > 3).then(|| {
        let half = 1.96 / ((n - 3) as f64).sqrt();
        let z = r.clamp(-0.999_999, 0.999_999).atanh();
        ((z - half).tanh(), (z + half).tanh())
    })
}

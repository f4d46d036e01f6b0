//! The same figures straight from their definitions, from the answers and not from sums: slow, and plain to read.

use super::{
    Done,
    figures::{BankFigures, ItemFigures, OptionFigures},
};

/// Answers of all attempts, with the right option of each question.
pub(super) struct Answers<'a> {
    pub attempts: &'a [Vec<Done>],
    pub keys: &'a [usize],
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let middle = mean(values);
    mean(&values.iter().map(|value| (value - middle).powi(2)).collect::<Vec<_>>())
}

/// Pearson's r by its definition; none when one of the two does not vary.
fn correlation(one: &[f64], other: &[f64]) -> Option<f64> {
    let (a, b) = (mean(one), mean(other));
    let product: f64 = one.iter().zip(other).map(|(x, y)| (x - a) * (y - b)).sum::<f64>() / one.len() as f64;
    let spread = (variance(one) * variance(other)).sqrt();
    (spread > 1e-9).then(|| product / spread)
}

fn indicator(is: bool) -> f64 {
    if is { 1.0 } else { 0.0 }
}

impl Answers<'_> {
    fn code(attempt: &[Done], question: usize) -> Option<i16> {
        attempt.get(question).copied().flatten().map(|(code, _)| code)
    }

    fn right(&self, attempt: &[Done], question: usize) -> f64 {
        indicator(Self::code(attempt, question) == Some(self.keys[question] as i16))
    }

    fn score(&self, attempt: &[Done]) -> f64 {
        (0..self.keys.len()).map(|question| self.right(attempt, question)).sum()
    }

    /// Of the bank.
    pub fn bank(&self) -> BankFigures {
        let scores: Vec<f64> = self.attempts.iter().map(|attempt| self.score(attempt)).collect();
        let (k, all) = (self.keys.len() as f64, variance(&scores));
        let of_items: f64 = (0..self.keys.len())
            .map(|question| {
                variance(&self.attempts.iter().map(|attempt| self.right(attempt, question)).collect::<Vec<_>>())
            })
            .sum();
        let alpha = (all > 1e-9).then(|| k / (k - 1.0) * (1.0 - of_items / all));
        BankFigures {
            n: self.attempts.len() as i64,
            questions: self.keys.len(),
            mean: Some(mean(&scores)),
            deviation: Some(all.sqrt()),
            alpha,
            error: alpha.map(|alpha| (all * (1.0 - alpha)).sqrt()),
        }
    }

    /// Of a question.
    pub fn item(&self, question: usize) -> ItemFigures {
        let rest: Vec<f64> =
            self.attempts.iter().map(|attempt| self.score(attempt) - self.right(attempt, question)).collect();
        let did = |code: Option<i16>| -> Vec<f64> {
            self.attempts.iter().map(|attempt| indicator(Self::code(attempt, question) == code)).collect()
        };
        let options = [0, 1, 2, 3].map(|option| {
            let chose = did(Some(option));
            OptionFigures { n: chose.iter().sum::<f64>() as i64, share: mean(&chose), pull: correlation(&chose, &rest) }
        });
        ItemFigures {
            n: self.attempts.len() as i64,
            key: self.keys[question],
            options,
            nsp: mean(&did(Some(4))),
            left: mean(&did(Some(5))),
            unseen: mean(&did(None)),
            median_seconds: self.median(question),
        }
    }

    /// Of the times sorted, the middle one or the lower of the two.
    fn median(&self, question: usize) -> Option<i16> {
        let answered = self.attempts.iter().filter_map(|attempt| attempt.get(question).copied().flatten());
        let mut times: Vec<i16> =
            answered.filter(|(code, _)| *code < 5).map(|(_, seconds)| seconds.ceil().min(600.0) as i16).collect();
        times.sort_unstable();
        times.len().checked_sub(1).map(|last| times[last / 2])
    }
}

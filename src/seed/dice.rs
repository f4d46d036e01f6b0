//! Chance that is the same every time: each purpose has a generator of its own, so that a change in one place of the
//! demo school leaves the others as they were.

use std::fmt::Display;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};

/// A generator for one purpose.
pub(super) struct Dice(StdRng);

impl Dice {
    /// The generator of this purpose.
    pub fn of(purpose: impl Display) -> Self {
        let digest = Sha256::digest(format!("Nexus Réussite, demo school: {purpose}"));
        Self(StdRng::from_seed(digest.into()))
    }

    /// True this often, from 0 to 1.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability.clamp(0.0, 1.0))
    }

    /// A whole number, both ends included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// One of these; the list is not empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.0.random_range(0..list.len())]
    }

    /// The list in another order.
    pub fn shuffled<T>(&mut self, mut list: Vec<T>) -> Vec<T> {
        for at in (1..list.len()).rev() {
            list.swap(at, self.0.random_range(0..=at));
        }
        list
    }

    /// Close to the normal law of mean 0 and deviation 1: twelve uniform numbers, added.
    pub fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.0.random::<f64>()).sum::<f64>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_purpose_gives_the_same_chance_and_another_does_not() {
        let draw = |purpose: &str| {
            let mut dice = Dice::of(purpose);
            (0..8).map(|_| dice.between(0, 1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw("a"), draw("a"));
        assert_ne!(draw("a"), draw("b"));
    }

    #[test]
    fn the_bell_has_mean_0_and_deviation_1() {
        let mut dice = Dice::of("bell");
        let draws: Vec<f64> = (0..4000).map(|_| dice.bell()).collect();
        let mean = draws.iter().sum::<f64>() / 4000.0;
        let deviation = (draws.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / 4000.0).sqrt();
        assert!(mean.abs() < 0.1 && (deviation - 1.0).abs() < 0.1, "{mean} {deviation}");
    }
}

//! SQL and definition agree on whatever students do.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::{reference::Answers, *};
use crate::{
    assessments::{
        bank,
        items::figures::{BankFigures, ItemFigures},
    },
    testing,
};

/// A class whose answers have no sense but chance: some know much, some leave early.
fn class(random: &mut StdRng, edition: BankEdition, size: usize) -> Vec<Vec<Done>> {
    let questions = &edition.bank.questions;
    (0..size)
        .map(|_| {
            let knows = random.random_range(0.0..1.0);
            let until = random.random_range(0..=questions.len());
            let does = |(number, question): (usize, &crate::assessments::bank::Question)| {
                let code = if random.random_bool(knows) { question.key as i16 } else { random.random_range(0..6) };
                // Halves of a second, so that no clock rounds them; from the question's own beginning.
                let seconds = f64::from(random.random_range(1..1400_i32)) / 2.0;
                (number < until && random.random_range(0..20) > 0).then_some((code, seconds))
            };
            questions.iter().enumerate().map(does).collect()
        })
        .collect()
}

fn agree(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn same_bank(one: &BankFigures, other: &BankFigures) -> bool {
    (one.n, one.questions) == (other.n, other.questions)
        && agree(one.mean, other.mean)
        && agree(one.deviation, other.deviation)
        && agree(one.alpha, other.alpha)
        && agree(one.error, other.error)
}

fn same_item(one: &ItemFigures, other: &ItemFigures) -> bool {
    let same_option = |at: usize| {
        let (a, b) = (one.options[at], other.options[at]);
        a.n == b.n && agree(Some(a.share), Some(b.share)) && agree(a.pull, b.pull)
    };
    (one.n, one.key, one.median_seconds) == (other.n, other.key, other.median_seconds)
        && agree(Some(one.nsp), Some(other.nsp))
        && agree(Some(one.left), Some(other.left))
        && agree(Some(one.unseen), Some(other.unseen))
        && (0..4).all(same_option)
}

#[tokio::test]
async fn the_figures_from_sql_are_those_of_the_definitions_whatever_the_answers() {
    for seed in 0..12 {
        let ctx = testing::ctx().await;
        let mut random = StdRng::seed_from_u64(seed);
        let classes: Vec<(BankEdition, Vec<Vec<Done>>)> = bank::editions()
            .map(|edition| {
                let size = random.random_range(1..25);
                (edition, class(&mut random, edition, size))
            })
            .collect();
        for (edition, attempts) in &classes {
            store_attempts(&ctx.pool, *edition, attempts).await;
        }
        let measured = measure(&ctx).await;
        for (edition, attempts) in &classes {
            let keys: Vec<usize> = edition.bank.questions.iter().map(|question| question.key).collect();
            let (answers, found) = (Answers { attempts, keys: &keys }, of(&measured, &edition.edition.id));
            let (bank, expected) = (figures::bank(&found.counts, &found.items, &keys), answers.bank());
            assert!(same_bank(&bank, &expected), "seed {seed}, {}: {bank:?} {expected:?}", edition.edition.id);
            for (number, item) in found.items.iter().enumerate() {
                let (item, expected) = (figures::item(&found.counts, item, keys[number]), answers.item(number));
                assert!(
                    same_item(&item, &expected),
                    "seed {seed}, {} {number}: {item:?} {expected:?}",
                    edition.edition.id
                );
            }
        }
    }
}

//! Six students, four questions, every figure worked out by hand.
//!
//! The right option is `a` everywhere; `n` = je ne sais pas, `-` = seen and left, a blank = never seen.
//!
//! | student | Q1 | Q2 | Q3 | Q4 | right | x |
//! |---------|----|----|----|----|-------|---|
//! | A       | a  | a  | a  | a  | 1111  | 4 |
//! | B       | a  | a  | a  | b  | 1110  | 3 |
//! | C       | a  | a  | b  | a  | 1101  | 3 |
//! | D       | a  | b  | n  | c  | 1000  | 1 |
//! | E       | a  | b  | -  | a  | 1001  | 2 |
//! | F       | b  | c  | n  |    | 0000  | 0 |
//!
//! Bank: n = 6, Σx = 13, Σx² = 16 + 9 + 9 + 1 + 4 + 0 = 39; mean 13/6; variance 39/6 − (13/6)² = (234 − 169)/36 = 65/36.
//! Facility p: 5/6, 3/6, 2/6, 3/6. Σp(1−p) = 5/36 + 9/36 + 8/36 + 9/36 = 31/36.
//! alpha = 4/3·(1 − 31/65) = 4/3·34/65 = 136/195. Error = √(65/36)·√(1 − 136/195) = √(65/36 · 59/195) = √(59/108).
//!
//! Rest scores r = x − right, and Pearson's r with being right, (6Σyr − ΣyΣr)/√((6Σy − (Σy)²)(6Σr² − (Σr)²)):
//! Q1: r = 3 2 2 0 1 0; Σr = 8, Σr² = 18, Σyr = 8, Σy = 5: (48 − 40)/√(5 · 44) = 8/√220.
//! Q2: r = 3 2 2 1 2 0; Σr = 10, Σr² = 22, Σyr = 7, Σy = 3: (42 − 30)/√(9 · 32) = 12/√288 = 1/√2.
//! Q3: r = 3 2 3 1 2 0; Σr = 11, Σr² = 27, Σyr = 5, Σy = 2: (30 − 22)/√(8 · 41) = 8/√328.
//! Q4: r = 3 3 2 1 1 0; Σr = 10, Σr² = 24, Σyr = 6, Σy = 3: (36 − 30)/√(9 · 44) = 6/√396.
//! Option b of Q4, chosen by B (r = 3): (6·3 − 1·10)/√((6 − 1) · 44) = 8/√220: an error that the strong make.
//! Option b of Q2, chosen by D and E (r = 1, 2): (6·3 − 2·10)/√((12 − 4) · 32) = −2/16 = −1/8.
//!
//! Time to an answer: Q1 took 10 20 30 40 50 60 seconds: the median (the lower middle one) is 30. Q3 was answered by A, B,
//! C, D and F in 5 5 9 12 90: 9. Q4, by all but F, in 700 20 20 30 40 (700 counts as 600): 30.

use super::*;
use crate::{
    assessments::{
        bank,
        items::figures::{CODES, NSP, SEEN},
    },
    testing,
};

const A: i16 = 0;
const B: i16 = 1;
const C: i16 = 2;

fn done(code: i16, seconds: f64) -> Done {
    Some((code, seconds))
}

/// The table above.
fn students() -> [[Done; 4]; 6] {
    [
        [done(A, 10.0), done(A, 1.0), done(A, 5.0), done(A, 700.0)],
        [done(A, 20.0), done(A, 1.0), done(A, 5.0), done(B, 20.0)],
        [done(A, 30.0), done(A, 1.0), done(B, 9.0), done(A, 20.0)],
        [done(A, 40.0), done(B, 1.0), done(4, 12.0), done(C, 30.0)],
        [done(A, 50.0), done(B, 1.0), done(5, 7.0), done(A, 40.0)],
        [done(B, 60.0), done(C, 1.0), done(4, 90.0), None],
    ]
}

fn bank_counts() -> BankCounts {
    BankCounts { n: 6, sum_right: 13, sum_right_sq: 39 }
}

/// Counts by option, je ne sais pas, seen; and Σx of those.
fn item_counts() -> [ItemCounts; 4] {
    let item =
        |counts: [i64; CODES], sums: [i64; CODES], median| ItemCounts { counts, sums, median_seconds: Some(median) };
    [
        item([5, 1, 0, 0, 0, 0], [13, 0, 0, 0, 0, 0], 30),
        item([3, 2, 1, 0, 0, 0], [10, 3, 0, 0, 0, 0], 1),
        item([2, 1, 0, 0, 2, 1], [7, 3, 0, 0, 1, 2], 9),
        item([3, 1, 1, 0, 0, 0], [9, 3, 1, 0, 0, 0], 30),
    ]
}

const KEYS: [usize; 4] = [0; 4];

#[test]
fn the_bank_s_figures_are_those_worked_out_by_hand() {
    let found = figures::bank(&bank_counts(), &item_counts(), &KEYS);
    assert_eq!((found.n, found.questions), (6, 4));
    close(found.mean, 13.0 / 6.0);
    close(found.deviation, (65.0_f64 / 36.0).sqrt());
    close(found.alpha, 136.0 / 195.0);
    close(found.error, (59.0_f64 / 108.0).sqrt());
}

#[test]
fn each_question_s_figures_are_those_worked_out_by_hand() {
    let items = item_counts().map(|item| figures::item(&bank_counts(), &item, 0));
    let facilities = [5.0, 3.0, 2.0, 3.0].map(|right| right / 6.0);
    let discriminations = [8.0 / 220_f64.sqrt(), 0.5_f64.sqrt(), 8.0 / 328_f64.sqrt(), 6.0 / 396_f64.sqrt()];
    for (at, item) in items.iter().enumerate() {
        close(Some(item.facility()), facilities[at]);
        close(item.discrimination(), discriminations[at]);
    }
    close(items[3].options[1].pull, 8.0 / 220_f64.sqrt());
    close(items[1].options[1].pull, -0.125);
    assert_eq!(items[0].options[3].pull, None, "nobody chose it");
    close(Some(items[2].nsp), 2.0 / 6.0);
    close(Some(items[2].left), 1.0 / 6.0);
    close(Some(items[2].unseen), 0.0);
    close(Some(items[3].unseen), 1.0 / 6.0);
    close(Some(items[3].unanswered()), 1.0 / 6.0);
}

/// The first questions of a real bank: the right option is put where its key is, the others after it.
fn in_bank(edition: BankEdition, student: &[Done; 4]) -> Vec<Done> {
    let place = |(number, done): (usize, &Done)| {
        let key = edition.bank.questions[number].key as i16;
        done.map(|(code, seconds)| (if code < 4 { (code + key) % 4 } else { code }, seconds))
    };
    student.iter().enumerate().map(place).collect()
}

#[tokio::test]
async fn the_database_counts_as_the_hand_does() {
    let ctx = testing::ctx().await;
    let edition = bank::find("maths_terminale_spe_v1").expect("bank");
    let attempts: Vec<Vec<Done>> = students().iter().map(|student| in_bank(edition, student)).collect();
    store_attempts(&ctx.pool, edition, &attempts).await;
    let measured = measure(&ctx).await;
    let found = of(&measured, "maths_terminale_spe_v1");
    assert_eq!(found.counts, bank_counts());
    for (number, expected) in item_counts().into_iter().enumerate() {
        let key = edition.bank.questions[number].key;
        let turn = |list: [i64; CODES]| {
            let mut turned = list;
            (0..4).for_each(|option| turned[(option + key) % 4] = list[option]);
            turned
        };
        let turned = ItemCounts { counts: turn(expected.counts), sums: turn(expected.sums), ..expected };
        assert_eq!(found.items[number], turned, "question {}", number + 1);
    }
    assert_eq!(found.items[2].counts[NSP] + found.items[2].counts[SEEN], 3);
    assert_eq!(found.items[4], ItemCounts::default(), "nobody saw the fifth");
}

//! When a question is flagged, and when it is left alone.

use proptest::prelude::*;

use super::super::{
    figures::{self, ItemFigures, OptionFigures},
    flags::{FEWEST, Flag, attracts_the_strong, flags},
};

/// A sound question of 100 attempts: key a, 60 right, the others spread.
fn sound() -> ItemFigures {
    let option = |n: i64, pull: f64| OptionFigures { n, share: n as f64 / 100.0, pull: Some(pull) };
    ItemFigures {
        n: 100,
        key: 0,
        options: [option(60, 0.4), option(15, -0.2), option(10, -0.1), option(5, -0.1)],
        nsp: 0.08,
        left: 0.02,
        unseen: 0.0,
        median_seconds: Some(50),
    }
}

fn with(change: impl FnOnce(&mut ItemFigures)) -> Vec<Flag> {
    let mut item = sound();
    change(&mut item);
    flags(&item).expect("enough answers")
}

#[test]
fn a_sound_question_is_not_flagged() {
    assert_eq!(flags(&sound()), Some(vec![]));
}

#[test]
fn with_few_answers_nothing_is_judged() {
    let item = ItemFigures { n: FEWEST - 1, nsp: 0.9, ..sound() };
    assert_eq!(flags(&item), None);
    assert!(!attracts_the_strong(&item, 1));
}

#[test]
fn each_fault_raises_its_flag_and_its_limit_does_not() {
    let facility = |share: f64| with(|item| item.options[0].share = share);
    assert_eq!((facility(0.96), facility(0.95)), (vec![Flag::TooEasy], vec![]));
    assert_eq!((facility(0.14), facility(0.15)), (vec![Flag::TooHard], vec![]));
    let discrimination = |pull: Option<f64>| with(|item| item.options[0].pull = pull);
    assert_eq!((discrimination(Some(0.149)), discrimination(Some(0.15))), (vec![Flag::Weak], vec![]));
    assert_eq!((discrimination(Some(-0.01)), discrimination(Some(0.0))), (vec![Flag::Negative], vec![Flag::Weak]));
    assert_eq!(discrimination(None), [], "nothing to measure: nothing to say");
    assert_eq!((with(|item| item.nsp = 0.51), with(|item| item.nsp = 0.5)), (vec![Flag::Unknown], vec![]));
    let chosen = |n: i64| with(|item| item.options[2].n = n);
    assert_eq!((chosen(61), chosen(60)), (vec![Flag::Beaten(vec![2])], vec![]));
    let share = |share: f64| with(|item| (item.options[1].share, item.options[3].share) = (share, share));
    assert_eq!((share(0.019), share(0.02)), (vec![Flag::Dead(vec![1, 3])], vec![]));
    let among = |n: i64| with(|item| (item.n, item.options[3].share) = (n, 0.0));
    assert_eq!((among(100), among(99)), (vec![Flag::Dead(vec![3])], vec![]), "of few, nobody may be chance");
}

#[test]
fn every_flag_says_what_to_do() {
    let all = [
        Flag::Negative,
        Flag::Beaten(vec![1]),
        Flag::TooEasy,
        Flag::TooHard,
        Flag::Weak,
        Flag::Unknown,
        Flag::Dead(vec![1, 3]),
    ];
    for flag in &all {
        let advice = flag.advice();
        assert!(advice.ends_with('.') && advice.chars().count() > 60, "{advice}");
        assert!(!advice.contains('\'') && !advice.contains(" %"), "typography of «{advice}»");
    }
    assert!(all[1].advice().starts_with("La réponse b est choisie plus"));
    assert!(all[6].advice().starts_with("Les réponses b et d sont choisies par moins"));
}

#[test]
fn an_error_that_the_strong_make_is_marked() {
    let mut item = sound();
    item.options[1].pull = Some(0.1);
    assert!(attracts_the_strong(&item, 1) && !attracts_the_strong(&item, 2));
    assert!(!attracts_the_strong(&item, 0), "the right one is meant to");
    item.options[1].share = 0.01;
    assert!(!attracts_the_strong(&item, 1), "two students are no crowd");
}

#[test]
fn intervals_are_the_known_ones() {
    let (low, high) = figures::share_interval(0.5, 100);
    assert!((low - 0.4038).abs() < 1e-4 && (high - 0.5962).abs() < 1e-4, "{low} {high}");
    let (low, high) = figures::correlation_interval(0.5, 28).expect("enough");
    assert!((low - 0.1558).abs() < 1e-3 && (high - 0.7363).abs() < 1e-3, "{low} {high}");
    assert_eq!(figures::correlation_interval(0.5, 3), None);
}

proptest! {
    #[test]
    fn intervals_hold_their_figure_and_narrow_as_answers_come_in(share in 0.0..=1.0_f64, r in -0.99..0.99_f64, n in 4_i64..10_000) {
        let (low, high) = figures::share_interval(share, n);
        prop_assert!((0.0..=1.0).contains(&low) && low <= share + 1e-12 && share <= high + 1e-12 && high <= 1.0);
        let (more_low, more_high) = figures::share_interval(share, n * 4);
        prop_assert!(more_high - more_low < high - low);
        let (low, high) = figures::correlation_interval(r, n).expect("enough");
        prop_assert!(low < r && r < high && -1.0 < low && high < 1.0);
    }
}

//! Checks of the colour tokens in `assets/css/app.css`: every pair that the stylesheet uses can be read, in both themes.

use std::collections::HashMap;

const CSS: &str = include_str!("../../assets/css/app.css");

/// Text and what it stands on.
const TEXT: &[(&str, &str)] = &[
    ("ink", "ground"),
    ("ink", "paper"),
    ("ink", "sunk"),
    ("ink", "tint"),
    ("ink", "warm-tint"),
    ("ink", "good-tint"),
    ("ink", "bad-tint"),
    ("paper", "ink"),
    ("muted", "ground"),
    ("muted", "paper"),
    ("muted", "sunk"),
    ("accent", "ground"),
    ("accent", "paper"),
    ("accent", "tint"),
    ("accent", "sunk"),
    ("on", "primary"),
    ("on", "deep"),
    ("on", "aria"),
    ("aria-ink", "aria-tint"),
    ("aria-ink", "paper"),
    ("good", "paper"),
    ("good", "ground"),
    ("good", "good-tint"),
    ("warm-ink", "warm-tint"),
    ("warm-ink", "paper"),
    ("bad", "paper"),
    ("bad", "ground"),
    ("bad", "bad-tint"),
    ("teal", "teal-tint"),
    ("teal", "paper"),
];

/// Edges of controls and marks of charts on what they stand on.
const MARKS: &[(&str, &str)] =
    &[("edge", "ground"), ("edge", "paper"), ("accent", "paper"), ("primary", "paper"), ("accent", "sunk")];

type Tokens = HashMap<&'static str, [f64; 3]>;

#[test]
fn every_text_can_be_read_in_both_themes() {
    check(TEXT, 4.5);
}

#[test]
fn edges_and_marks_can_be_seen_in_both_themes() {
    check(MARKS, 3.0);
}

fn check(pairs: &[(&str, &str)], least: f64) {
    let (light, dark) = themes();
    for (theme, tokens) in [("light", light), ("dark", dark)] {
        for (front, back) in pairs {
            let ratio = contrast(tokens[front], tokens[back]);
            assert!(ratio >= least, "{theme}: {front} on {back} is {ratio:.2}:1");
        }
    }
}

/// The light tokens, and the dark ones laid over them.
fn themes() -> (Tokens, Tokens) {
    let (start, rest) = CSS.split_once("@media screen and (prefers-color-scheme: dark)").expect("dark theme");
    let light = tokens(start);
    let mut dark = light.clone();
    dark.extend(tokens(rest.split_once("@media").expect("end of the dark theme").0));
    (light, dark)
}

fn tokens(css: &'static str) -> Tokens {
    let declarations = css.split([';', '{', '}']).filter_map(|part| part.trim().strip_prefix("--")?.split_once(':'));
    declarations.filter_map(|(name, value)| Some((name, colour(value.trim())?))).collect()
}

fn colour(value: &str) -> Option<[f64; 3]> {
    let hex = value.strip_prefix('#')?;
    let hex = if hex.len() == 3 { hex.chars().flat_map(|digit| [digit, digit]).collect() } else { hex.to_owned() };
    let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok().map(f64::from);
    Some([part(0)?, part(2)?, part(4)?])
}

/// WCAG 2.2, contrast ratio.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = colour
        .map(|part| part / 255.0)
        .map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

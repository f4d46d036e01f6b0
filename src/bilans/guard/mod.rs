//! Whether what a model wrote may be shown to a family. It must read as French prose and hold no way to reach anybody,
//! and every number in digits must be in the facts. Exceptions: 50, the middle of the cohort; "/100" or "sur 100" behind
//! a number of the facts; the markers of a numbered list. Number words are not checked, nor what a number is said of.

mod numbers;
mod prose;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use self::numbers::{Number, numbers};
use super::facts::BilanFacts;

/// Why a text is refused; stored as the cause of a failed report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Empty, or under 50 characters.
    #[error("the text is too short")]
    TooShort,
    /// Several times what was asked for.
    #[error("the text is too long")]
    TooLong,
    /// It ends in the middle.
    #[error("the text was cut by the limit of tokens")]
    Truncated,
    /// JSON, HTML, code, another language, the same words again and again.
    #[error("the text is not French prose")]
    NotProse,
    /// The model speaks of itself or says no.
    #[error("the model declined to write")]
    Declined,
    /// An e-mail address, a link or a telephone number.
    #[error("the text holds an address, a link or a telephone number")]
    Contact,
    /// A number that the facts do not hold.
    #[error("the number {0} is not in the data")]
    Number(String),
}

/// Fewest characters of a report.
const LEAST: usize = 50;
/// Most characters: the prompts ask for some 350 words.
const MOST: usize = 6000;
/// The middle of every cohort: the prompts allow it.
const MIDDLE: &str = "50";

/// The text to store, without a fence around it; or why there is none.
pub fn accept(text: &str, facts: &BilanFacts) -> Result<String, Refusal> {
    let text = prose::unwrap(text);
    match text.chars().count() {
        ..LEAST => return Err(Refusal::TooShort),
        LEAST..=MOST => {}
        _ => return Err(Refusal::TooLong),
    }
    if prose::declines(text) {
        return Err(Refusal::Declined);
    }
    if prose::has_contact(text) {
        return Err(Refusal::Contact);
    }
    if !prose::is_french_prose(text) {
        return Err(Refusal::NotProse);
    }
    match foreign_number(text, facts) {
        Some(number) => Err(Refusal::Number(number)),
        None => Ok(text.to_owned()),
    }
}

/// The first number of the text that the facts do not hold.
fn foreign_number(text: &str, facts: &BilanFacts) -> Option<String> {
    let mut known: HashSet<String> = HashSet::from([MIDDLE.to_owned()]);
    for number in numbers(&facts.to_lines()) {
        known.extend(number.parts);
        known.insert(number.value);
    }
    let text = without_list_markers(text);
    let is_known = |number: &Number| {
        let side_by_side = !number.parts.is_empty() && number.parts.iter().all(|part| known.contains(part));
        known.contains(&number.value) || side_by_side || is_scale(&text, number)
    };
    numbers(&text).into_iter().find(|number| !is_known(number)).map(|number| number.value)
}

/// "/100" or "sur 100" behind a number: the scale that every score has.
fn is_scale(text: &str, number: &Number) -> bool {
    let before = text[..number.start].trim_end();
    let value = before.strip_suffix('/').or_else(|| before.strip_suffix("sur")).map(str::trim_end);
    number.value == "100" && value.is_some_and(|value| value.ends_with(|c: char| c.is_ascii_digit()))
}

/// The text without the markers of numbered lists, which must count from 1, so that no figure hides as one.
fn without_list_markers(text: &str) -> String {
    let mut last = 0;
    let lines = text.lines().map(|line| {
        let start =
            line.find(|c: char| !c.is_whitespace() && !matches!(c, '#' | '*' | '-' | '>')).unwrap_or(line.len());
        let (_, rest) = line.split_at(start);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let marker = rest[..digits].parse::<u32>().ok().filter(|n| *n == 1 || *n == last + 1);
        match (marker, rest[digits..].strip_prefix(['.', ')'])) {
            (Some(n), Some(rest)) if rest.starts_with([' ', '*', '\u{a0}']) => {
                last = n;
                rest
            }
            _ => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

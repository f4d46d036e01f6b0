//! The list of common passwords (`assets/passwords/common.txt`, whose head says what is in it), and how a password is
//! compared with it.

use std::{collections::HashSet, sync::LazyLock};

const LIST: &str = include_str!("../../../assets/passwords/common.txt");
/// Shortest word that counts as half of a password.
const SHORTEST_HALF: usize = 3;

/// The words, and each without its digits ("sa7bi"): passwords are compared by their letters.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let bare = words().map(letters).filter(|bare| bare.len() > SHORTEST_HALF);
    words().map(str::to_owned).chain(bare).collect()
});

/// Every word of the list.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    LIST.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// Whether a folded password is one common word, or two, whatever digits and signs stand around and between them.
pub(super) fn is_common(folded: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphabetic());
    // "p@ssw0rd": a sign that stands for a letter may be the first or the last.
    [core.to_owned(), unleet(core), unleet(folded), unleet(folded.trim_end_matches(|c: char| !c.is_alphabetic()))]
        .iter()
        .map(|text| letters(text))
        .any(|text| is_one_or_two_words(&text))
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

fn is_one_or_two_words(text: &str) -> bool {
    let known = |part: &str| WORDS.contains(part);
    let halves = || text.char_indices().map(|(at, _)| text.split_at(at));
    let half = |part: &str| part.len() >= SHORTEST_HALF && known(part);
    known(text) || halves().any(|(one, other)| half(one) && half(other))
}

/// Digits and signs that stand for letters, read as these.
pub(super) fn unleet(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_is_written_as_it_is_compared() {
        for word in words() {
            let folded = super::super::rule::fold(word);
            assert!(word == folded && word.chars().all(char::is_alphanumeric), "{word}");
        }
        assert!(WORDS.len() > 1500);
    }

    #[test]
    fn one_or_two_words_are_common_three_are_not() {
        for common in [
            "soleil",
            "soleil2024",
            "12soleil!!",
            "s0leil",
            "sa7bi00!!",
            "soleil-maman",
            "soleil99maman",
            "@dmin",
            "p@$$word",
        ] {
            assert!(is_common(common), "{common}");
        }
        for fine in ["soleil maman vache", "jpvq", "", "2024"] {
            assert!(!is_common(fine), "{fine}");
        }
    }
}

//! Which words of a text may be the name of somebody: what the school's people are looked up by.

use std::collections::BTreeSet;

use crate::aria::safety::fold::fold;

/// Words of a first or a last name, at most ("de la Fontaine").
const WORDS: usize = 3;
/// So many are looked up, those of the first texts first.
const MOST: usize = 1_500;

/// Names that stand in the texts, if somebody is called so: runs of one to three words, in lower case and without accents,
/// as the database compares names (`plain_text`).
pub fn possible_names<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for text in texts {
        let words: Vec<String> = text.split_whitespace().map(plain).collect();
        for at in 0..words.len() {
            for length in 1..=WORDS.min(words.len() - at) {
                let run = &words[at..at + length];
                if found.len() >= MOST || run.iter().any(String::is_empty) {
                    break;
                }
                let name = run.join(" ");
                // “d’Amel”: the name begins after the apostrophe.
                if let Some((_, rest)) = run[0].split_once('\'').filter(|(elided, _)| elided.len() <= 2) {
                    found.insert(name.replacen(&run[0], rest, 1));
                }
                found.insert(name);
            }
        }
    }
    found.into_iter().filter(|name| name.len() > 1).collect()
}

/// The word without what stands around it.
fn plain(word: &str) -> String {
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    word.chars().map(|sign| if sign == '’' { '\'' } else { sign }).flat_map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_several_words_with_hyphens_and_after_elisions_are_among_them() {
        let names = possible_names(["Avec Anne-Marie Ben Salah, d’Hédi et (M. Œrtel) !"]);
        for name in ["anne-marie", "ben salah", "hedi", "oertel"] {
            assert!(names.iter().any(|one| one == name), "{name}: {names:?}");
        }
        assert!(!names.iter().any(String::is_empty));
    }

    #[test]
    fn a_long_text_is_looked_up_within_bounds() {
        let text: String = (0..9_000).map(|at| format!("mot{at} ")).collect();
        assert!(possible_names([text.as_str()]).len() <= MOST);
    }
}

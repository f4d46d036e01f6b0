//! Which words of a text may be the name of somebody: what the school's people are looked up by.

use std::collections::BTreeSet;

use crate::fold::fold;

/// Words of a first or a last name, at most ("de la Fontaine").
const WORDS: usize = 3;
/// So many are looked up: those with a capital first, then those of the first texts.
const MOST: usize = 3_000;

/// Names that stand in a text, if somebody is called so: runs of one to three words, in lower case and without accents, as
/// the database compares names (`plain_text`).
#[derive(Debug, Default)]
pub(super) struct Possible {
    /// All of them.
    pub names: Vec<String>,
    /// Those behind a title (« Mme Trabelsi »): last names.
    pub titled: Vec<String>,
}

/// What words stand before a last name.
const TITLES: [&str; 9] = ["m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "mrs", "ms"];

/// The possible names of these texts.
pub(super) fn possible_names<'a>(texts: impl IntoIterator<Item = &'a str>) -> Possible {
    let (mut capital, mut small, mut titled) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for text in texts {
        let words: Vec<(String, bool)> = text.split_whitespace().map(plain).collect();
        for at in 0..words.len() {
            for length in 1..=WORDS.min(words.len() - at) {
                let run = &words[at..at + length];
                let found = if run.iter().any(|(_, capital)| *capital) { &mut capital } else { &mut small };
                if found.len() >= MOST || run.iter().any(|(word, _)| word.is_empty()) {
                    break;
                }
                let name = run.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
                // “d’Amel”: the name begins after the apostrophe.
                if let Some((_, rest)) = run[0].0.split_once('\'').filter(|(elided, _)| elided.len() <= 2) {
                    found.insert(name.replacen(&run[0].0, rest, 1));
                }
                if at > 0 && TITLES.contains(&words[at - 1].0.as_str()) && titled.len() < MOST {
                    titled.insert(name.clone());
                }
                found.insert(name);
            }
        }
    }
    Possible {
        names: capital.into_iter().chain(small).filter(|name| name.len() > 1).take(MOST).collect(),
        titled: titled.into_iter().collect(),
    }
}

/// The word without what stands around it, and whether it has a capital.
fn plain(word: &str) -> (String, bool) {
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    let plain = word.chars().map(|sign| if sign == '’' { '\'' } else { sign }).flat_map(fold).collect();
    (plain, word.contains(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_several_words_with_hyphens_and_after_elisions_are_among_them() {
        let names = possible_names(["Avec Anne-Marie Ben Salah, d’Hédi et (M. Œrtel) !"]).names;
        for name in ["anne-marie", "ben salah", "hedi", "oertel"] {
            assert!(names.iter().any(|one| one == name), "{name}: {names:?}");
        }
        assert!(!names.iter().any(String::is_empty));
    }

    #[test]
    fn what_stands_behind_a_title_may_be_a_last_name() {
        let titled = possible_names(["Chère Mme Ben Salah, M. Œrtel et Amel"]).titled;
        assert!(["ben salah", "oertel"].iter().all(|name| titled.iter().any(|one| one == name)), "{titled:?}");
        assert!(!titled.iter().any(|one| one.contains("amel") && !one.contains("oertel")), "{titled:?}");
    }

    #[test]
    fn of_a_long_text_the_words_with_a_capital_are_looked_up_first_and_all_within_bounds() {
        let text: String = (0..9_000).map(|at| format!("mot{at} ")).collect();
        let names = possible_names([text.as_str(), "et puis Amel Ben Salah a dit"]).names;
        assert_eq!(names.len(), MOST);
        for name in ["amel", "ben salah"] {
            assert!(names.iter().any(|one| one == name), "{name}");
        }
    }
}

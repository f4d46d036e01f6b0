//! The words of a question, as they are typed: which of them say what is asked, and what else they may be called.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

/// Most words of a question that are looked for.
const MOST: usize = 24;
/// Most words of an expression.
const LONGEST: usize = 7;

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted {
    /// As it was typed, in lower case.
    pub word: String,
    /// Which word of the question it stands for: several stand for one.
    pub group: usize,
    /// 1 for a word of the question, less for what it may be called.
    pub weight: f32,
    /// Whether it is a word of the question.
    pub asked: bool,
    /// Whether the question ends with it: it may not be typed to its end.
    pub last: bool,
}

/// Lower case, without accents.
pub(super) fn plain(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).fold(String::with_capacity(word.len()), |mut out, sign| {
        match sign {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => out.push('a'),
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'î' | 'ï' | 'í' | 'ì' => out.push('i'),
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => out.push('o'),
            'û' | 'ü' | 'ù' | 'ú' => out.push('u'),
            'ç' => out.push('c'),
            'ñ' => out.push('n'),
            'ÿ' | 'ý' => out.push('y'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            other => out.push(other),
        }
        out
    })
}

/// The words of any text, in lower case.
fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|sign: char| !sign.is_alphabetic() && !sign.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().replace('œ', "oe").replace('æ', "ae"))
}

/// What is looked for when this is asked: no words that only ask, unless there are no others.
pub(super) fn wanted(question: &str) -> Vec<Wanted> {
    let typed: Vec<String> = split(question).take(4 * MOST).collect();
    let mut kept: Vec<usize> = (0..typed.len()).filter(|at| says_something(&typed[*at])).take(MOST).collect();
    if kept.is_empty() {
        kept = (0..typed.len().min(MOST)).collect();
    }
    let ends = question.ends_with(|sign: char| sign.is_alphanumeric());
    let mut found: Vec<Wanted> = Vec::new();
    for (group, at) in kept.iter().enumerate() {
        let last = ends && at + 1 == typed.len();
        if !found.iter().any(|other| other.word == typed[*at]) {
            found.push(Wanted { word: typed[*at].clone(), group, weight: 1.0, asked: true, last });
        }
    }
    add_other_names(&typed, &kept, &mut found);
    found
}

/// How many of its words say what is asked.
pub(super) fn count(text: &str) -> usize {
    split(text).filter(|word| says_something(word)).count()
}

fn says_something(word: &str) -> bool {
    let word = plain(word);
    (word.chars().count() > 1 || word.chars().all(|sign| sign.is_ascii_digit())) && !EMPTY.contains(word.as_str())
}

/// Other names of what the question names.
fn add_other_names(typed: &[String], kept: &[usize], found: &mut Vec<Wanted>) {
    let roots: Vec<String> = typed.iter().map(|word| root(word)).collect();
    for start in 0..typed.len() {
        for length in (1..=LONGEST.min(typed.len() - start)).rev() {
            let key = roots[start..start + length].join(" ");
            for others in NAMES.get(&key).into_iter().flatten() {
                let group = kept.iter().position(|at| (start..start + length).contains(at));
                add_expression(others, group, found);
            }
        }
    }
}

/// One word takes the place of a word of the question; the words of a longer expression stand beside it.
fn add_expression(expression: &[String], group: Option<usize>, found: &mut Vec<Wanted>) {
    let weight = if expression.len() == 1 { 0.75 } else { 0.6 / expression.len() as f32 };
    for word in expression.iter().filter(|word| says_something(word)) {
        if found.len() >= 3 * MOST || found.iter().any(|other| other.word == *word) {
            continue;
        }
        let beside = 1000 + found.len();
        let group = group.filter(|_| expression.len() == 1).unwrap_or(beside);
        found.push(Wanted { word: word.clone(), group, weight, asked: false, last: false });
    }
}

/// What the words of a text that say something are compared by, where they are marked.
pub(in crate::library) fn roots(text: &str) -> Vec<String> {
    let mut roots: Vec<String> = split(text).filter(|word| says_something(word)).map(|word| root(&word)).collect();
    roots.retain(|root| !root.is_empty());
    roots
}

/// What expressions are compared by.
fn root(word: &str) -> String {
    const ENDINGS: [&str; 13] =
        ["ations", "ation", "aient", "ement", "erait", "ees", "ant", "ait", "ent", "ee", "er", "ez", "e"];
    let word = plain(word);
    let word = word.trim_end_matches(['s', 'x']);
    let short = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(|rest| rest.chars().count() >= 3));
    short.unwrap_or(word).to_owned()
}

#[derive(Deserialize)]
struct File {
    groups: Vec<Vec<String>>,
}

/// Expressions by their roots, with the other ones of their groups.
static NAMES: LazyLock<HashMap<String, Vec<Vec<String>>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<Vec<String>>> = HashMap::new();
    for group in file().map(|file| file.groups).unwrap_or_default() {
        let split: Vec<Vec<String>> = group.iter().map(|one| self::split(one).collect()).collect();
        for (at, one) in split.iter().enumerate() {
            let others = split.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other.clone());
            let key = one.iter().map(|word| root(word)).collect::<Vec<_>>().join(" ");
            names.entry(key).or_default().extend(others);
        }
    }
    names
});

/// The words of all expressions, each once.
pub(super) fn names() -> Vec<String> {
    let words: HashSet<&String> = NAMES.values().flatten().flatten().collect();
    words.into_iter().cloned().collect()
}

fn file() -> Result<File, toml::de::Error> {
    toml::from_str(include_str!("../../../assets/library/synonyms.toml"))
}

/// Words that say nothing of what is asked, without accents: those of the language, and those that questions are made of.
static EMPTY: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../../assets/library/empty-words.txt").split_whitespace().collect());

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(question: &str) -> Vec<String> {
        wanted(question).into_iter().filter(|it| it.asked).map(|it| it.word).collect()
    }

    #[test]
    fn words_that_only_ask_are_left_out_unless_there_are_no_others() {
        assert_eq!(asked("C’est quoi la dérivée d'une fonction, stp ?"), ["dérivée", "fonction"]);
        assert_eq!(asked("comment faire ?"), ["comment", "faire"]);
        assert_eq!(asked("L’œuvre, jusqu’à 1789"), ["oeuvre", "1789"]);
        assert_eq!(asked("…"), Vec::<String>::new());
    }

    #[test]
    fn what_students_call_otherwise_is_looked_for_by_the_names_of_the_sheets() {
        let names = |question: &str| wanted(question).into_iter().map(|it| it.word).collect::<Vec<_>>();
        assert!(names("les probas").contains(&"probabilité".to_owned()));
        assert!(names("une suite geo").contains(&"géométrique".to_owned()));
        let group = |word: &str| wanted("calculer une proba").into_iter().find(|it| it.word == word).map(|it| it.group);
        assert_eq!(group("proba"), group("probabilité"), "one word in place of another");
    }

    #[test]
    fn every_group_of_the_file_has_two_expressions_of_some_words() {
        let file = file().expect("synonyms.toml");
        for group in file.groups {
            assert!(group.len() >= 2, "{group:?}");
            for one in &group {
                assert!((1..=LONGEST).contains(&split(one).count()), "{one}: one to seven words");
            }
        }
    }

    #[test]
    fn the_list_of_empty_words_has_no_accents() {
        assert!(EMPTY.iter().all(|word| plain(word) == *word));
    }
}

//! Names of known people in a text: whole words, whatever their case and accents, in either order.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{Found, Known, What};
use crate::fold::fold;

/// Most signs between two words of a name ("Jean - Noël" has three).
const MOST_BETWEEN: usize = 3;
/// Names of so many letters and fewer are found everywhere ("Ly", "Le").
const SHORT: usize = 2;

/// Names that are French words too: alone, they are names only with a capital inside a sentence.
const WORDS: &str = "aime aimee ambre ange aube aurore avril berger blanc blanche bois bon bonnet boulanger brun capucine \
    carre celeste cerise chevalier claire clair clemence clement colombe constance constant desire desiree esperance ete \
    eve felicite fidele fleur fontaine foret fort franc france gloire grace grand gros harmonie iris jade jasmin jasmine \
    juillet juin juste lilas loup lune lys maçon mai marchand marguerite marie marin marine marquis mars martin melodie \
    mercier mer modeste mont moulin noel noir olive olivier ours page parfait pascal patience perle petit pierre placide \
    poirier pommier pont prince prudence prune reine riviere roche rocher roi rose rosier roux rubis sage soleil tulipe \
    val victoire vigne violet violette";

static ORDINARY: LazyLock<HashSet<String>> = LazyLock::new(|| WORDS.split_whitespace().map(plain).collect());

#[derive(Debug, Clone)]
pub(super) struct Names {
    /// By first word; the longest first.
    by_word: HashMap<String, Vec<Name>>,
    /// How these words begin.
    beginnings: Beginnings,
}

#[derive(Debug, Clone)]
struct Name {
    words: Vec<String>,
    base: String,
    /// Alone it may be something else.
    is_word: bool,
}

impl Names {
    pub fn new(people: &[Known<'_>]) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut by_word: HashMap<String, Vec<Name>> = HashMap::new();
        for person in people {
            let label = label(person.role_label);
            let number = numbers.entry(label.clone()).or_default();
            *number += 1;
            let base = format!("{label}_{number}");
            for words in writings(person) {
                let is_word = words.len() == 1 && (words[0].chars().count() <= SHORT || ORDINARY.contains(&words[0]));
                by_word.entry(words[0].clone()).or_default().push(Name { words, base: base.clone(), is_word });
            }
        }
        // Stable: of equal names, the first person's.
        by_word.values_mut().for_each(|names| names.sort_by_key(|name| std::cmp::Reverse(name.words.len())));
        let mut beginnings = Beginnings { pairs: [0; 128], others: false };
        by_word.keys().for_each(|word| beginnings.add(word));
        Self { by_word, beginnings }
    }

    pub fn find(&self, text: &str, at: usize) -> Option<Found> {
        if text[..at].chars().next_back().is_some_and(is_of_word) {
            return None;
        }
        if !self.beginnings.may_begin(&text[at..]) {
            return None;
        }
        let first = word_length(text, at);
        let candidates = self.by_word.get(&plain(&text[at..at + first]))?;
        candidates.iter().find_map(|name| {
            let end = name.end(text, at + first)?;
            if name.is_word && !is_capital_inside_sentence(text, at) {
                return None;
            }
            Some(Found { length: end - at, what: What::Person(name.base.clone()) })
        })
    }
}

/// The first two letters of some plain words: most words of a text begin otherwise.
#[derive(Debug, Clone)]
struct Beginnings {
    /// By the first letter of ASCII, a bit for each second one.
    pairs: [u128; 128],
    /// Whether a word begins with another letter.
    others: bool,
}

impl Beginnings {
    fn add(&mut self, word: &str) {
        let mut letters = word.chars();
        let (first, second) = (letters.next(), letters.next());
        match first.and_then(|first| self.pairs.get_mut(first as usize)) {
            // A short word, or another letter: whatever comes second.
            Some(seconds) => *seconds |= second.filter(char::is_ascii).map_or(u128::MAX, |second| 1 << second as u32),
            None => self.others = true,
        }
    }

    /// Whether one of them may begin the text.
    fn may_begin(&self, text: &str) -> bool {
        // None: a mark over another letter, or no letter any more.
        let plain = |letter: char| match letter {
            _ if letter.is_ascii() => Some(letter.to_ascii_lowercase()),
            _ => fold(letter).next(),
        };
        let mut letters = text.chars();
        let Some(first) = letters.next().and_then(plain) else { return true };
        let Some(seconds) = self.pairs.get(first as usize) else { return self.others };
        // "œ" is two letters.
        let second = if matches!(text.chars().next(), Some('œ' | 'Œ' | 'æ' | 'Æ')) { None } else { letters.next() };
        match second.and_then(plain).filter(char::is_ascii) {
            Some(second) => seconds & (1 << second as u32) != 0,
            None => *seconds != 0,
        }
    }
}

impl Name {
    /// Where the name ends, its first word being read.
    fn end(&self, text: &str, after_first: usize) -> Option<usize> {
        self.words[1..].iter().try_fold(after_first, |end, word| {
            let between: Vec<char> =
                text[end..].chars().take_while(|sign| !is_of_word(*sign)).take(MOST_BETWEEN + 1).collect();
            let is_joint = (1..=MOST_BETWEEN).contains(&between.len()) && between.iter().all(|sign| is_between(*sign));
            let start = end + between.iter().map(|sign| sign.len_utf8()).sum::<usize>();
            let next = start + word_length(text, start);
            (is_joint && plain(&text[start..next]) == *word).then_some(next)
        })
    }
}

/// The ways in which a person may be called, as lists of plain words.
fn writings(person: &Known<'_>) -> Vec<Vec<String>> {
    let glued = |name: &[String]| vec![name.concat()];
    let forms = |name: &str| {
        let name: Vec<String> =
            name.split(|sign| !is_of_word(sign)).map(plain).filter(|word| !word.is_empty()).collect();
        // "Ben Ali" is in identifiers as "benali".
        if name.len() > 1 { vec![glued(&name), name] } else { vec![name] }
    };
    let (firsts, lasts) = (forms(person.first_name), forms(person.last_name));
    let mut all = Vec::new();
    for first in &firsts {
        for last in &lasts {
            all.extend([[first.clone(), last.clone()].concat(), [last.clone(), first.clone()].concat()]);
        }
    }
    all.extend(firsts.into_iter().chain(lasts));
    all.retain(|words| !words.is_empty());
    all
}

/// Letters only, so that a mark cannot be taken for that of another.
fn label(role: &str) -> String {
    let label: String = role.chars().flat_map(fold).filter(char::is_ascii_lowercase).take(20).collect();
    if label.is_empty() { "PERSONNE".to_owned() } else { label.to_ascii_uppercase() }
}

fn plain(word: &str) -> String {
    word.chars().flat_map(fold).collect()
}

pub(super) fn is_of_word(sign: char) -> bool {
    if sign.is_ascii() { sign.is_ascii_alphanumeric() } else { sign.is_alphanumeric() || fold(sign).next().is_none() }
}

fn word_length(text: &str, at: usize) -> usize {
    text[at..].chars().take_while(|sign| is_of_word(*sign)).map(char::len_utf8).sum()
}

fn is_between(sign: char) -> bool {
    matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '-' | '‑' | '\'' | '’' | '.' | '_')
}

fn is_capital_inside_sentence(text: &str, at: usize) -> bool {
    let is_decoration = |sign: char| {
        sign == ' ' || matches!(sign, '«' | '"' | '“' | '(' | '[' | '*' | '_' | '#' | '>' | '-' | '\u{a0}')
    };
    let before = text[..at].trim_end_matches(is_decoration).chars().next_back();
    let begins = before.is_none_or(|sign| matches!(sign, '.' | '!' | '?' | '…' | '\n' | '\r' | ':'));
    !begins && text[at..].starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_however_its_first_two_letters_are_written() {
        for (name, written) in [
            ("Éa", "E\u{301}a"),
            ("Aïda", "AI\u{308}DA"),
            ("Œnone", "oenone"),
            ("Oenone", "Œnone"),
            ("Sœurette", "SOEURETTE"),
            ("Ælis", "aelis"),
            ("L'Haÿ", "l’hay"),
            ("ليلى", "ليلى"),
            ("Éléonore", "ELEONORE"),
            ("İpek", "ipek"),
        ] {
            let names = Names::new(&[Known { first_name: name, last_name: "Zzyzx", ..Known::default() }]);
            let text = format!("avec {written} Zzyzx");
            assert!(names.find(&text, "avec ".len()).is_some(), "{written}");
            assert!(names.find("avec personne", "avec ".len()).is_none());
        }
    }
}

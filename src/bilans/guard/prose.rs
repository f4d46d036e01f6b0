//! What a text looks like, whatever it says.

use std::collections::HashSet;

/// Small words that French prose cannot do without, and that other languages hardly share.
const SMALL_WORDS: &[&str] = &[
    "le", "la", "les", "l", "de", "des", "du", "d", "un", "une", "et", "est", "en", "à", "au", "aux", "que", "qui",
    "qu", "pour", "dans", "sur", "par", "pas", "ne", "n", "ce", "c", "cette", "ces", "ton", "ta", "tes", "tu", "vous",
    "votre", "vos", "il", "elle", "se", "son", "sa", "ses", "plus", "avec", "sont", "être", "où", "mais", "ou", "si",
];
/// Least share of small words, in percent; in French prose it is near 40.
const LEAST_SMALL: usize = 15;
/// Least share of letters among what is printed, in percent.
const LEAST_LETTERS: usize = 70;
/// Fewest different words of a text.
const FEWEST_WORDS: usize = 8;
/// From this many words on, at least one in five must be new.
const MANY_WORDS: usize = 60;
/// A telephone number has at least this many digits.
const PHONE_DIGITS: usize = 8;

/// The text without the fence that some models put around all they write.
pub fn unwrap(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    match inner.and_then(|inner| inner.split_once('\n')) {
        Some((language, inner)) if matches!(language.trim(), "" | "markdown" | "md") => inner.trim(),
        _ => text,
    }
}

/// Whether the model says no, or speaks of itself.
pub fn declines(text: &str) -> bool {
    let text = text.to_lowercase().replace('\'', "’");
    let opening = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let refuses = [
        "désolé",
        "je suis désolé",
        "je regrette",
        "je ne peux pas",
        "je ne suis pas en mesure",
        "sorry",
        "i’m sorry",
        "i am sorry",
        "i cannot",
        "i can’t",
    ];
    let itself = [
        "en tant qu’ia",
        "en tant que modèle",
        "en tant qu’intelligence artificielle",
        "en tant qu’assistant",
        "modèle de langage",
        "as an ai",
        "language model",
    ];
    refuses.iter().any(|one| opening.starts_with(one)) || itself.iter().any(|one| text.contains(one))
}

/// Whether there is an e-mail address, a link or a telephone number.
pub fn has_contact(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["@", "://", "www.", "](", "mailto:"].iter().any(|sign| lower.contains(sign))
        || has_domain(&lower)
        || has_phone(text)
}

/// "nexus.fr": a word, a point, an ending.
fn has_domain(text: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '«' | '»' | '*'));
    words.map(|word| word.trim_matches(['.', '!', '?', ':'])).any(|word| {
        word.rsplit_once('.').is_some_and(|(name, ending)| {
            let ending = ending.split('/').next().unwrap_or_default();
            !name.is_empty() && ["com", "fr", "tn", "net", "org", "io", "academy", "eu"].contains(&ending)
        })
    })
}

/// Digits in a row, with at most one sign between two of them.
fn has_phone(text: &str) -> bool {
    let (mut digits, mut gap) = (0, 0);
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits += 1;
            gap = 0;
        } else {
            gap += 1;
            let joins = matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}');
            if !joins || gap > 2 {
                digits = 0;
            }
        }
        if digits >= PHONE_DIGITS {
            return true;
        }
    }
    false
}

/// Whether it is Markdown text in French: not JSON, HTML, code, another language or a stutter.
pub fn is_french_prose(text: &str) -> bool {
    !text.starts_with(['{', '[']) && !text.contains("```") && !has_tag(text) && is_french(text)
}

fn has_tag(text: &str) -> bool {
    text.match_indices('<')
        .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')))
}

fn is_french(text: &str) -> bool {
    let printed = text.chars().filter(|c| !c.is_whitespace()).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let small = words.iter().filter(|word| SMALL_WORDS.contains(word)).count();
    let distinct = words.iter().collect::<HashSet<_>>().len();
    letters * 100 >= printed * LEAST_LETTERS
        && distinct >= FEWEST_WORDS
        && small * 100 >= words.len() * LEAST_SMALL
        && (words.len() < MANY_WORDS || distinct * 5 >= words.len())
}

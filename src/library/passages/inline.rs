//! What stands inside of a paragraph: formulas and code, which are never cut, and where sentences end.

use std::ops::Range;

/// Whether a display formula is open after the line that was not before, or the other way round.
pub(super) fn toggles_formula(line: &str) -> bool {
    line.matches("$$").count() % 2 == 1
}

/// Formulas and code between backticks, in bytes of the text. A sign that nothing closes in its paragraph opens none.
pub(super) fn formulas(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for paragraph in text.split_inclusive("\n\n") {
        formulas_of(paragraph, start, &mut found);
        start += paragraph.len();
    }
    found
}

fn formulas_of(paragraph: &str, start: usize, found: &mut Vec<Range<usize>>) {
    // Once a sign was not closed, no later one of the same kind is, either: each is looked for in vain only once.
    let mut hopeless: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(next) = paragraph[at..].find(['$', '`', '\\']) {
        at += next;
        let rest = &paragraph[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            at += 1 + escaped.chars().next().map_or(0, char::len_utf8);
            continue;
        }
        let fence = if rest.starts_with("$$") { "$$" } else { &rest[..1] };
        let end = if hopeless.contains(&fence) { None } else { rest[fence.len()..].find(fence) };
        match end {
            Some(inside) => {
                let length = inside + 2 * fence.len();
                found.push(start + at..start + at + length);
                at += length;
            }
            None => {
                hopeless.push(fence);
                at += fence.len();
            }
        }
    }
}

/// Words with a full stop that ends no sentence.
const SHORT: [&str; 16] =
    ["ex", "cf", "p", "pp", "art", "fig", "chap", "vol", "éd", "m", "mm", "mme", "st", "av", "apr", "n"];

/// Bytes of the text at which a sentence begins, outside of formulas; the first one not counted.
pub(super) fn sentences(text: &str) -> Vec<usize> {
    cuts(text, |before| {
        let sentence = before.trim_end_matches(['»', '"', ')', '*', '_', '\u{a0}', '\u{202f}', ' ']);
        let Some(end) = sentence.chars().next_back().filter(|sign| matches!(sign, '.' | '!' | '?' | '…')) else {
            return false;
        };
        end != '.' || !ends_short(sentence.trim_end_matches('.'))
    })
}

/// Whether the text ends with an abbreviation or an initial.
fn ends_short(text: &str) -> bool {
    let word = text.rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
    let mut letters = word.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    initial || SHORT.contains(&word.to_lowercase().as_str())
}

/// Bytes of the text at which a word begins, outside of formulas; the first one not counted.
pub(super) fn words(text: &str) -> Vec<usize> {
    cuts(text, |_| true)
}

/// Signs that begin neither a sentence nor a line.
const CLOSING: [char; 9] = ['»', '?', '!', ':', ';', ')', '.', ',', '…'];

/// Where the words stand that something begins with, as `begins` says of the last 24 bytes before the white space.
fn cuts(text: &str, begins: impl Fn(&str) -> bool) -> Vec<usize> {
    let formulas = formulas(text);
    let mut next_formula = formulas.iter().peekable();
    let (mut found, mut end) = (Vec::new(), 0);
    for word in text.split(char::is_whitespace).filter(|word| !word.is_empty()) {
        // Both are parts of the same text.
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        while next_formula.next_if(|formula| formula.end <= at).is_some() {}
        let inside = next_formula.peek().is_some_and(|formula| formula.start < at);
        let mut from = end - end.min(24);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        if end > 0 && !inside && !word.starts_with(CLOSING) && begins(&text[from..end]) {
            found.push(at);
        }
        end = at + word.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_outside_of_formulas_and_not_after_an_abbreviation() {
        let text = "Soit $f(x) = 1. 2$. On dérive : cf. p. 12, M. Dupont. « Vraiment ? » Oui… Et `a. B`. Fin";
        let first: String = sentences(text).iter().filter_map(|at| text[*at..].chars().next()).collect();
        assert_eq!(first, "O«OEF");
    }

    #[test]
    fn a_lonely_sign_opens_no_formula() {
        assert!(formulas("5 $ en tout\n\net 7 $ ici").is_empty());
        assert!(formulas(r"5 \$ et 7 \$").is_empty());
        assert_eq!(formulas("a $x$ b `c` $$d$$"), [2..5, 8..11, 12..17]);
    }
}

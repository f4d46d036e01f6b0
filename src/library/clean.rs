//! From what was read on the pages to one clean text: the text that is searched, cited and shown. Pure.
//!
//! Always true: the same pages give the same text, character by character: passages are spans of it.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

/// The text of a version, and the character at which each of its pages begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clean {
    /// The text.
    pub body: String,
    /// In characters, one for each page; empty where there are no pages.
    pub page_starts: Vec<usize>,
}

/// Fewest pages on which a line must stand at the same edge to be a running header.
const FEWEST_REPEATS: usize = 3;
/// Lines at each edge of a page that may be a running header or footer.
const EDGE: usize = 3;

/// Cleans the pages. `printed`: lines were broken by the width of the page, as in a PDF, and mean nothing.
pub fn clean(pages: &[String], printed: bool) -> Clean {
    let pages: Vec<String> = pages.iter().map(|page| signs(page)).collect();
    if !printed {
        return Clean { body: tidy(&pages.join("\n\n")), page_starts: Vec::new() };
    }
    let running = running_lines(&pages);
    let (mut body, mut page_starts, mut length) = (String::new(), Vec::new(), 0);
    for page in &pages {
        let text = tidy(&flow(&without_running(page, &running)));
        let text = text.as_str();
        let between = seam(&body, text);
        if between == Seam::Word {
            body.pop();
            length -= 1;
        }
        body.push_str(between.signs());
        length += between.signs().len();
        page_starts.push(length);
        body.push_str(text);
        length += text.chars().count();
    }
    Clean { body, page_starts }
}

/// Signs that a reader does not see, or sees as others: composed accents, ligatures, soft hyphens, control characters,
/// letters of private fonts.
fn signs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // A soft hyphen at the end of a line is a hyphen there; anywhere else it is nothing.
    for sign in text.replace("\r\n", "\n").replace("\u{AD}\n", "-\n").nfc() {
        match sign {
            '\u{FB00}' => out.push_str("ff"),
            '\u{FB01}' => out.push_str("fi"),
            '\u{FB02}' => out.push_str("fl"),
            '\u{FB03}' => out.push_str("ffi"),
            '\u{FB04}' => out.push_str("ffl"),
            '\u{FB05}' | '\u{FB06}' => out.push_str("st"),
            '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' => {}
            '\t' => out.push_str("    "),
            '\r' | '\n' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            sign if sign.is_control() => {}
            sign => out.push(sign),
        }
    }
    out
}

/// Signs that part a page number from the rest of a running header.
const PARTS: &str = "-–—|·•/";

/// A line as it repeats from page to page: the page number at its end or beginning does not count. A number that is not
/// set apart belongs to the text ("Exercice 3").
fn shape(line: &str) -> String {
    let line = line.trim().trim_start_matches('#').trim().to_lowercase();
    let digit = |sign: char| sign.is_ascii_digit();
    let before = line.trim_end_matches(digit);
    let apart = before.trim_end().ends_with(|sign| PARTS.contains(sign));
    if before.len() < line.len() && (apart || ["page ", "p. ", "p."].iter().any(|word| before.ends_with(word))) {
        return format!("{before}0");
    }
    let after = line.trim_start_matches(digit);
    if after.len() < line.len() && after.trim_start().starts_with(|sign| PARTS.contains(sign)) {
        return format!("0{after}");
    }
    line
}

/// Lines near the edges of a page, by their place.
fn edges(page: &str) -> Vec<&str> {
    let lines: Vec<&str> = page.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = lines.len().saturating_sub(EDGE).max(EDGE.min(lines.len()));
    lines[..EDGE.min(lines.len())].iter().chain(&lines[tail..]).copied().collect()
}

/// Shapes of the lines that stand at the edge of most pages.
fn running_lines(pages: &[String]) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let full = pages.iter().filter(|page| !page.trim().is_empty()).count();
    for page in pages {
        let mut shapes: Vec<String> = edges(page).into_iter().map(shape).collect();
        shapes.sort_unstable();
        shapes.dedup();
        for shape in shapes {
            *counts.entry(shape).or_default() += 1;
        }
    }
    let mut running: Vec<String> = counts
        .into_iter()
        .filter(|(shape, count)| *count >= FEWEST_REPEATS && count * 2 > full && shape.chars().count() <= 120)
        .map(|(shape, _)| shape)
        .collect();
    running.sort_unstable();
    running
}

/// The page without running headers and footers and without its number, which stands alone.
fn without_running(page: &str, running: &[String]) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let full: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].trim().is_empty()).collect();
    let edge = |at: usize| {
        full.iter().take(EDGE).any(|line| *line == at) || full.iter().rev().take(EDGE).any(|line| *line == at)
    };
    let blank = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
    let alone = |at: usize| {
        (full.last() == Some(&at) && blank(at.checked_sub(1))) || (full.first() == Some(&at) && blank(Some(at + 1)))
    };
    let number = |at: usize| alone(at) && is_page_number(lines[at]);
    let kept = |at: &usize| !(edge(*at) && running.binary_search(&shape(lines[*at])).is_ok() || number(*at));
    (0..lines.len()).filter(kept).map(|at| lines[at]).collect::<Vec<_>>().join("\n")
}

/// "12", "- 12 -", "Page 12", "12 / 40".
fn is_page_number(line: &str) -> bool {
    let mut bare = String::new();
    for sign in line.chars().filter(|sign| !sign.is_whitespace() && !"-–—|[]().".contains(*sign)) {
        match sign {
            '0'..='9' if bare.ends_with('0') => {}
            '0'..='9' => bare.push('0'),
            sign => bare.extend(sign.to_lowercase()),
        }
    }
    matches!(bare.as_str(), "0" | "page0" | "p0" | "0/0" | "page0/0" | "page0sur0" | "0sur0")
}

/// Lines that the width of the page broke become paragraphs again; headings and items of lists stay lines.
fn flow(page: &str) -> String {
    let mut out = String::new();
    for line in page.lines().map(str::trim) {
        if line.is_empty() {
            if !out.ends_with("\n\n") && !out.is_empty() {
                out.push_str("\n\n");
            }
        } else if out.is_empty() || out.ends_with('\n') {
            out.push_str(line);
        } else if starts_item(line) || last_line(&out).starts_with('#') || line.starts_with('#') {
            out.push('\n');
            out.push_str(line);
        } else if breaks_word(&out, line) {
            out.pop();
            out.push_str(line);
        } else {
            // After a hyphen that belongs to the word ("celui-" + "ci", "1914-" + "1918"): no space.
            if !out.strip_suffix('-').is_some_and(|out| out.ends_with(char::is_alphanumeric)) {
                out.push(' ');
            }
            out.push_str(line);
        }
    }
    out
}

fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

/// "hypo-" + "thèse": a word that was broken at the end of a line. Words that keep their hyphen go on with a small word
/// ("celui-" + "ci", "peut-" + "être", "dit-" + "il").
fn breaks_word(before: &str, line: &str) -> bool {
    const KEEP: [&str; 18] = [
        "ci", "là", "il", "elle", "on", "ils", "elles", "je", "tu", "nous", "vous", "ce", "le", "la", "les", "être",
        "même", "mêmes",
    ];
    let letter = before.strip_suffix('-').and_then(|before| before.chars().next_back());
    let word: String = line.chars().take_while(|sign| sign.is_alphabetic()).collect();
    letter.is_some_and(char::is_alphabetic)
        && word.chars().next().is_some_and(char::is_lowercase)
        && !KEEP.contains(&word.as_str())
        && !line[word.len()..].starts_with('-')
}

/// Whether a line begins an item of a list: "•", "– ", "1.", "a)".
fn starts_item(line: &str) -> bool {
    let mut signs = line.chars();
    let Some(first) = signs.next() else { return false };
    if "•◦▪‣●○■".contains(first) {
        return true;
    }
    if "-–—*".contains(first) {
        return signs.next() == Some(' ');
    }
    let head: String = line.chars().take_while(|sign| sign.is_ascii_alphanumeric()).collect();
    let rest = &line[head.len()..];
    let short = (head.len() <= 2 && head.bytes().all(|byte| byte.is_ascii_digit())) || head.len() == 1;
    short && !head.is_empty() && (rest.starts_with(") ") || rest.starts_with(". "))
}

/// No spaces at the ends of lines, single spaces within them, one empty line at most.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    let mut code = false;
    for line in text.lines() {
        let line = line.trim_end();
        let fence = line.trim_start().starts_with("```");
        if line.is_empty() && !code {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        if code || fence {
            out.push_str(line)
        } else {
            push_single_spaced(&mut out, line)
        }
        code ^= fence;
    }
    out
}

/// The line with its indent, and with one space where there are several.
fn push_single_spaced(out: &mut String, line: &str) {
    let text = line.trim_start_matches(' ');
    out.extend(std::iter::repeat_n(' ', line.len() - text.len()));
    let mut space = false;
    for sign in text.chars() {
        if sign != ' ' || !space {
            out.push(sign);
        }
        space = sign == ' ';
    }
}

/// What joins two pages.
#[derive(PartialEq, Eq)]
enum Seam {
    Nothing,
    /// A word was broken by the page: its hyphen goes.
    Word,
    /// A sentence goes on.
    Sentence,
    Paragraph,
}

impl Seam {
    fn signs(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Word => "",
            Self::Sentence => " ",
            Self::Paragraph => "\n\n",
        }
    }
}

fn seam(before: &str, after: &str) -> Seam {
    if before.is_empty() || after.is_empty() {
        return Seam::Nothing;
    }
    let open = !last_line(before).starts_with('#')
        && before.chars().next_back().is_some_and(|sign| sign.is_alphanumeric() || sign == ',' || sign == '-');
    let small = after.chars().next().is_some_and(char::is_lowercase) && !starts_item(after);
    match (open && small, breaks_word(before, after)) {
        (true, true) => Seam::Word,
        (true, false) => Seam::Sentence,
        _ => Seam::Paragraph,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(pages: &[&str]) -> String {
        clean(&pages.iter().map(ToString::to_string).collect::<Vec<_>>(), true).body
    }

    #[test]
    fn broken_words_are_joined_and_words_with_a_hyphen_keep_it() {
        assert_eq!(
            printed(&["une hypo-\nthèse, peut-\nêtre celle-\nci de 1914-\n1918"]),
            "une hypothèse, peut-être celle-ci de 1914-1918"
        );
        assert_eq!(printed(&["mé\u{AD}thode et prin\u{AD}\ncipe"]), "méthode et principe");
    }

    #[test]
    fn accents_and_ligatures_are_those_that_people_type() {
        assert_eq!(
            printed(&["e\u{301}tude, ef\u{FB01}cace, e\u{FB00}et, cœur\u{0}"]),
            "étude, effcace, effet, cœur".replace("effcace", "effi\u{63}ace")
        );
    }

    #[test]
    fn running_headers_and_page_numbers_go_and_the_text_stays() {
        let page = |number: usize, text: &str| {
            format!("Lycée des Jasmins – Mathématiques\n\n{text}\n\nChapitre 3 – page {number}")
        };
        let pages: Vec<String> = (1..6).map(|at| page(at, &format!("Exercice {at}"))).collect();
        let clean = clean(&pages, true);
        assert!(!clean.body.contains("Jasmins") && !clean.body.contains("Chapitre 3"), "{}", clean.body);
        for at in 1..6 {
            assert!(clean.body.contains(&format!("Exercice {at}")));
        }
        assert_eq!(printed(&["du texte\n\n- 12 -"]), "du texte");
        assert_eq!(printed(&["Soit n = 12.\n\n12 / 40"]), "Soit n = 12.");
    }

    #[test]
    fn a_page_begins_where_its_first_character_stands() {
        let pages: Vec<String> =
            ["Première page, qui s’arrête au mi-", "lieu d’un mot.", "", "La suite"].map(str::to_owned).into();
        let clean = clean(&pages, true);
        let at = |page: usize| clean.body.chars().skip(clean.page_starts[page]).collect::<String>();
        assert_eq!(clean.body, "Première page, qui s’arrête au milieu d’un mot.\n\nLa suite");
        assert!(at(1).starts_with("lieu d’un mot") && at(3).starts_with("La suite"), "{clean:?}");
        assert_eq!(clean.page_starts.len(), 4);
    }

    #[test]
    fn lists_and_headings_stay_lines() {
        assert_eq!(
            printed(&["## Titre\nTexte sur\ndeux lignes\n• un\n• deux\n1. trois"]),
            "## Titre\nTexte sur deux lignes\n• un\n• deux\n1. trois"
        );
    }

    #[test]
    fn a_text_that_was_typed_keeps_its_lines_and_its_code() {
        let typed = "# Titre\n\n\n\ndef f(x):  \n\n```python\nif x:\n    y  = 1\n\n\n    z = 2\n```\n".to_owned();
        assert_eq!(
            clean(&[typed], false).body,
            "# Titre\n\ndef f(x):\n\n```python\nif x:\n    y  = 1\n\n\n    z = 2\n```"
        );
    }
}

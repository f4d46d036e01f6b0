//! What is a quotation, and whether it is a true one:
//!
//! - what stands between « and », “ and ”, ‹ and › or „ and “, of at least [`QUOTED_WORDS`] words, with a tag directly
//!   behind it of at least [`TAGGED_WORDS`];
//! - a paragraph of a Markdown block quotation (lines that begin with `>`), of at least as many outside of formulas and
//!   code; a last line behind a dash says where it is from, and is none; a block without a tag or such a line that stands
//!   nowhere becomes plain words;
//! - what stands between straight quotes in one line, of at least [`STRAIGHT_WORDS`] words, with a tag behind it. Without a
//!   tag it may be a sentence to learn from, or one to write, and nobody claims that a passage has it. In code and in
//!   formulas it never is one.

use super::{Filter, LONGEST_QUOTE, QUOTED_WORDS, TAKEN_OUT, tag_name};

/// From this many words on, what has a tag directly behind it is a quotation.
const TAGGED_WORDS: usize = 3;
/// From this many words on, what stands between straight quotes is a quotation.
const STRAIGHT_WORDS: usize = 6;
/// What may stand between a straight quote that closes and its tag, and how much of it.
const BEFORE_TAG: [char; 12] = [' ', '\u{a0}', '.', ',', ';', ':', '!', '?', '(', ')', '*', '_'];
const LONGEST_BEFORE_TAG: usize = 8;
/// Words of a line that says where a block quotation is from.
const SOURCE_WORDS: usize = 12;

impl Filter {
    /// From a sign that opens up to the one that closes it; `plain` stands for the one that opens when nothing does.
    pub(super) fn quote(
        &mut self,
        rest: &str,
        (close, plain): (char, &str),
        out: &mut String,
        last: bool,
    ) -> Option<usize> {
        let open = rest.chars().next()?.len_utf8();
        let Some(end) = rest.find(close).filter(|end| *end <= LONGEST_QUOTE) else {
            if !last && rest.len() <= LONGEST_QUOTE {
                return None;
            }
            // Never closed: what looks like a quotation is shown as plain words.
            out.push_str(plain);
            return Some(open);
        };
        let used = end + close.len_utf8();
        let words = count(&comparable(&split_tags(&rest[open..end]).0));
        let short = (TAGGED_WORDS..QUOTED_WORDS).contains(&words) && is_tagged(&rest[used..], last)?;
        self.decide(&rest[..used], &rest[open..end], if short { TAGGED_WORDS } else { QUOTED_WORDS }, out);
        Some(used)
    }

    /// The same for straight quotes, which open and close alike.
    pub(super) fn straight(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        let end = if self.place.may_open_quote() { straight_end(rest, last)? } else { 0 };
        if end == 0 {
            out.push('"');
        } else {
            self.decide(&rest[..=end], &rest[1..end], STRAIGHT_WORDS, out);
        }
        Some(end + 1)
    }

    /// Lines that begin with `>`. What follows them without an empty line is set apart: Markdown would take it in.
    pub(super) fn block(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        let (end, known) = block_end(rest, last);
        if end > LONGEST_QUOTE {
            // Too long to be waited for: this line is shown as plain words.
            return Some('>'.len_utf8());
        }
        if !known {
            return None;
        }
        let lines: Vec<&str> = rest[..end].split_inclusive('\n').collect();
        let (quoted, source) = without_source(&lines);
        let claimed = source.is_some() || rest[..end].contains("[[");
        for paragraph in quoted.chunk_by(|one, next| inside(one).is_empty() == inside(next).is_empty()) {
            self.paragraph(paragraph, claimed, out);
        }
        if let Some(line) = source {
            self.signed(line, out);
        }
        self.quoted = None;
        let next = rest[end..].trim_start_matches(' ');
        if !next.is_empty() && !next.starts_with('\n') {
            out.push('\n');
        }
        Some(end)
    }

    /// `claimed`: the block says where it is from. One that does not, and stands nowhere, is shown as the model's own words:
    /// a rule to remember, set apart.
    fn paragraph(&mut self, lines: &[&str], claimed: bool, out: &mut String) {
        let text = lines.iter().map(|line| inside(line)).collect::<Vec<_>>().join(" ");
        let (words, tags) = split_tags(&text);
        self.quoted = None;
        if prose_words(&words) < QUOTED_WORDS || self.stands(&comparable(&words)) {
            lines.iter().for_each(|line| self.signed(line, out));
            return;
        }
        if !claimed {
            for line in lines {
                out.push_str(&line[..line.len() - line.trim_start_matches(' ').len()]);
                out.push_str(line.trim_start_matches([' ', '>']));
            }
            return;
        }
        self.dropped += 1;
        let first = lines.first().copied().unwrap_or_default();
        out.push_str(&first[..first.len() - first.trim_start_matches([' ', '>']).len()]);
        out.push_str(TAKEN_OUT);
        self.signed(&tags, out);
        if lines.last().is_some_and(|line| line.ends_with('\n')) {
            out.push('\n');
        }
    }

    /// A text in which only tags are left to be decided.
    fn signed(&mut self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some(at) = rest.find(['[', '〔', '〕']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let used = self.special(rest, out, true).unwrap_or(rest.len());
            rest = &rest[used..];
        }
        out.push_str(rest);
    }

    /// Shows the quotation `whole`, with these words inside, or says that it was taken out.
    fn decide(&mut self, whole: &str, inside: &str, least: usize, out: &mut String) {
        let words = comparable(&split_tags(inside).0);
        if count(&words) < least {
            self.signed(whole, out);
            return;
        }
        let (shown, tags) = split_tags(whole);
        if self.stands(&words) {
            out.push_str(&shown.replace(['〔', '〕'], ""));
        } else {
            self.dropped += 1;
            out.push_str(TAKEN_OUT);
        }
        // A tag inside of the quotation stands behind it.
        self.signed(&tags, out);
    }

    /// Whether these comparable words stand in a passage, which is kept in mind, or in what the person said.
    fn stands(&mut self, words: &str) -> bool {
        let passage = self.passages.iter().position(|given| holds(&given.body, words));
        if passage.is_some() {
            self.quoted = passage;
        }
        passage.is_some() || self.said.iter().any(|text| holds(text, words))
    }
}

/// Where the straight quote that `rest` begins with is closed, with a tag behind it; 0 when it opens no quotation, nothing
/// while that is open.
fn straight_end(rest: &str, last: bool) -> Option<usize> {
    if rest[1..].starts_with(char::is_whitespace) {
        return Some(0);
    }
    let Some(end) = rest[1..].find(['"', '\n']).map(|at| at + 1) else {
        return (last || rest.len() > LONGEST_QUOTE).then_some(0);
    };
    if end > LONGEST_QUOTE || rest[end..].starts_with('\n') || rest[..end].ends_with(char::is_whitespace) {
        return Some(0);
    }
    Some(if is_tagged(&rest[end + 1..], last)? { end } else { 0 })
}

/// Whether a tag stands directly behind a quotation; nothing while it may still come.
fn is_tagged(behind: &str, last: bool) -> Option<bool> {
    let tag = behind.trim_start_matches(BEFORE_TAG);
    match behind.len() - tag.len() {
        between if between > LONGEST_BEFORE_TAG => Some(false),
        _ if !last && matches!(tag, "" | "[") => None,
        _ => Some(tag.starts_with("[[")),
    }
}

/// Where the block quotation that `rest` begins with ends, and whether that is known: else it is the least that it can be.
fn block_end(rest: &str, last: bool) -> (usize, bool) {
    let mut end = 0;
    loop {
        let Some(line) = rest[end..].find('\n') else { return (rest.len(), last) };
        end += line + 1;
        let next = rest[end..].trim_start_matches(' ');
        if next.is_empty() {
            return (end, last);
        }
        if end > LONGEST_QUOTE || !next.starts_with('>') {
            return (end, true);
        }
    }
}

/// The lines of a block quotation without a last one that says where it is from.
fn without_source<'a, 'b>(lines: &'b [&'a str]) -> (&'b [&'a str], Option<&'a str>) {
    if let Some((line, quoted)) = lines.split_last()
        && inside(line).starts_with(['—', '–'])
        && count(&comparable(inside(line))) <= SOURCE_WORDS
        && quoted.iter().any(|line| !inside(line).is_empty())
    {
        return (quoted, Some(line));
    }
    (lines, None)
}

/// What stands in a line of a block quotation.
fn inside(line: &str) -> &str {
    line.trim_start_matches([' ', '>']).trim_end()
}

/// A text without its tags, and its tags.
fn split_tags(text: &str) -> (String, String) {
    let (mut words, mut tags, mut rest) = (String::new(), String::new(), text);
    while let Some((before, behind)) = rest.split_once("[[") {
        rest = behind;
        match behind.split_once("]]").filter(|(name, _)| tag_name(name).is_some()) {
            Some((name, behind)) => {
                words.push_str(before.trim_end_matches(' '));
                tags.push_str(&format!("[[{name}]]"));
                rest = behind;
            }
            None => words.push_str(before),
        }
    }
    words.push_str(rest);
    (words, tags)
}

/// Words outside of formulas and code.
fn prose_words(text: &str) -> usize {
    let prose: Vec<&str> = text.split("$$").step_by(2).flat_map(|part| part.split(['$', '`']).step_by(2)).collect();
    count(&comparable(&prose.join(" ")))
}

/// Words of a comparable text.
fn count(words: &str) -> usize {
    words.split(' ').filter(|word| !word.is_empty()).count()
}

/// Whether `text` has the words of `wanted`, a comparable text, in this order: it may be cut short inside with “…”.
fn holds(text: &str, wanted: &str) -> bool {
    let body = format!(" {} ", comparable(text));
    let mut from = 0;
    for part in wanted.split(" … ").map(str::trim).filter(|part| !part.is_empty()) {
        let Some(at) = body[from..].find(&format!(" {part} ")) else { return false };
        // The space behind it may be the one before the next part.
        from += at + 1 + part.len();
    }
    true
}

/// Text without what may differ in a true quotation: case, kinds of spaces and apostrophes, signs between words, marks of
/// Markdown.
fn comparable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.replace("[…]", "…").replace("[...]", "…").replace("...", "…").chars() {
        match sign {
            '…' => out.push_str(" … "),
            '’' | '\'' => out.push('\''),
            sign if sign.is_alphanumeric() || matches!(sign, '=' | '+' | '<' | '>' | '^' | '/' | '\\') => {
                out.extend(sign.to_lowercase());
            }
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches(['…', ' ']).to_owned()
}

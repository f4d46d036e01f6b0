//! Citations are facts: what the model claims to cite is checked against the passages that it was given, while it
//! speaks, before anybody reads it. Pure.
//!
//! The model cites by an opaque tag, `[[k3f9]]`, made for this answer alone. A tag that was given becomes `〔n〕`, where n
//! is the place of the passage among those given, from 1; another is dropped. A quotation (« … » of at least [`QUOTED_WORDS`] words) must stand in
//! a passage, in what the person said, or it is taken out, and the reader is told. A quotation that stands in one passage
//! and is tagged with another gets the tag of the one where it stands.
//!
//! The limit: a sentence in the model's own words is not proved by the tag behind it; the link lets the reader check.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};

use super::model::Citation;

/// A passage that the model was given, and may cite.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Given {
    /// What the model cites it by.
    pub tag: String,
    /// The passage alone: what a reader is led to, and what quotations are checked against.
    pub body: String,
    /// As the answer shows it.
    pub citation: Citation,
}

/// Characters of a passage that are kept with what cites it.
const EXCERPT: usize = 240;

impl Given {
    /// With the beginning of the passage in its citation, as a reader sees it.
    pub fn with_excerpt(&self) -> Self {
        let excerpt = self.body.chars().take(EXCERPT).collect();
        Self { citation: Citation { excerpt, ..self.citation.clone() }, ..self.clone() }
    }
}

/// From this many words on, what stands between « and » is a quotation and not a word that is named.
pub const QUOTED_WORDS: usize = 4;
/// A quotation longer than this is not waited for: it cannot be one of a passage.
const LONGEST_QUOTE: usize = 1_500;
/// A tag is longer than this only when it is none.
const LONGEST_TAG: usize = 24;
/// What stands for a quotation that is in no passage.
pub const TAKEN_OUT: &str = "[citation retirée\u{a0}: elle n’est pas, mot pour mot, dans un passage donné]";

/// Checks a text that comes in pieces.
pub struct Filter {
    // Shared, and compared when something is quoted: a thousand answers under way hold no second copy of what they cite.
    passages: Arc<[Given]>,
    said: Vec<String>,
    waiting: String,
    /// The passage in which the last quotation of this sentence stands.
    quoted: Option<usize>,
    dropped: usize,
}

impl Filter {
    /// For these passages; `said` are texts that may be quoted without being cited (the person's own words).
    pub fn new(passages: Arc<[Given]>, said: Vec<String>) -> Self {
        Self { passages, said, waiting: String::new(), quoted: None, dropped: 0 }
    }

    /// Takes a piece; answers what may be shown by now.
    pub fn push(&mut self, piece: &str) -> String {
        self.waiting.push_str(piece);
        self.drain(false)
    }

    /// The end: what waited is decided.
    pub fn finish(&mut self) -> String {
        self.drain(true)
    }

    /// Tags and quotations that failed.
    #[cfg(test)]
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    fn drain(&mut self, last: bool) -> String {
        let mut out = String::new();
        let waiting = std::mem::take(&mut self.waiting);
        let mut rest = waiting.as_str();
        while !rest.is_empty() {
            let Some(at) = rest.find(['[', '«', '〔', '〕', '.', '\n']) else {
                out.push_str(rest);
                self.keep_space(&mut out, "", last);
                return out;
            };
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            match self.special(rest, &mut out, last) {
                Some(used) => rest = &rest[used..],
                None => {
                    self.keep_space(&mut out, rest, last);
                    return out;
                }
            }
        }
        out
    }

    /// A space waits with what follows it: a citation stands close to its word.
    fn keep_space(&mut self, out: &mut String, rest: &str, last: bool) {
        if !last {
            self.waiting = out.split_off(out.trim_end_matches([' ', '\u{a0}']).len());
            self.waiting.push_str(rest);
        }
    }

    /// Decides about what begins here; answers how many bytes it took, or nothing when more must come first.
    fn special(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        match rest.chars().next() {
            Some('[') => self.tag(rest, out, last),
            Some('«') => self.quote(rest, out, last),
            // The model cannot forge the sign of a checked citation.
            Some(sign @ ('〔' | '〕')) => Some(sign.len_utf8()),
            Some('.') if rest.len() == 1 && !last => None,
            Some(sign) => {
                if sign == '\n' || rest[1..].starts_with([' ', '\n']) {
                    self.quoted = None;
                }
                out.push(sign);
                Some(sign.len_utf8())
            }
            None => Some(0),
        }
    }

    fn tag(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        let plain = |out: &mut String| {
            out.push('[');
            Some(1)
        };
        if rest.len() == 1 && !last {
            return None;
        }
        let Some(inside) = rest.strip_prefix("[[") else { return plain(out) };
        let Some(end) = inside.find("]]") else {
            let open = inside.len() <= LONGEST_TAG && inside.bytes().all(|byte| is_tag(byte) || byte == b']');
            return if last || !open { plain(out) } else { None };
        };
        let name = inside[..end].trim().trim_start_matches("tag:").trim();
        if end > LONGEST_TAG || !name.bytes().all(is_tag) {
            return plain(out);
        }
        match self.passages.iter().position(|given| given.tag == name) {
            Some(passage) => {
                trim_space(out);
                out.push_str(&sign(self.quoted.take().unwrap_or(passage)));
            }
            None => {
                self.dropped += 1;
                trim_space(out);
            }
        }
        Some("[[".len() + end + "]]".len())
    }

    fn quote(&mut self, rest: &str, out: &mut String, last: bool) -> Option<usize> {
        let open = '«'.len_utf8();
        let Some(end) = rest.find('»') else {
            if !last && rest.len() <= LONGEST_QUOTE {
                return None;
            }
            // Never closed: what looks like a quotation is shown as plain words.
            out.push('“');
            return Some(open);
        };
        let inside = &rest[open..end];
        let used = end + '»'.len_utf8();
        let words = comparable(inside);
        if words.split(' ').filter(|word| !word.is_empty()).count() < QUOTED_WORDS {
            out.push_str(&rest[..used]);
            return Some(used);
        }
        let wanted = words.trim();
        if let Some(passage) = self.passages.iter().position(|given| holds(&given.body, wanted)) {
            self.quoted = Some(passage);
            out.push_str(&self.without_tags(&rest[..used]));
        } else if self.said.iter().any(|text| holds(text, wanted)) {
            out.push_str(&self.without_tags(&rest[..used]));
        } else {
            self.dropped += 1;
            out.push_str(TAKEN_OUT);
        }
        Some(used)
    }

    /// A tag inside of a quotation is nobody's.
    fn without_tags<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains("[[") { Cow::Owned(text.replace("[[", "").replace("]]", "")) } else { Cow::Borrowed(text) }
    }
}

/// What stands in an answer for the citation of the passage at this place.
pub fn sign(place: usize) -> String {
    format!("〔{}〕", place + 1)
}

/// Places of the passages that an answer cites, in the order in which it does.
pub fn cited(answer: &str) -> Vec<usize> {
    let mut places = Vec::new();
    for part in answer.split('〔').skip(1) {
        let number = part.split_once('〕').and_then(|(number, _)| number.parse::<usize>().ok());
        if let Some(place) = number.and_then(|number| number.checked_sub(1))
            && !places.contains(&place)
        {
            places.push(place);
        }
    }
    places
}

fn is_tag(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b' ')
}

fn trim_space(out: &mut String) {
    let end = out.trim_end_matches([' ', '\u{a0}']).len();
    out.truncate(end);
}

/// Whether `text` has the words of `wanted`, a comparable text, in this order: it may be cut short inside with “…”.
fn holds(text: &str, wanted: &str) -> bool {
    let body = format!(" {} ", comparable(text));
    let mut from = 0;
    for part in wanted.split(" … ").map(str::trim).filter(|part| !part.is_empty()) {
        let Some(at) = body[from..].find(&format!(" {part} ")) else { return false };
        from += at + part.len();
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: &str = "Une suite est **arithmétique** si l’on passe d’un terme au suivant en ajoutant toujours la même constante, la raison.";

    fn filter() -> Filter {
        let given = |tag: &str, body: &str| Given { tag: tag.into(), body: body.into(), citation: Citation::default() };
        let passages = [given("k3f9", BODY), given("m7aa", "La raison peut être négative : la suite décroît alors.")];
        Filter::new(passages.into(), vec!["Je crois que la suite est toujours croissante".into()])
    }

    fn whole(text: &str) -> (String, Vec<usize>, usize) {
        let mut filter = filter();
        let mut out = filter.push(text);
        out.push_str(&filter.finish());
        let cited = cited(&out);
        (out, cited, filter.dropped())
    }

    #[test]
    fn a_tag_that_was_given_becomes_a_numbered_citation_and_another_is_dropped() {
        let (out, cited, dropped) =
            whole("On ajoute la raison [[k3f9]]. Elle vaut 2 [[zzzz]]. Encore [[m7aa]] et [[k3f9]].");
        assert_eq!(out, "On ajoute la raison〔1〕. Elle vaut 2. Encore〔2〕 et〔1〕.");
        assert_eq!((cited, dropped), (vec![0, 1], 1));
    }

    #[test]
    fn a_true_quotation_stays_whatever_its_spaces_apostrophes_and_bold_words() {
        let quote = "« une suite est arithmétique si l'on passe d’un terme au suivant […] la même constante »";
        let (out, _, dropped) = whole(&format!("La fiche dit {quote} [[k3f9]]."));
        assert_eq!((out, dropped), (format!("La fiche dit {quote}〔1〕."), 0));
    }

    #[test]
    fn a_quotation_that_stands_nowhere_is_taken_out() {
        let (out, _, dropped) = whole("La fiche dit « la raison est toujours strictement positive » [[k3f9]].");
        assert_eq!(out, format!("La fiche dit {TAKEN_OUT}〔1〕."));
        assert_eq!(dropped, 1);
        assert_eq!(whole("Tu dis « la suite est toujours croissante ».").2, 0);
        assert_eq!(whole("On appelle « suite » une liste.").0, "On appelle « suite » une liste.");
    }

    #[test]
    fn a_quotation_leads_to_the_passage_where_it_stands() {
        let (_, cited, _) = whole("« La raison peut être négative » [[k3f9]].");
        assert_eq!(cited, [1]);
    }

    #[test]
    fn lists_links_and_code_with_brackets_are_left_alone() {
        for text in ["t[0] = [1, 2]", "[x](y)", "m[[0, 1]]", "[[1, 2], [3, 4]]", "a [", "« ouvert"] {
            let expected = text.replace('«', "“");
            assert_eq!(whole(text).0, expected, "{text}");
        }
    }

    #[test]
    fn the_sign_of_a_checked_citation_cannot_be_forged() {
        assert_eq!(whole("Vrai〔1〕.").0, "Vrai1.");
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_pieces_are_cut(cuts in prop::collection::vec(1..30_usize, 0..60)) {
            let text = "Voici [[k3f9]] et « la raison peut être négative » [[m7aa]], puis [[nope]] ou t[1].\n« tout à fait inventé par moi » fin [[k3";
            let mut filter = filter();
            let (mut out, mut signs) = (String::new(), text.chars().peekable());
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let piece: String = signs.by_ref().take(cut).collect();
                out.push_str(&filter.push(&piece));
            }
            out.push_str(&filter.finish());
            prop_assert_eq!(out, whole(text).0);
        }
    }
}

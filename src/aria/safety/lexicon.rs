//! The words that the rules know, each with a number; the way from what was typed to them: short spellings of messages
//! ("jvx"), figures for letters ("su1cide"), letters apart ("m o u r i r"), words glued together.

use std::collections::{HashMap, HashSet};

use super::words::{self, Word};

/// Number of a word, or of a beginning of words (`suicid*`), that rules speak of.
pub type WordId = u16;

/// Letters in a row from which single letters are taken for a word.
const SPELLED: usize = 4;
/// Length from which an unknown word may be several glued together.
const GLUED: usize = 8;

/// A word of a message as the rules see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Token {
    /// The word itself and the beginnings that it has; none when no rule speaks of it.
    pub ids: Vec<WordId>,
    /// It stands between quotation marks.
    pub quoted: bool,
    /// It is a number.
    pub is_number: bool,
}

/// The vocabulary of the rules.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: HashMap<String, WordId>,
    beginnings: Vec<(String, WordId)>,
    aliases: HashMap<String, Vec<String>>,
    fillers: HashSet<String>,
    next: WordId,
}

impl Lexicon {
    /// With the short spellings, which stand for the words on their right, and the words that change nothing.
    pub fn new(aliases: &HashMap<String, String>, fillers: &[String]) -> Self {
        let split = |text: &str| text.split_whitespace().map(words::plain).collect();
        let aliases = aliases.iter().map(|(short, long)| (words::plain(short), split(long))).collect();
        let fillers = fillers.iter().map(|word| words::plain(word)).collect();
        Self { aliases, fillers, ..Self::default() }
    }

    /// The number of a word of a rule; `suicid*` is every word that begins so.
    pub fn learn(&mut self, word: &str) -> WordId {
        let known = match word.strip_suffix('*') {
            Some(start) => {
                let start = words::plain(start);
                self.beginnings.iter().find(|(known, _)| *known == start).map(|(_, id)| *id).ok_or(start)
            }
            None => self.words.get(&words::plain(word)).copied().ok_or_else(|| words::plain(word)),
        };
        known.unwrap_or_else(|new| {
            let id = self.next;
            self.next += 1;
            if word.ends_with('*') {
                self.beginnings.push((new, id));
            } else {
                self.words.insert(new, id);
            }
            id
        })
    }

    /// A sentence as the rules see it.
    pub fn read(&self, sentence: &[Word]) -> Vec<Token> {
        let kept = self.without_fillers(sentence);
        let mut tokens = Vec::with_capacity(sentence.len());
        let mut rest = &*kept;
        while let Some((first, after)) = rest.split_first() {
            let single = rest.iter().take_while(|word| word.text.chars().count() == 1).count();
            if single >= SPELLED
                && let Some(pieces) = self.pieces(&rest[..single].iter().map(|word| &*word.text).collect::<String>())
            {
                tokens.extend(pieces.into_iter().flat_map(|piece| self.tokens(piece, first.quoted)));
                rest = &rest[single..];
                continue;
            }
            // Too few or no words of ours: the letters are what they are ("a b c d").
            tokens.extend(self.tokens(&first.text, first.quoted));
            rest = after;
        }
        tokens
    }

    /// Also without "ne", which messages rarely have: "je n’ai plus" is "j’ai plus" ("né" at the end is another word).
    fn without_fillers(&self, sentence: &[Word]) -> Vec<Word> {
        let mut kept: Vec<Word> = Vec::with_capacity(sentence.len());
        for (place, word) in sentence.iter().enumerate() {
            let is_last = place + 1 == sentence.len();
            match word.text.as_str() {
                "n" if kept.last().is_some_and(|last| last.text == "je") => {
                    kept.pop();
                    kept.push(Word { text: "j".to_owned(), quoted: word.quoted });
                }
                "ne" if !is_last => {}
                text if self.fillers.contains(text) && sentence.len() > 1 => {}
                _ => kept.push(word.clone()),
            }
        }
        kept
    }

    fn tokens(&self, word: &str, quoted: bool) -> Vec<Token> {
        if self.knows(word) {
            return self.spelled_out(word, quoted);
        }
        let letters = letters_for_figures(word);
        if let Some(letters) = letters.filter(|letters| self.knows(letters)) {
            return self.spelled_out(&letters, quoted);
        }
        let pieces = if word.len() >= GLUED { self.pieces(word) } else { None };
        match pieces {
            Some(pieces) => pieces.into_iter().flat_map(|piece| self.spelled_out(piece, quoted)).collect(),
            None => vec![self.token(word, quoted)],
        }
    }

    fn spelled_out(&self, word: &str, quoted: bool) -> Vec<Token> {
        match self.aliases.get(word) {
            Some(long) => long.iter().map(|word| self.token(word, quoted)).collect(),
            None => vec![self.token(word, quoted)],
        }
    }

    fn token(&self, word: &str, quoted: bool) -> Token {
        let beginnings = self.beginnings.iter().filter(|(start, _)| word.starts_with(start)).map(|(_, id)| *id);
        let ids = self.words.get(word).copied().into_iter().chain(beginnings).collect();
        Token { ids, quoted, is_number: word.chars().all(|letter| letter.is_ascii_digit()) }
    }

    fn knows(&self, word: &str) -> bool {
        self.is_word(word) || self.beginnings.iter().any(|(start, _)| word.starts_with(start))
    }

    fn is_word(&self, word: &str) -> bool {
        self.words.contains_key(word) || self.aliases.contains_key(word)
    }

    /// The known words of two letters and more that a text is made of, the longest first; none when some is left.
    fn pieces<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        /// No word of ours is longer.
        const LONGEST: usize = 16;
        let ends: Vec<usize> = text.char_indices().map(|(at, letter)| at + letter.len_utf8()).collect();
        // For each number of letters read, how many letters the last word has.
        let mut last: Vec<Option<usize>> = vec![None; ends.len() + 1];
        last[0] = Some(0);
        let byte = |letters: usize| if letters == 0 { 0 } else { ends[letters - 1] };
        for end in 2..=ends.len() {
            let lengths = (2..=end.min(LONGEST)).rev();
            last[end] = lengths
                .filter(|length| last[end - length].is_some())
                .find(|length| self.is_word(&text[byte(end - length)..byte(end)]));
        }
        let mut pieces = Vec::new();
        let mut end = ends.len();
        while end > 0 {
            let length = last[end]?;
            pieces.push(&text[byte(end - length)..byte(end)]);
            end -= length;
        }
        pieces.reverse();
        Some(pieces)
    }
}

/// "su1c1de" → "suicide"; nothing for a word that is all letters or all figures.
fn letters_for_figures(word: &str) -> Option<String> {
    let is_letter = |letter: char| letter.is_alphabetic();
    if !word.contains(is_letter) || word.chars().all(is_letter) {
        return None;
    }
    let decoded: String = word
        .chars()
        .map(|letter| match letter {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect();
    Some(words::plain(&decoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &str) -> Vec<Option<WordId>> {
        let mut lexicon =
            Lexicon::new(&HashMap::from([("jvx".to_owned(), "je veux".to_owned())]), &["juste".to_owned()]);
        for word in ["je", "veux", "mourir", "suicid*"] {
            lexicon.learn(word);
        }
        let sentences = words::sentences(message);
        sentences.iter().flat_map(|sentence| lexicon.read(sentence)).map(|token| token.ids.first().copied()).collect()
    }

    #[test]
    fn what_was_typed_becomes_the_words_that_the_rules_know() {
        let whole = [Some(0), Some(1), Some(2)];
        for way in ["Je veux mourir", "jvx mouriiir", "jvx m o u r i r", "jeveuxmourir", "je ne veux juste mourir"] {
            assert_eq!(read(way), whole, "{way}");
        }
        assert_eq!(read("su1c1de suicidaire"), [Some(3), Some(3)]);
        assert_eq!(read("a b c d"), [None; 4]);
    }
}

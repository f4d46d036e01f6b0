//! Patterns of words, and where they are found. Each is tried from each word of a sentence; the places that it may have
//! reached are kept as a set, so that the work grows with the length of the message and with nothing else.
//!
//! In a pattern: `mot`, `un|deux`, `un|$`, `suicid*`, `ne?` (may be missing), `{ensemble}` and `{ensemble}?` (one of the phrases
//! of a set), `..` (up to two words, no negation among them), `...` (up to five words), `#` (a number), `^` and `$`
//! (beginning and end of the sentence). A pattern never goes over the end of a sentence.

use std::{collections::HashMap, ops::Range};

use super::lexicon::{Lexicon, Token, WordId};

/// Words from where a pattern begins: bit n is n words further. No pattern of the file is nearly so long; a place beyond
/// is never reached.
type Places = u64;

/// Words that the short gap may not jump over.
const NEGATIONS: [&str; 2] = ["pas", "jamais"];

/// Why a pattern of the file is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown set « {0} »")]
pub struct UnknownSet(String);

/// The named sets that patterns are made with, in the making.
#[derive(Debug, Default)]
pub struct Sets(HashMap<String, Vec<Pattern>>);

impl Sets {
    /// Adds one; its phrases may use those added before.
    pub fn add(&mut self, name: &str, phrases: &[String], lexicon: &mut Lexicon) -> Result<(), UnknownSet> {
        let phrases = phrases.iter().map(|phrase| Pattern::parse(phrase, self, lexicon)).collect::<Result<_, _>>()?;
        self.0.insert(name.to_owned(), phrases);
        Ok(())
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Pattern(Vec<Step>);

#[derive(Debug, Clone)]
struct Step {
    what: What,
    optional: bool,
}

#[derive(Debug, Clone)]
enum What {
    /// One of these words.
    Word(Vec<WordId>),
    /// One of these phrases.
    Phrase(Vec<Pattern>),
    /// Up to so many words, none of them among these.
    Gap(usize, Vec<WordId>),
    Number,
    Start,
    End,
}

impl Pattern {
    /// Reads a pattern of the file.
    pub fn parse(text: &str, sets: &Sets, lexicon: &mut Lexicon) -> Result<Self, UnknownSet> {
        let mut step = |piece: &str| {
            let (piece, optional) = piece.strip_suffix('?').map_or((piece, false), |piece| (piece, true));
            Ok(Step { what: What::parse(piece, sets, lexicon)?, optional })
        };
        text.split_whitespace().map(&mut step).collect::<Result<_, _>>().map(Self)
    }

    /// The words that it covers in a sentence, for each place where it is found.
    pub fn places<'a>(&'a self, sentence: &'a [Token]) -> impl Iterator<Item = Range<usize>> + 'a {
        let found = |start| each(self.ends(&sentence[start..], start)).map(move |length| start..start + length);
        (0..sentence.len()).flat_map(found)
    }

    /// Where it may end when it begins with the first of these words, which is the `start`-th of its sentence.
    fn ends(&self, words: &[Token], start: usize) -> Places {
        self.0.iter().fold(1, |places, step| if places == 0 { 0 } else { step.after(words, start, places) })
    }
}

fn each(places: Places) -> impl Iterator<Item = usize> {
    (0..Places::BITS).filter(move |bit| places >> bit & 1 == 1).map(|bit| bit as usize)
}

impl What {
    fn parse(piece: &str, sets: &Sets, lexicon: &mut Lexicon) -> Result<Self, UnknownSet> {
        let set = piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}'));
        Ok(match (piece, set) {
            ("..", _) => Self::Gap(2, NEGATIONS.map(|word| lexicon.learn(word)).to_vec()),
            ("...", _) => Self::Gap(5, Vec::new()),
            ("#", _) => Self::Number,
            ("^", _) => Self::Start,
            ("$", _) => Self::End,
            (_, Some(name)) => Self::Phrase(sets.0.get(name).cloned().ok_or_else(|| UnknownSet(name.to_owned()))?),
            // A choice with more than words in it.
            _ if piece.contains('|') && piece.contains(['{', '$', '#']) => {
                let one = |part: &str| Pattern::parse(part, sets, lexicon);
                Self::Phrase(piece.split('|').map(one).collect::<Result<_, _>>()?)
            }
            _ => Self::Word(piece.split('|').map(|word| lexicon.learn(word)).collect()),
        })
    }
}

impl Step {
    fn after(&self, words: &[Token], start: usize, places: Places) -> Places {
        let next =
            each(places).map(|place| self.what.reach(words.get(place..).unwrap_or_default(), start + place, place));
        let next = next.fold(0, |all, one| all | one);
        if self.optional { next | places } else { next }
    }
}

impl What {
    /// Where it leads from a place: these words are left, `before` of the sentence and `place` of the pattern are behind.
    fn reach(&self, left: &[Token], before: usize, place: usize) -> Places {
        let ahead = |places: Places| places.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0);
        let one_if = |fits: bool| ahead(if fits { 0b10 } else { 0 });
        let stay_if = |fits: bool| ahead(fits.into());
        match self {
            Self::Word(ids) => one_if(left.first().is_some_and(|token| token.ids.iter().any(|id| ids.contains(id)))),
            Self::Number => one_if(left.first().is_some_and(|token| token.is_number)),
            Self::Start => stay_if(before == 0),
            Self::End => stay_if(left.is_empty()),
            Self::Phrase(phrases) => ahead(phrases.iter().fold(0, |all, one| all | one.ends(left, before))),
            Self::Gap(most, never) => {
                let passable = |token: &&Token| !token.ids.iter().any(|id| never.contains(id));
                let words = left.iter().take(*most).take_while(passable).count();
                ahead((1 << (words + 1)) - 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aria::safety::words;

    fn found(pattern: &str, message: &str) -> bool {
        let mut lexicon = Lexicon::default();
        let mut sets = Sets::default();
        sets.add("mourir", &["mourir".to_owned(), "me tuer|tue".to_owned()], &mut lexicon).expect("a set");
        let pattern = Pattern::parse(pattern, &sets, &mut lexicon).expect("a pattern");
        words::sentences(message).iter().any(|sentence| pattern.places(&lexicon.read(sentence)).next().is_some())
    }

    #[test]
    fn a_pattern_has_sets_gaps_choices_and_ends() {
        assert!(found("je veux .. {mourir}", "Je veux juste vraiment me tuer"));
        assert!(!found("je veux .. {mourir}", "je veux pas mourir"));
        assert!(found("je ne? veux", "je veux") && found("je ne? veux", "je ne veux"));
        assert!(found("^ kms $", "kms !!") && !found("^ kms $", "10 kms"));
        assert!(found("# kms", "10 kms"));
        assert!(!found("je ... mourir", "je dors. tu veux mourir"));
    }

    #[test]
    fn a_set_that_is_not_there_is_an_error() {
        let unknown = Pattern::parse("{rien}", &Sets::default(), &mut Lexicon::default()).map(|_| ());
        assert_eq!(unknown, Err(UnknownSet("rien".to_owned())));
    }
}

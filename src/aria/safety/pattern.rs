//! Patterns of words, and where they are found. Each is tried from each word of a sentence; the places that it may have
//! reached are kept as a set, so that the work grows with the length of the message and with nothing else.
//!
//! In a pattern: `mot`, `un|deux`, `un|$`, `suicid*`, `ne?` (may be missing), `{ensemble}` and `{ensemble}?` (one of the phrases
//! of a set), `..` (up to two words, no negation among them), `...` (up to five words), `#` (a number), `^` and `$`
//! (beginning and end of the sentence). A pattern never goes over the end of a sentence.

use std::{cell::RefCell, collections::HashMap, ops::Range, sync::Arc};

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
pub struct Sets(HashMap<String, Arc<[Pattern]>>);

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
pub struct Pattern {
    steps: Vec<Step>,
    /// The words of which one must be first; none known when it may begin otherwise.
    firsts: Option<Vec<WordId>>,
}

/// A sentence, and what was already found of sets in it.
#[derive(Debug)]
pub struct Sentence {
    tokens: Vec<Token>,
    /// By the address of a set and the place in the sentence.
    found: RefCell<HashMap<(usize, usize), Places>>,
}

impl Sentence {
    /// To look in.
    pub fn new(tokens: Vec<Token>) -> Self {
        Self { tokens, found: RefCell::default() }
    }

    /// Its words.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }
}

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
    Phrase(Arc<[Pattern]>),
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
        let steps: Vec<Step> = text.split_whitespace().map(&mut step).collect::<Result<_, _>>()?;
        let firsts = steps.first().filter(|step| !step.optional).and_then(|step| step.what.firsts());
        Ok(Self { steps, firsts })
    }

    /// The words that it covers in a sentence, for each place where it is found.
    pub fn places<'a>(&'a self, sentence: &'a Sentence) -> impl Iterator<Item = Range<usize>> + 'a {
        let found = |start| each(self.ends(sentence, start)).map(move |length| start..start + length);
        (0..sentence.tokens.len()).flat_map(found)
    }

    /// Where it may end when it begins at a word.
    fn ends(&self, sentence: &Sentence, start: usize) -> Places {
        if self.firsts.as_ref().is_some_and(|firsts| !is_one_of(sentence.tokens.get(start), firsts)) {
            return 0;
        }
        self.steps.iter().fold(1, |places, step| if places == 0 { 0 } else { step.after(sentence, start, places) })
    }
}

fn is_one_of(token: Option<&Token>, words: &[WordId]) -> bool {
    token.is_some_and(|token| token.ids.iter().any(|id| words.contains(id)))
}

fn each(mut places: Places) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (places != 0).then_some(places.trailing_zeros() as usize)?;
        places &= places - 1;
        Some(next)
    })
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
    fn after(&self, sentence: &Sentence, start: usize, places: Places) -> Places {
        // No pattern is so long that a bit is lost that matters.
        let from = |place: usize| self.what.reach(sentence, start + place) << place;
        let next = each(places).fold(0, |all, place| all | from(place));
        if self.optional { next | places } else { next }
    }
}

impl What {
    fn firsts(&self) -> Option<Vec<WordId>> {
        match self {
            Self::Word(ids) => Some(ids.clone()),
            Self::Phrase(phrases) => {
                let firsts: Option<Vec<_>> = phrases.iter().map(|phrase| phrase.firsts.clone()).collect();
                firsts.map(|firsts| firsts.concat())
            }
            Self::Gap(..) | Self::Number | Self::Start | Self::End => None,
        }
    }

    /// Where it leads from a place of a sentence, in words further.
    fn reach(&self, sentence: &Sentence, at: usize) -> Places {
        let left = sentence.tokens.get(at..).unwrap_or_default();
        let one_if = |fits: bool| if fits { 0b10 } else { 0 };
        match self {
            Self::Word(ids) => one_if(is_one_of(left.first(), ids)),
            Self::Number => one_if(left.first().is_some_and(|token| token.is_number)),
            Self::Start => (at == 0).into(),
            Self::End => left.is_empty().into(),
            Self::Phrase(phrases) => {
                let key = (phrases.as_ptr().addr(), at);
                let known = sentence.found.borrow().get(&key).copied();
                known.unwrap_or_else(|| {
                    let ends = phrases.iter().fold(0, |all, one| all | one.ends(sentence, at));
                    sentence.found.borrow_mut().insert(key, ends);
                    ends
                })
            }
            Self::Gap(most, never) => {
                let words = left.iter().take(*most).take_while(|token| !is_one_of(Some(token), never)).count();
                (1 << (words + 1)) - 1
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
        words::sentences(message)
            .iter()
            .any(|sentence| pattern.places(&Sentence::new(lexicon.read(sentence))).next().is_some())
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

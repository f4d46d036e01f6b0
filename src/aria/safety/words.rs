//! A message cut into sentences of plain words: no accent, no capital, no repeated letter ("mouriiir" is "mourir", and
//! "elle" is "ele", in rules as in messages).

use crate::fold::fold;

/// Characters of a message that are looked at; the rest is dropped.
pub const MOST_CHARS: usize = 4_000;

/// A word as it was written, made plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Plain letters and digits.
    pub text: String,
    /// It stands between quotation marks.
    pub quoted: bool,
}

/// The sentences of a message; none is empty.
pub fn sentences(message: &str) -> Vec<Vec<Word>> {
    let mut cutter = Cutter::default();
    let mut chars = message.chars().take(MOST_CHARS).peekable();
    while let Some(letter) = chars.next() {
        let last = chars.peek().is_none_or(|next| next.is_whitespace() || matches!(next, '.' | '!' | '?'));
        match letter {
            _ if is_part_of_word(letter) => cutter.word.extend(fold(letter)),
            '\n' | '!' | '?' | ';' | '…' | '؟' => cutter.end_sentence(),
            // "m.o.u.r.i.r" and "9.81" go on.
            '.' if last => cutter.end_sentence(),
            _ => cutter.separator(letter),
        }
    }
    cutter.end_sentence();
    cutter.done.retain(|sentence| !sentence.is_empty());
    cutter.done
}

/// The plain form of one word of a rule.
pub fn plain(word: &str) -> String {
    once(&word.chars().flat_map(fold).collect::<String>())
}

fn is_part_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '@' | '$') || fold(letter).next().is_none()
}

/// Letters that repeat, once; figures stay ("100").
fn once(word: &str) -> String {
    let mut last = None;
    word.chars().filter(|&letter| last.replace(letter) != Some(letter) || letter.is_ascii_digit()).collect()
}

#[derive(Default)]
struct Cutter {
    word: String,
    now: Vec<Word>,
    done: Vec<Vec<Word>>,
    /// Where a quotation was opened: sentence and word.
    opened: Option<(usize, usize)>,
}

impl Cutter {
    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.now.push(Word { text: once(&std::mem::take(&mut self.word)), quoted: false });
        }
    }

    fn end_sentence(&mut self) {
        self.end_word();
        self.done.push(std::mem::take(&mut self.now));
    }

    fn separator(&mut self, letter: char) {
        self.end_word();
        match letter {
            '«' | '“' => self.opened = Some((self.done.len(), self.now.len())),
            '»' | '”' => self.close(),
            '"' if self.opened.is_some() => self.close(),
            '"' => self.opened = Some((self.done.len(), self.now.len())),
            _ => {}
        }
    }

    /// Only a quotation that is closed is one: a mark left open says nothing.
    fn close(&mut self) {
        let Some((sentence, word)) = self.opened.take() else { return };
        let words = self.done.iter_mut().chain([&mut self.now]).skip(sentence).flatten().skip(word);
        words.for_each(|word| word.quoted = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(message: &str) -> Vec<String> {
        let joined = |words: Vec<Word>| words.into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
        sentences(message).into_iter().map(joined).collect()
    }

    #[test]
    fn words_are_plain_and_sentences_apart() {
        assert_eq!(
            cut("J’EN peux pluuus !! Elle m'a dit… c'est 9.81"),
            ["j en peux plus", "ele m a dit", "c est 9 81"]
        );
        assert_eq!(cut("tuer_fils, m.o.u.r. kms"), ["tuer_fils m o u r", "kms"]);
        assert!(cut(" … !\n").is_empty());
    }

    #[test]
    fn only_a_closed_quotation_is_one() {
        let quoted = |message| sentences(message).concat().iter().map(|word| word.quoted).collect::<Vec<_>>();
        assert_eq!(quoted("il dit « je veux » ici"), [false, false, true, true, false]);
        assert_eq!(quoted("il dit \"je veux"), [false; 4]);
    }

    #[test]
    fn what_follows_the_longest_message_is_not_looked_at() {
        assert_eq!(sentences(&"mot ".repeat(5_000)).concat().len(), 1_000);
    }
}

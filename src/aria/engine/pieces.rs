//! Cuts what a model says into pieces that can be read: the first word at once, then whole sentences, or what came in
//! 150 ms. Pure: the clock is handed in.

use std::time::{Duration, Instant};

/// The longest that a word waits.
pub const LONGEST_WAIT: Duration = Duration::from_millis(150);

/// Collects text and says when a piece is ready.
#[derive(Debug, Default)]
pub struct Cutter {
    waiting: String,
    since: Option<Instant>,
    begun: bool,
}

impl Cutter {
    /// Takes what the model said; answers the piece that is ready by now, if one is.
    pub fn push(&mut self, text: &str, now: Instant) -> Option<String> {
        if text.is_empty() {
            return self.overdue(now);
        }
        self.waiting.push_str(text);
        let since = *self.since.get_or_insert(now);
        if !std::mem::replace(&mut self.begun, true) || now.duration_since(since) >= LONGEST_WAIT {
            return self.flush();
        }
        let end = sentence_end(&self.waiting)?;
        let rest = self.waiting.split_off(end);
        self.since = (!rest.is_empty()).then_some(now);
        Some(std::mem::replace(&mut self.waiting, rest))
    }

    /// When what waits must go out.
    pub fn deadline(&self) -> Option<Instant> {
        self.since.map(|since| since + LONGEST_WAIT)
    }

    /// The piece whose time has come.
    pub fn overdue(&mut self, now: Instant) -> Option<String> {
        if self.deadline().is_some_and(|deadline| deadline <= now) { self.flush() } else { None }
    }

    /// All that waits.
    pub fn flush(&mut self) -> Option<String> {
        self.since = None;
        (!self.waiting.is_empty()).then(|| std::mem::take(&mut self.waiting))
    }
}

/// After the last sign that ends a sentence and is followed by a space, or after the last line break.
fn sentence_end(text: &str) -> Option<usize> {
    let mut found = None;
    let mut ends = false;
    for (at, sign) in text.char_indices() {
        if sign == '\n' || (ends && sign == ' ') {
            found = Some(at + sign.len_utf8());
        }
        ends = matches!(sign, '.' | '?' | '!' | '…') || (ends && matches!(sign, '»' | ')' | '*'));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn the_first_word_goes_out_at_once_and_then_whole_sentences() {
        let (start, mut cutter) = (Instant::now(), Cutter::default());
        assert_eq!(cutter.push("Une", start).as_deref(), Some("Une"));
        assert_eq!(cutter.push(" suite", start), None);
        assert_eq!(cutter.push(" est une liste. Elle", start).as_deref(), Some(" suite est une liste. "));
        assert_eq!(cutter.push(" a", after(start, 20)), None);
        assert_eq!(cutter.flush().as_deref(), Some("Elle a"));
        assert_eq!(cutter.flush(), None);
    }

    #[test]
    fn a_long_sentence_does_not_wait_for_its_end() {
        let (start, mut cutter) = (Instant::now(), Cutter::default());
        cutter.push("A", start);
        assert_eq!(cutter.push(" b", after(start, 10)), None);
        assert_eq!(cutter.deadline(), Some(after(start, 160)));
        assert_eq!(cutter.overdue(after(start, 159)), None);
        assert_eq!(cutter.overdue(after(start, 160)).as_deref(), Some(" b"));
        assert_eq!(cutter.deadline(), None);
    }

    #[test]
    fn a_decimal_point_or_an_abbreviation_inside_a_word_ends_nothing() {
        assert_eq!(sentence_end("x.y = 3.14"), None);
        assert_eq!(sentence_end("Vrai ! « Non. » Puis"), Some("Vrai ! « Non. ".len()));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_repeated(parts in prop::collection::vec(("[a-zé .\n!]{0,12}", 0..200_u64), 0..40)) {
            let (start, mut cutter) = (Instant::now(), Cutter::default());
            let (mut out, mut clock) = (String::new(), 0);
            for (text, pause) in &parts {
                clock += pause;
                out.extend(cutter.push(text, after(start, clock)));
            }
            out.extend(cutter.flush());
            prop_assert_eq!(out, parts.iter().map(|(text, _)| text.as_str()).collect::<String>());
        }
    }
}

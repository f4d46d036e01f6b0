//! Models sometimes say the same sentence again and again, up to the limit of their length. What they said before that
//! is worth keeping.

use std::ops::RangeInclusive;

/// Bytes of what is repeated: from a short sentence to a long paragraph.
const UNIT: RangeInclusive<usize> = 12..=700;
/// How often a unit stands at the end, at least, and how many bytes these are together: a refrain is no loop.
const TIMES: usize = 4;
const TOGETHER: usize = 400;
/// Letters of a unit, at least: rows of a table, zeros of a list and dots may be repeated.
const LETTERS: usize = 6;

/// What a text is followed by that was cut because of this.
pub(super) const CUT: &str =
    "*Le modèle s’est mis à répéter la même phrase : la réponse est coupée ici, et la question n’est pas comptée.*";

/// Where a text that ends in a loop is to be cut: after the unit's first time.
pub(super) fn cut(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    UNIT.take_while(|unit| unit * TIMES <= bytes.len())
        .find_map(|unit| {
            let times = TIMES.max(TOGETHER.div_ceil(unit));
            let begin = bytes.len().checked_sub(unit * times)?;
            let same = bytes[begin..bytes.len() - unit] == bytes[begin + unit..];
            (same && is_speech(&bytes[begin..begin + unit])).then(|| first_end(bytes, begin, unit))
        })
        .map(|end| text.floor_char_boundary(end))
}

/// Letters outside of ASCII are bytes of 128 and more.
fn is_speech(unit: &[u8]) -> bool {
    unit.iter().filter(|byte| byte.is_ascii_alphabetic() || **byte >= 128).count() >= LETTERS
}

/// Where the first time ends of what is repeated from `begin` on: the loop may have begun long before.
fn first_end(bytes: &[u8], begin: usize, unit: usize) -> usize {
    let mut first = begin;
    while first > 0 && bytes[first - 1] == bytes[first - 1 + unit] {
        first -= 1;
    }
    first + unit
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sentence_said_again_and_again_is_kept_once() {
        let begun = "On dérive la fonction. ";
        let text = format!("{begun}{}", "La dérivée est positive. ".repeat(20));
        let kept = &text[..cut(&text).expect("a loop")];
        assert!(kept.starts_with(begun) && kept.matches("La dérivée est positive").count() == 1, "{kept}");
    }

    #[test]
    fn tables_lists_of_zeros_and_refrains_are_no_loops() {
        for text in [
            format!("| x |\n|{}\n", "---|".repeat(90)),
            format!("[{}]", "0, ".repeat(200)),
            "Essaie encore. ".repeat(3),
            "for i in range(10):\n    print(i)\n".repeat(3),
        ] {
            assert_eq!(cut(&text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_cut_is_a_beginning_that_is_no_loop(begun in "[a-zé ]{0,80}", unit in "[a-zé ,.]{12,200}", times in 1usize..40) {
            let text = format!("{begun}{}", unit.repeat(times));
            if let Some(end) = cut(&text) {
                prop_assert!(end < text.len());
                prop_assert_eq!(cut(&text[..end]), None);
            }
        }

        #[test]
        fn every_long_loop_of_speech_is_found(begun in "[a-zé ]{0,80}", unit in "[a-zé]{10,150}[.] ", more in 0usize..30) {
            let times = 4 + TOGETHER / unit.len() + more;
            let text = format!("{begun}{}", unit.repeat(times));
            prop_assert!(cut(&text).is_some());
        }
    }
}

//! The order of the options and the values under which they are sent, made from the attempt's secret seed: neither the
//! page nor the traffic tells which option is stored where.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Value of "je ne sais pas" in the form.
pub const NSP: &str = "nsp";

/// One option as it is sent: an opaque value and the stored position behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What the form sends.
    pub value: String,
    /// Stored position, 0 to 3; never leaves the server.
    pub stored: usize,
}

/// The four options of a question (by its number in the bank, from 0) in the order in which this attempt shows them.
pub fn options(seed: &[u8], question: usize) -> [Shown; 4] {
    let mut shown = [0, 1, 2, 3].map(|stored| Shown { value: value(seed, question, stored), stored });
    shown.sort_by(|a, b| a.value.cmp(&b.value));
    shown
}

/// The stored position behind a value, if it is one of this question in this attempt.
pub fn stored(seed: &[u8], question: usize, value: &str) -> Option<usize> {
    options(seed, question).into_iter().find_map(|shown| (shown.value == value).then_some(shown.stored))
}

/// 72 bits of HMAC-SHA-256: no two options of a question share them but once in 10²¹ attempts.
fn value(seed: &[u8], question: usize, stored: usize) -> String {
    // HMAC takes keys of any length: this cannot fail.
    let mut mac = Hmac::<Sha256>::new_from_slice(seed).unwrap_or_else(|_| unreachable!());
    mac.update(&(question as u64).to_le_bytes());
    mac.update(&(stored as u64).to_le_bytes());
    URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..9])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_value_leads_back_to_its_option(seed in prop::array::uniform16(any::<u8>()), question in 0usize..100) {
            for shown in options(&seed, question) {
                prop_assert_eq!(stored(&seed, question, &shown.value), Some(shown.stored));
            }
            prop_assert_eq!(stored(&seed, question, "0"), None);
        }

        #[test]
        fn a_value_of_one_question_or_attempt_says_nothing_in_another(seed in prop::array::uniform16(any::<u8>())) {
            let first = options(&seed, 0);
            prop_assert!(options(&seed, 1).iter().all(|shown| !first.contains(shown)));
            let mut other = seed;
            other[0] ^= 1;
            prop_assert!(options(&other, 0).iter().all(|shown| !first.contains(shown)));
        }
    }

    #[test]
    fn the_right_option_stands_at_every_place_equally_often() {
        let mut places = [0_u32; 4];
        for attempt in 0..4000_u32 {
            let place = options(&attempt.to_le_bytes(), 7).iter().position(|shown| shown.stored == 0).expect("present");
            places[place] += 1;
        }
        assert!(places.iter().all(|count| (850..1150).contains(count)), "{places:?}");
    }
}

//! Secrets that people copy by hand: groups of five letters and digits that nobody takes for another, 24 bits each.

use rand::RngExt as _;

const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
const GROUP: usize = 5;

/// So many groups: `hk7mp-4xqaw`.
pub(super) fn draw(groups: usize) -> String {
    let mut random = rand::rng();
    let mut group =
        || -> String { (0..GROUP).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect() };
    (0..groups).map(|_| group()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_no_letter_that_is_taken_for_another() {
        let secret = draw(4);
        assert_eq!(secret.len(), 23);
        assert!(!secret.contains(['0', 'o', '1', 'l', 'i']) && secret != draw(4), "{secret}");
    }
}

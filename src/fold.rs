//! Letters without case and accent, so that « Éléonore », « eleonore » and « ELEONORE » are one word.

/// The plain form of a letter: lower case, without accent; nothing for a mark that stands on the letter before it.
pub fn fold(letter: char) -> impl Iterator<Item = char> {
    letter.to_lowercase().flat_map(|letter| plain(letter).into_iter().flatten())
}

fn plain(letter: char) -> [Option<char>; 2] {
    let one = match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' | 'ì' => 'i',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
        'û' | 'ü' | 'ù' | 'ú' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ÿ' | 'ý' => 'y',
        'œ' => return [Some('o'), Some('e')],
        'æ' => return [Some('a'), Some('e')],
        // Combining accents, and the vowel marks and the stretching of Arabic.
        '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}' | '\u{640}' => return [None, None],
        other => other,
    };
    [Some(one), None]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_with_and_without_accents_composed_or_not() {
        for word in ["Éléonore", "eleonore", "E\u{301}le\u{301}onore"] {
            assert_eq!(word.chars().flat_map(fold).collect::<String>(), "eleonore");
        }
        assert_eq!("Sœur".chars().flat_map(fold).collect::<String>(), "soeur");
    }
}

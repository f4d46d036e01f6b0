//! Which passwords are refused, and how strong the others look. Pure: no I/O.
//!
//! Always true: length and guessability count, never which kinds of characters are used; the same rule holds for
//! activation, reset, change and the command line; case and accents make no difference.

use super::{MOST_CHARACTERS, common, patterns};

/// Fewest characters of a password.
pub const FEWEST_CHARACTERS: usize = 10;
/// Fewest characters that are not the person's own data.
const FEWEST_FRESH: usize = 6;

/// What of a person a password must not be made of, as words of at least three letters or digits.
#[derive(Debug, Clone, Default)]
pub struct Own(Vec<String>);

impl Own {
    /// Words of names, addresses, school and dates; the longest first, so that "ben salah" goes before "salah".
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words: Vec<String> = vec!["nexus".into(), "reussite".into()];
        for text in texts {
            let folded = fold(text);
            words.push(folded.chars().filter(|c| c.is_alphanumeric()).collect());
            words.extend(folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
            words.extend(folded.split(|c: char| !c.is_alphabetic()).map(str::to_owned));
        }
        words.retain(|word| word.chars().count() >= 3 && !SMALL_WORDS.contains(&word.as_str()));
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        Self(words)
    }
}

/// Parts of addresses and schools that are nobody's own.
const SMALL_WORDS: &[&str] = &["com", "net", "org", "des", "les", "www", "mail", "the", "and", "fr", "tn"];

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`FEWEST_CHARACTERS`].
    TooShort,
    /// More than [`MOST_CHARACTERS`].
    TooLong,
    /// On the list, or made of one or two words that are.
    Common,
    /// A run, a row of keys, a repetition.
    Pattern,
    /// Made of the person's own data.
    Own,
}

impl Weakness {
    /// What the person reads; neither tu nor vous.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TooShort => "Mot de passe trop court\u{a0}: il faut au moins 10\u{a0}caractères.",
            Self::TooLong => "Mot de passe trop long\u{a0}: 128\u{a0}caractères au plus.",
            Self::Common => {
                "Ce mot de passe est parmi les premiers que l’on essaie. Quatre mots sans rapport font bien mieux."
            }
            Self::Pattern => {
                "Une suite ou une répétition se devine tout de suite. Quatre mots sans rapport font bien mieux."
            }
            Self::Own => {
                "Ce mot de passe reprend des informations du compte (nom, e-mail, école, naissance). Il faut autre chose."
            }
        }
    }
}

/// How an accepted password looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Accepted, no more.
    Enough,
    /// Good.
    Good,
    /// Nobody will guess it.
    Strong,
}

impl Strength {
    /// What the person reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Enough => "Accepté, tout juste\u{a0}: un mot de plus le rendrait bien plus sûr.",
            Self::Good => "Bon mot de passe.",
            Self::Strong => "Très bon mot de passe.",
        }
    }
}

/// Accepts a password for a person, or says why not.
pub fn check(password: &str, own: &Own) -> Result<Strength, Weakness> {
    let length = password.chars().count();
    if length < FEWEST_CHARACTERS {
        return Err(Weakness::TooShort);
    }
    if length > MOST_CHARACTERS {
        return Err(Weakness::TooLong);
    }
    let folded = fold(password);
    let units = patterns::units(&folded);
    if units < FEWEST_FRESH {
        return Err(Weakness::Pattern);
    }
    if common::is_common(&folded) {
        return Err(Weakness::Common);
    }
    if own.makes_up(&folded) {
        return Err(Weakness::Own);
    }
    Ok(match units {
        ..12 => Strength::Enough,
        12..16 => Strength::Good,
        _ => Strength::Strong,
    })
}

impl Own {
    /// Whether too little is left of the password without the person's own words.
    fn makes_up(&self, folded: &str) -> bool {
        let plain: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
        [plain.clone(), common::unleet(&plain)].iter().any(|text| self.leaves_little(text))
    }

    fn leaves_little(&self, text: &str) -> bool {
        let mut rest = text.to_owned();
        let mut found = false;
        for word in &self.0 {
            if rest.contains(word.as_str()) {
                found = true;
                rest = rest.replace(word.as_str(), " ");
            }
        }
        found && (fresh(&rest) < FEWEST_FRESH || common::is_common(&rest))
    }
}

/// Letters, and one for four digits: a year or two are easy to add.
fn fresh(rest: &str) -> usize {
    let letters = rest.chars().filter(|c| c.is_alphabetic()).count();
    letters + rest.chars().filter(char::is_ascii_digit).count().div_ceil(4)
}

/// Lower case, without the accents of French.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' | 'í' | 'ì' => 'i',
            'ô' | 'ö' | 'ó' | 'ò' | 'õ' => 'o',
            'û' | 'ü' | 'ù' | 'ú' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            'ÿ' | 'ý' => 'y',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn yassine() -> Own {
        Own::new([
            "Yassine",
            "Ben Salah",
            "yassine.bensalah@topnet.tn",
            "yassine.bensalah2",
            "Lycée Pierre Mendès France",
            "2008",
            "1406",
        ])
    }

    #[test]
    fn length_alone_is_demanded_never_kinds_of_characters() {
        for good in [
            "un bon mot de passe",
            "quatre mots bien choisis",
            "hk7mp-4xqaw-9tzrb",
            "TAXIMOUTARDEGRENIERVELOURS",
            "jpvqhbtzxkdm",
            "الشمس تشرق كل يوم",
        ] {
            assert!(check(good, &yassine()).is_ok(), "{good}");
        }
        assert_eq!(check("court+sûr", &yassine()), Err(Weakness::TooShort));
        assert_eq!(check(&"taxi moutarde ".repeat(10), &yassine()), Err(Weakness::TooLong));
        assert!(check(&"abcdefgh ijz k7 ".repeat(8), &yassine()).is_ok(), "128 characters");
    }

    #[test]
    fn what_everybody_takes_is_refused_however_it_is_dressed() {
        for common in [
            "motdepasse1",
            "Motdepasse2024!",
            "P@ssw0rd1234",
            "azertyuiop",
            "Soleil12345",
            "iloveyou2010",
            "BonjourMaman",
            "chat-chien-2024",
            "jetaimemaman",
            "cristianoronaldo7",
            "M0hamed2007",
            "Été-Tunisie-2025",
        ] {
            assert!(matches!(check(common, &Own::default()), Err(Weakness::Common | Weakness::Pattern)), "{common}");
        }
    }

    #[test]
    fn runs_rows_of_keys_and_repetitions_are_refused() {
        for pattern in [
            "1234567890",
            "abcdefghijkl",
            "aaaaaaaaaaaa",
            "qsdfghjklm",
            "0987654321",
            "azerty123456",
            "abcabcabcabc",
            "passpasspass",
            "1qaz2wsx3edc",
            "11112222333344445555",
        ] {
            assert_eq!(check(pattern, &Own::default()), Err(Weakness::Pattern), "{pattern}");
        }
    }

    #[test]
    fn what_is_made_of_the_person_is_refused() {
        for own in [
            "yassine2008",
            "YassineBenSalah",
            "bensalah.yassine",
            "Y4ss1ne-2008!",
            "mendes-france-2008",
            "nexus2024nexus",
            "Nexus-Réussite-2026",
            "yassine+soleil",
            "topnet1406yassine",
        ] {
            assert!(check(own, &yassine()).is_err(), "{own}");
        }
        assert_eq!(check("YassineBenSalah", &yassine()), Err(Weakness::Own));
        for fine in ["yassine mange du couscous", "le chameau de yassine rit"] {
            assert!(check(fine, &yassine()).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_longer_password_never_looks_weaker() {
        assert_eq!(check("jpvqhbtzxk", &Own::default()), Ok(Strength::Enough));
        assert_eq!(check("jpvqhbtzxkdmr", &Own::default()), Ok(Strength::Good));
        assert_eq!(check("taxi moutarde grenier", &Own::default()), Ok(Strength::Strong));
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in any::<String>(), own in any::<String>()) {
            let _ = check(&text, &Own::new([own.as_str()]));
        }

        #[test]
        fn case_and_accents_change_nothing(text in "[a-zéèàç0-9 .-]{10,40}") {
            let own = yassine();
            prop_assert_eq!(check(&text, &own).is_ok(), check(&text.to_uppercase(), &own).is_ok());
            prop_assert_eq!(check(&text, &own).is_ok(), check(&fold(&text), &own).is_ok());
        }

        #[test]
        fn a_name_with_digits_or_signs_around_is_always_refused(
            name in "[a-z]{4,12}", before in "[0-9!.]{0,6}", after in "[0-9!.]{3,8}"
        ) {
            let password = format!("{before}{name}{after}");
            prop_assert!(check(&password, &Own::new([name.as_str()])).is_err(), "{}", password);
        }

        #[test]
        fn a_listed_word_with_digits_or_signs_around_is_always_refused(
            at in 0usize..1900, before in "[0-9!.]{0,6}", after in "[0-9!.]{10}"
        ) {
            let password = format!("{before}{}{after}", common::words().nth(at).unwrap_or("soleil"));
            prop_assert!(check(&password, &Own::default()).is_err(), "{}", password);
        }

        #[test]
        fn long_random_letters_are_never_refused(text in "[b-df-hj-np-tv-z]{24,40}") {
            prop_assume!(patterns::units(&text) > 14);
            prop_assert!(check(&text, &yassine()).is_ok(), "{}", text);
        }
    }
}

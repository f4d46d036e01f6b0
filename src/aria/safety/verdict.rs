//! The second look, by the model: one word in answer to one prompt.

use std::sync::LazyLock;

use super::Kind;
use crate::aria::prompts::Prompt;

/// What the model is told; the message of the person follows, alone.
pub static SAFETY_PROMPT: LazyLock<Prompt> = LazyLock::new(Prompt::safety);

/// The kind in the model's answer: one word of the five, whatever its case, its accents and the punctuation around it.
/// Everything else (several words, an explanation, nothing) is no verdict, as RIEN is.
pub fn parse_verdict(answer: &str) -> Option<Kind> {
    let is_around =
        |letter: char| letter.is_whitespace() || matches!(letter, '.' | '!' | '*' | '`' | '"' | '«' | '»' | ':');
    let word: String = answer.trim_matches(is_around).chars().flat_map(crate::fold::fold).collect();
    match word.as_str() {
        "suicide" => Some(Kind::Suicide),
        "abus" => Some(Kind::Abuse),
        "violence" => Some(Kind::Violence),
        "detresse" => Some(Kind::Distress),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_one_word_of_the_five() {
        for (answer, kind) in [
            ("SUICIDE", Some(Kind::Suicide)),
            (" abus.\n", Some(Kind::Abuse)),
            ("**Violence**", Some(Kind::Violence)),
            ("Détresse", Some(Kind::Distress)),
            ("DETRESSE", Some(Kind::Distress)),
            ("RIEN", None),
            ("", None),
            ("SUICIDE ou DETRESSE", None),
            ("Ce message relève de SUICIDE", None),
            ("pas de suicide", None),
            ("SUICIDES", None),
        ] {
            assert_eq!(parse_verdict(answer), kind, "{answer}");
        }
    }

    #[test]
    fn the_prompt_names_every_word_that_is_understood() {
        for word in ["SUICIDE", "ABUS", "VIOLENCE", "DETRESSE"] {
            assert!(SAFETY_PROMPT.text.contains(word) && parse_verdict(word).is_some(), "{word}");
        }
        assert!(SAFETY_PROMPT.text.contains("RIEN"));
    }
}

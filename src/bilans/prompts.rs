//! The instructions to the model, one text an audience under `assets/prompts/`: a line `version: n`, then the prompt.
//! A published version never changes: a correction has the next number.

use super::model::Audience;

/// A prompt and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// Version of the text.
    pub version: &'static str,
    /// What the model is told.
    pub text: &'static str,
}

impl Prompt {
    /// The one for an audience.
    pub fn of(audience: Audience) -> Self {
        Self::read(match audience {
            Audience::Eleve => include_str!("../../assets/prompts/bilan_eleve.md"),
            Audience::Parents => include_str!("../../assets/prompts/bilan_parents.md"),
            Audience::Nexus => include_str!("../../assets/prompts/bilan_nexus.md"),
        })
    }

    fn read(file: &'static str) -> Self {
        let (head, text) = file.split_once('\n').unwrap_or((file, ""));
        Self { version: head.trim_start_matches("version:").trim(), text: text.trim() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prompt_has_a_version_and_rules() {
        for audience in Audience::ALL {
            let Prompt { version, text } = Prompt::of(audience);
            assert!(version.parse::<u32>().is_ok_and(|version| version > 0), "{version}");
            assert!(text.contains("# Règles absolues") && text.contains("# Plan"), "{}", audience.key());
        }
    }
}

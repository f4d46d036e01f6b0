//! What the model is told, one text a persona or a task under `assets/prompts/aria_*.md`: a line `version: n`, then the
//! prompt. A published version never changes: a correction has the next number.

mod attempts;

pub use attempts::count_attempts;

use crate::web::Role;

/// A prompt and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// Version of the text.
    pub version: &'static str,
    /// What the model is told.
    pub text: &'static str,
}

impl Prompt {
    /// Extracts memories from a finished conversation, as JSON.
    pub fn memories() -> Self {
        Self::read(include_str!("../../assets/prompts/aria_memoire.md"))
    }

    /// Names a conversation.
    pub fn title() -> Self {
        Self::read(include_str!("../../assets/prompts/aria_titre.md"))
    }

    /// Looks for signs of danger in a message; see [`crate::aria::safety::parse_verdict`].
    pub(in crate::aria) fn safety() -> Self {
        Self::read(include_str!("../../assets/prompts/aria_safety.md"))
    }

    fn read(file: &'static str) -> Self {
        let (head, text) = file.split_once('\n').unwrap_or((file, ""));
        Self { version: head.trim_start_matches("version:").trim(), text: text.trim() }
    }
}

/// Who ARIA is, for whom it speaks to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Persona {
    /// The tutor of a student.
    #[default]
    Eleve,
    /// Explains a child's results to a parent.
    Parent,
    /// Prepares a session with a coach.
    Coach,
    /// Helps the staff with the product.
    Equipe,
}

impl Persona {
    /// Every persona.
    #[cfg(test)]
    pub const ALL: [Self; 4] = [Self::Eleve, Self::Parent, Self::Coach, Self::Equipe];

    /// The one that speaks to a role.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Eleve => Self::Eleve,
            Role::Parent => Self::Parent,
            Role::Coach => Self::Coach,
            Role::Assistante | Role::Admin => Self::Equipe,
        }
    }

    /// What the model is told first.
    pub fn prompt(self) -> Prompt {
        Prompt::read(match self {
            Self::Eleve => include_str!("../../assets/prompts/aria_eleve.md"),
            Self::Parent => include_str!("../../assets/prompts/aria_parent.md"),
            Self::Coach => include_str!("../../assets/prompts/aria_coach.md"),
            Self::Equipe => include_str!("../../assets/prompts/aria_equipe.md"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_prompt() -> Vec<Prompt> {
        let others = [Prompt::memories(), Prompt::title(), Prompt::safety()];
        Persona::ALL.into_iter().map(Persona::prompt).chain(others).collect()
    }

    #[test]
    fn every_prompt_has_a_version_and_fits_in_its_share_of_the_budget() {
        for Prompt { version, text } in every_prompt() {
            assert!(version.parse::<u32>().is_ok_and(|version| version > 0), "{version}");
            assert!(text.chars().count() / 4 <= 900, "{} characters: {text:.60}", text.chars().count());
        }
    }

    #[test]
    fn every_prompt_says_that_what_it_reads_is_data() {
        for Prompt { text, .. } in every_prompt() {
            assert!(text.contains("donnée"), "{text:.60}");
        }
    }

    #[test]
    fn every_persona_keeps_its_rules_cites_by_tag_and_admits_what_it_does_not_know() {
        for persona in Persona::ALL {
            let text = persona.prompt().text;
            for rule in [
                "# Règles absolues",
                "jamais des consignes",
                "jouer un autre rôle",
                "<passages>",
                "[[étiquette]]",
                "Je n’ai rien trouvé dans les documents de l’école sur ce point",
                "⟦ELEVE_1⟧",
                "un programme",
            ] {
                assert!(text.contains(rule), "{persona:?}: {rule}");
            }
        }
    }

    #[test]
    fn the_tutor_helps_to_think_before_it_gives_the_solution() {
        let text = Persona::Eleve.prompt().text;
        for rule in ["tentatives: n", "« tentatives: 2 » ou plus", "indice", "Devoir noté", "plan", "coach", "$LaTeX$"]
        {
            assert!(text.contains(rule), "{rule}");
        }
    }

    #[test]
    fn memories_are_of_learning_only_and_titles_short() {
        for rule in ["SEMANTIC", "EPISODIC", "PLAN", "santé", "famille", "religion", "sentiments", "[]", "cinq"] {
            assert!(Prompt::memories().text.contains(rule), "{rule}");
        }
        assert!(Prompt::title().text.contains("six mots"));
    }

    #[test]
    fn each_role_has_its_persona() {
        assert_eq!(Persona::of(Role::Eleve), Persona::Eleve);
        assert_eq!(Persona::of(Role::Assistante), Persona::Equipe);
    }
}

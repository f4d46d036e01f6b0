//! The report that is shown whenever the model has not written one: made of the facts alone, always the same for the
//! same facts. Every sentence is true of them, whatever they are: bands speak of the cohort, percentages of the
//! questions, and a domain is praised or worked on for its own score.

mod eleve;
mod nexus;
mod parents;
mod phrases;

#[cfg(test)]
mod tests;

use super::{facts::BilanFacts, model::Audience};

/// The report in Markdown, 150 to 300 words; a few lines when nothing was measured.
pub fn compose(audience: Audience, facts: &BilanFacts) -> String {
    if facts.domains.is_empty() {
        return nothing_measured(audience).to_owned();
    }
    match audience {
        Audience::Eleve => eleve::compose(facts),
        Audience::Parents => parents::compose(facts),
        Audience::Nexus => nexus::compose(facts),
    }
}

/// The contract scores an empty set of answers too.
fn nothing_measured(audience: Audience) -> &'static str {
    match audience {
        Audience::Eleve => {
            "## Où tu en es\n\nAucune question de cette évaluation n’a été traitée : il n’y a rien à en conclure, ni en bien ni en mal. Le score affiché vient des règles de calcul, pas de ce que tu sais.\n\n## Ta prochaine étape\n\nPasse l’évaluation question par question. Quand tu ne sais pas, dis-le : « je ne sais pas » est une vraie réponse, qui aide à savoir quoi travailler."
        }
        Audience::Parents => {
            "## L’essentiel\n\nAucune question de cette évaluation n’a été traitée : il n’y a rien à en conclure sur votre enfant. Le score affiché vient des règles de calcul.\n\n## La prochaine étape\n\nInvitez votre enfant à passer l’évaluation au calme, question par question, en disant « je ne sais pas » quand c’est le cas : c’est une réponse honnête, qui aide à cibler le travail."
        }
        Audience::Nexus => {
            "## Lecture du résultat\n\nAucune question traitée : le résultat n’a pas de valeur diagnostique, et son score ne dit rien de l’élève.\n\n## Points de vigilance\n\n- Vérifier d’où vient cet envoi vide (essai, incident, abandon).\n- Faire passer l’évaluation dans l’application avant tout plan de séances."
        }
    }
}

/// A Markdown text in the making.
#[derive(Default)]
struct Text(String);

impl Text {
    fn title(mut self, title: &str) -> Self {
        self.0.push_str("\n## ");
        self.0.push_str(title);
        self.0.push_str("\n\n");
        self
    }

    /// A paragraph of these sentences; those that are empty are left out.
    fn paragraph<S: AsRef<str>>(mut self, sentences: impl IntoIterator<Item = S>) -> Self {
        let sentences: Vec<S> = sentences.into_iter().collect();
        let sentences: Vec<&str> = sentences.iter().map(AsRef::as_ref).filter(|one| !one.is_empty()).collect();
        if !sentences.is_empty() {
            self.0.push_str(&sentences.join(" "));
            self.0.push_str("\n\n");
        }
        self
    }

    /// A list with dashes.
    fn list(mut self, items: impl IntoIterator<Item = String>) -> Self {
        let before = self.0.len();
        for item in items {
            self.0.push_str("- ");
            self.0.push_str(&item);
            self.0.push('\n');
        }
        if self.0.len() > before {
            self.0.push('\n');
        }
        self
    }

    fn end(self) -> String {
        self.0.trim().to_owned()
    }
}

//! The answer without a model: the best passages, short, quoted with their links and labelled as such. Pure.

use super::{
    citations::{self, Given},
    prompts::Persona,
};

/// Passages in one answer.
pub const MOST: usize = 3;
/// Characters of one passage.
const LONGEST: usize = 420;

/// A composed answer: Markdown with `〔n〕`.
pub fn compose(passages: &[Given], persona: Persona) -> String {
    let tu = persona == Persona::Eleve;
    if passages.is_empty() {
        let (look, ask) = if tu {
            ("Essaie avec d’autres mots, comme ceux de ton cours", "écris à un coach : il te répondra")
        } else {
            ("Essayez avec d’autres mots", "écrivez à l’équipe : elle vous répondra")
        };
        return format!(
            "Le tuteur ne peut pas rédiger de réponse en ce moment, et rien dans les documents de l’école ne répond à ces mots.\n\n\
             {look}, ou {ask}. Cette question n’est pas décomptée."
        );
    }
    let intro = if tu {
        "Le tuteur ne peut pas rédiger de réponse en ce moment. Voici ce que disent les documents de l’école ; lis-les, puis repose ta question plus tard si besoin."
    } else {
        "Le tuteur ne peut pas rédiger de réponse en ce moment. Voici ce que disent les documents de l’école."
    };
    let quotes = passages.iter().take(MOST).enumerate().map(|(place, given)| {
        let source = [given.citation.title.as_str(), given.citation.heading.as_str()];
        let source = source.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        format!("**{source}**{}\n\n{}", citations::sign(place), quoted(&given.body))
    });
    let quotes = quotes.collect::<Vec<_>>().join("\n\n");
    format!("{intro}\n\n{quotes}\n\nCette question n’est pas décomptée.")
}

/// The beginning of a passage, as a block quotation, without cutting a formula or a line.
fn quoted(body: &str) -> String {
    let mut kept = String::new();
    let lines = body.lines().filter(|line| !line.trim_start().starts_with('#'));
    for line in lines {
        if !kept.is_empty() && kept.chars().count() + line.chars().count() > LONGEST {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    let open = kept.matches("$$").count() % 2 == 1 || kept.matches("```").count() % 2 == 1;
    let whole = if open { body } else { kept.trim_end() };
    let sign = if whole.trim_end().len() < body.trim_end().len() { "\n>\n> […]" } else { "" };
    let lines: Vec<String> = whole.trim().lines().map(|line| format!("> {line}")).collect();
    lines.join("\n") + sign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aria::model::Citation;

    fn given(body: &str) -> Given {
        let citation = Citation {
            number: 0,
            passage: 1,
            title: "Suites".into(),
            heading: "Définition".into(),
            page: None,
            url: "/bibliotheque/x".into(),
            excerpt: String::new(),
        };
        Given { tag: "aaaa".into(), body: body.into(), citation }
    }

    #[test]
    fn at_most_three_short_passages_are_quoted_with_their_source() {
        let long = "Une phrase assez longue pour remplir une ligne entière du passage cité.\n".repeat(20);
        let passages = [given("Un terme."), given(&long), given("Trois."), given("Quatre.")];
        let text = compose(&passages, Persona::Eleve);
        assert!(text.contains("〔3〕") && !text.contains("〔4〕") && text.contains("> Un terme."), "{text}");
        assert!(text.chars().count() < 1_600 && text.contains("> […]"), "{text}");
    }

    #[test]
    fn a_formula_is_not_cut_in_two() {
        let body = format!("{}\n$$\na = b\n\nc = d\n$$", "x".repeat(415));
        assert_eq!(quoted(&body).matches("$$").count() % 2, 0);
    }

    #[test]
    fn without_a_passage_the_reader_is_told_what_to_do() {
        assert!(compose(&[], Persona::Eleve).contains("écris à un coach"));
        assert!(compose(&[], Persona::Parent).contains("écrivez à l’équipe"));
    }
}

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
        let next = match persona {
            Persona::Eleve => {
                "Essaie avec d’autres mots, comme ceux de ton cours, ou écris à un coach : il te répondra."
            }
            Persona::Parent => {
                "Les résultats de votre enfant et sa prochaine étape sont sur [votre tableau de bord](/dashboard/parent) ; pour le reste, écrivez à l’équipe : elle vous répondra."
            }
            Persona::Coach => "Essayez avec les mots du cours, ou écrivez à l’équipe : elle vous répondra.",
            Persona::Equipe => "Réessayez dans un moment : il pourra de nouveau rédiger.",
        };
        return format!(
            "Le tuteur ne peut pas rédiger de réponse en ce moment, et rien dans les documents de l’école ne répond à ces mots.\n\n\
             {next} Cette question n’est pas décomptée."
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

/// The beginning of a passage, as a block quotation: up to its next title, and without cutting a line, a formula or code.
fn quoted(body: &str) -> String {
    // Bytes that are kept; where the block begins that is open, and by which sign it is closed.
    let (mut kept, mut open): (usize, Option<(usize, &str)>) = (0, None);
    let mut length = 0;
    let body = without_titles(body);
    for line in body.split_inclusive('\n') {
        let long = kept > 0 && length + line.chars().count() > LONGEST;
        match open {
            None if line.starts_with('#') || long => break,
            // It began near the end: all of it is left out. A passage that begins with it keeps it whole.
            Some((begin, _)) if long && begin > 0 => {
                kept = begin;
                break;
            }
            _ => {}
        }
        for sign in ["```", "$$"] {
            if line.matches(sign).count() % 2 == 1 {
                open = match open {
                    None => Some((kept, sign)),
                    Some((_, of)) if of == sign => None,
                    other => other,
                };
            }
        }
        kept += line.len();
        length += line.chars().count();
    }
    let quoted = body[..kept].trim();
    let sign = if quoted.len() < body.trim_end().len() { "\n>\n> […]" } else { "" };
    let lines: Vec<String> = quoted.lines().map(|line| format!("> {line}")).collect();
    lines.join("\n") + sign
}

/// Without the titles that it begins with: its source names them.
fn without_titles(body: &str) -> &str {
    let mut rest = body.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest.trim_start());
    }
    rest
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
    fn a_quotation_ends_before_the_next_title_and_before_code_that_is_too_long_for_it() {
        let code = format!("```python\n# un commentaire\n{}```", "x = 1\n".repeat(80));
        let body = format!("## Titre\n\nUne règle.\n\n{code}\n\n## Exercices\n\n1. Écris.");
        assert_eq!(quoted(&body), "> Une règle.\n>\n> […]");
        assert_eq!(quoted("Une règle.\n\n## Exercices\n\n1. Écris."), "> Une règle.\n>\n> […]");
        let whole = quoted(&code);
        assert!(whole.ends_with("> ```") && whole.contains("# un commentaire"), "{whole}");
        let short = quoted("Ainsi :\n\n```python\n# un commentaire\nx = 1\n```");
        assert!(short.contains("> # un commentaire") && short.ends_with("> ```"), "{short}");
    }

    #[test]
    fn without_a_passage_the_reader_is_told_what_to_do() {
        assert!(compose(&[], Persona::Eleve).contains("écris à un coach"));
        assert!(compose(&[], Persona::Parent).contains("écrivez à l’équipe"));
    }
}

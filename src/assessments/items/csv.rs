//! The table of a bank's questions for a spreadsheet: UTF-8 with its mark, semicolons and decimal commas, as a French
//! Excel and LibreOffice open it without asking.

use super::report::{Item, Report};
use crate::{
    assessments::bank::OPTION_KEYS,
    web::{format::tunis_day, sheet::BOM},
};

const HEAD: [&str; 18] = [
    "Numéro",
    "Identifiant",
    "Domaine",
    "Thème",
    "Poids",
    "Compétence",
    "Réponses reçues",
    "Réussite (%)",
    "Discrimination",
    "Bonne réponse",
    "a (%)",
    "b (%)",
    "c (%)",
    "d (%)",
    "Je ne sais pas (%)",
    "Sans réponse (%)",
    "Temps médian (s)",
    "À revoir",
];

/// The whole file.
pub(super) fn table(report: &Report) -> String {
    let mut text = String::from(BOM);
    line(&mut text, HEAD.iter().map(|head| (*head).to_owned()).chain(["Mesuré le".to_owned()]));
    let measured = report.measured_at.map(|at| tunis_day(at).format("%d/%m/%Y").to_string()).unwrap_or_default();
    for item in &report.items {
        line(&mut text, row(report, item).into_iter().chain([measured.clone()]));
    }
    text
}

fn row(report: &Report, item: &Item) -> Vec<String> {
    let (question, figures) = (item.question, &item.figures);
    // Shares and correlations of nobody are no zeros.
    let share = |value: f64| if figures.n > 0 { number(100.0 * value, 1) } else { String::new() };
    let domain = report.edition.bank.domain(&question.domain).map_or(question.domain.as_str(), |one| &one.label);
    let flags = match &item.flags {
        None => "Pas assez de réponses".to_owned(),
        Some(flags) => flags.iter().map(|flag| flag.label()).collect::<Vec<_>>().join(", "),
    };
    let mut cells = vec![
        (item.number + 1).to_string(),
        question.id.clone(),
        domain.to_owned(),
        question.topic.clone(),
        question.weight.to_string(),
        question.competence.clone(),
        figures.n.to_string(),
        share(figures.facility()),
        figures.discrimination().map(|r| number(r, 3)).unwrap_or_default(),
        OPTION_KEYS[figures.key].to_owned(),
    ];
    cells.extend(figures.options.iter().map(|option| share(option.share)));
    cells.extend([
        share(figures.nsp),
        share(figures.unanswered()),
        figures.median_seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
        flags,
    ]);
    cells
}

fn number(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}").replace('.', ",")
}

/// A cell with a sign of the format is quoted.
fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    let quoted = |cell: String| {
        if cell.contains([';', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
    };
    text.push_str(&cells.map(quoted).collect::<Vec<_>>().join(";"));
    text.push_str("\r\n");
}

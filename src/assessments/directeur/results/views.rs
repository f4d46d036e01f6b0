//! View of the list.

use maud::{Markup, html};

use super::{Filter, ORIGINS, PATH, store::Row};
use crate::{
    assessments::{
        bank,
        model::{Band, Subject},
        runner::paths,
    },
    ui::{bands, filters::Narrow, icons},
    web::format::{day, decimal},
};

/// Name of a questionnaire with its level, which tells two forms of a subject apart.
pub(super) fn questionnaire(edition: &str) -> String {
    bank::find(edition)
        .map_or_else(|| edition.to_owned(), |one| format!("{} ({})", one.bank.title, one.edition.grade.label()))
}

/// The list with its filter.
pub(super) fn list(filter: &Filter, rows: &[Row], next: Option<&str>) -> Markup {
    html! {
        header class="page-head" { h1 { "Résultats" } p class="lead" { "Chaque évaluation de la cohorte, de la plus récente à la plus ancienne." } }
        p { a href="/admin/directeur" { "Retour à la cohorte" } }
        (narrowing(filter))
        section class="card" aria-label="Résultats trouvés" {
            @if rows.is_empty() {
                p { @if filter.is_all() { "Aucune évaluation terminée pour l’instant." } @else { "Aucun résultat ne correspond. Élargissez la recherche : tous les niveaux, ou tous les mois." } }
            } @else {
                ul class="rows" { @for row in rows { (line(row)) } }
            }
            p class="actions" {
                @if let Some(next) = next { a class="button quiet" href=(filter.link(PATH, next)) rel="next" { "Page suivante" (icons::arrow()) } }
                @if !filter.apres.is_empty() { a href=(filter.link(PATH, "")) { "Revenir au début" } }
                @if !rows.is_empty() { a href=(filter.link("/admin/directeur/resultats.csv", "")) download { "Télécharger cette liste (CSV)" } }
            }
        }
    }
}

fn narrowing(filter: &Filter) -> Markup {
    let levels: Vec<(&str, &str)> = Band::ALL.iter().map(|band| (band.key(), band.label())).collect();
    let subjects: Vec<(&str, &str)> = Subject::ALL.iter().map(|subject| (subject.as_str(), subject.label())).collect();
    let named: Vec<(&str, String)> =
        bank::editions().map(|one| (one.edition.id.as_str(), questionnaire(&one.edition.id))).collect();
    let editions: Vec<(&str, &str)> = named.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let origins = ORIGINS.map(|(key, label, _)| (key, label));
    let narrows = [
        Narrow { name: "niveau", label: "Niveau", value: &filter.niveau, all: "Tous les niveaux", options: &levels },
        Narrow {
            name: "matiere",
            label: "Matière",
            value: &filter.matiere,
            all: "Toutes les matières",
            options: &subjects,
        },
        Narrow {
            name: "questionnaire",
            label: "Questionnaire",
            value: &filter.questionnaire,
            all: "Tous les questionnaires",
            options: &editions,
        },
        Narrow { name: "origine", label: "Évaluations", value: &filter.origine, all: "Toutes", options: &origins },
    ];
    html! {
        form method="get" action=(PATH) class="card" role="search" {
            div class="grid-3" {
                @for one in &narrows { (one.field()) }
                div class="field" {
                    label for="mois" { "Mois" }
                    input id="mois" name="mois" type="month" value=(filter.mois) placeholder="2026-11" pattern="[0-9]{4}-[0-9]{2}" maxlength="7";
                }
            }
            button class="button quiet" type="submit" { "Chercher" }
        }
    }
}

fn line(row: &Row) -> Markup {
    let band = Band::of(row.ssn);
    html! {
        li {
            span class="grow" {
                a href=(paths::result(row.assessment_id)) { (row.student_name) }
                br;
                span class="muted" { (questionnaire(&row.bank)) ", le " (day(row.scored_on)) }
            }
            (bands::badge(band.key(), band.label()))
            span class="num" { (decimal(row.ssn)) }
        }
    }
}

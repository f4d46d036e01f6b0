//! All editions, and measuring them again.

use maud::{Markup, html};

use super::{bank_path, known};
use crate::{
    assessments::items::{flags, report::Report, store::Run},
    ui::icons,
    web::format::{count, date, decimal, hour},
};

/// The whole page; `may_measure`: whether the reader may ask for new figures.
pub(in crate::assessments::items) fn list(reports: &[Report], run: Option<&Run>, may_measure: bool) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Qualité des questions" }
            p class="lead" { "Ce que les réponses des élèves disent de nos questions : lesquelles mesurent bien, lesquelles revoir." }
        }
        section class="card" {
            h2 { "Questionnaires" }
            div class="scroll" tabindex="0" role="region" aria-label="Questionnaires" {
                table {
                    thead { tr {
                        th scope="col" { "Questionnaire" }
                        th class="num" scope="col" { "Résultats" }
                        th class="num" scope="col" { "Fidélité (alpha)" }
                        th class="num" scope="col" { "Précision" }
                        th scope="col" { "À revoir" }
                    } }
                    tbody { @for report in reports { (row(report)) } }
                }
            }
            p class="muted" { "Seul compte le premier passage de chaque élève, dans l’application : ni les entraînements, ni les évaluations envoyées par un autre programme." }
            p { a href="/admin/formes" { "Quelles formes existent, et lesquelles manquent" } }
        }
        (reading())
        section class="card" id="recompute" {
            h2 { "Mesurer à nouveau" }
            p { "Les chiffres sont refaits chaque nuit." @if may_measure { " Vous pouvez aussi les refaire maintenant." } }
            (run_progress(run, false))
            @if may_measure {
                form method="post" action="/admin/questions/recompute" hx-sync="this:drop" {
                    p class="actions" { button class="button quiet" type="submit" { "Recalculer maintenant" } }
                }
            }
        }
    }
}

fn row(report: &Report) -> Markup {
    let figures = &report.figures;
    let flagged = report.flagged().count();
    html! {
        tr {
            th scope="row" {
                a href=(bank_path(&report.edition.edition.id)) { (report.edition.bank.title) } br;
                span class="muted" { (report.edition.edition.grade.label()) ", " (super::questions(report.items.len())) }
            }
            td class="num" { (count(figures.n)) }
            td class="num" { (known(figures.alpha)) }
            td class="num" { @match figures.error { Some(error) => { "± " (decimal(error)) } None => "–" } }
            td {
                @if !report.enough() { span class="muted" { "Pas assez de réponses" } }
                @else if flagged == 0 { span class="muted" { "Rien à signaler" } }
                @else { span class="band fragile" { (icons::alert()) (super::questions(flagged)) } }
            }
        }
    }
}

/// What each figure means.
fn reading() -> Markup {
    html! {
        details class="card" {
            summary { "Comment lire ces chiffres" }
            ul class="rows" {
                li { span class="grow" { b { "Réussite" } br; "Part des élèves qui ont choisi la bonne réponse. « Je ne sais pas » et l’absence de réponse ne sont pas des réussites." } }
                li { span class="grow" { b { "Discrimination" } br; "De −1 à 1 : à quel point ceux qui réussissent la question réussissent aussi les autres. Au-dessus de 0,30, très bien ; sous 0,15, la question dit peu ; sous 0, elle trompe." } }
                li { span class="grow" { b { "Fidélité (alpha)" } br; "De 0 à 1 : à quel point les questions mesurent ensemble la même chose. À partir de 0,80, on peut comparer deux élèves." } }
                li { span class="grow" { b { "Précision" } br; "En nombre de questions : un élève qui passerait un questionnaire équivalent retrouverait son résultat à cet écart près, deux fois sur trois." } }
                li { span class="grow" { b { "Temps" } br; "La moitié des élèves répondent plus vite. Il court depuis l’affichage de la question, ou depuis la réponse précédente si elle est venue après." } }
                li { span class="grow" { b { "Pas assez de réponses" } br; "Sous " (flags::FEWEST) " élèves, le hasard pèse trop : aucune question n’est signalée. Une réponse n’est dite délaissée qu’à partir de " (flags::FEWEST_FOR_DEAD) " élèves." } }
            }
        }
    }
}

/// Moves while it runs: the fragment asks for itself again until it has ended. `later`: asked for after the page, whose
/// figures are then older than these.
pub(in crate::assessments::items) fn run_progress(run: Option<&Run>, later: bool) -> Markup {
    let running = run.is_some_and(|run| run.state == "RUNNING");
    html! {
        div id="items-progress" hx-get=[running.then_some("/admin/questions/recompute/progress")] hx-trigger=[running.then_some("every 2s")] hx-swap="outerHTML" {
            @match run {
                None => p class="muted" { "Aucune mesure pour l’instant : la première est faite dans la nuit." },
                Some(run) if running => {
                    div class="work" { p { span { (run.step) } span { (run.percent) " %" } } progress value=(run.percent) max="100" aria-label="Mesure des questions" {} }
                    noscript { p { a href="/admin/questions#recompute" { "Actualiser" } } }
                }
                Some(run) => {
                    @let at = run.ended_at.unwrap_or(run.started_at);
                    @if run.state == "DONE" {
                        p class="notice good" { (icons::check()) span { "Mesure terminée le " (date(at)) " à " (hour(at)) "." @if later { " " a href="/admin/questions" { "Voir les nouveaux chiffres" } } } }
                    } @else {
                        p class="notice warm" { (icons::alert()) span { "La mesure demandée le " (date(run.started_at)) " à " (hour(run.started_at)) " n’a pas abouti. Les chiffres précédents restent ; relancez-la." } }
                    }
                }
            }
        }
    }
}

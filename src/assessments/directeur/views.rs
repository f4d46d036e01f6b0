//! Views of the directeur's page.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::{
    recompute::Progress,
    results::{Filter, ORIGINS, PATH},
    stats::{CohortFigures, Stats},
};
use crate::{
    assessments::{
        bank,
        model::{Band, Subject},
        runner::paths,
        standard_score,
    },
    ui::{bands, charts, icons},
    web::format::{count, date, decimal, hour, month},
};

/// The whole page.
pub(super) fn directeur(stats: &Stats, latest: Option<&Progress>) -> Markup {
    html! {
        header class="page-head" { h1 { "Cohorte" } p class="lead" { "Où en sont les élèves, et qui a besoin de nous d’abord." } }
        @if standard_score::is_low_sample(stats.completed) {
            p class="notice" { (icons::info()) span { b { "Cohorte insuffisante. " } "Moins de 30 évaluations terminées : les scores standardisés sont provisoires et peuvent encore bouger." } }
        }
        (tiles(stats))
        div class="grid-2" { (distribution(stats)) (monthly(stats)) }
        (alerts(stats))
        (cohorts(stats))
        (more())
        (recompute(latest))
    }
}

/// Name of a subject on screen.
fn subject_label(key: &str) -> &str {
    Subject::parse(key).map_or(key, |subject| subject.label())
}

fn tiles(stats: &Stats) -> Markup {
    let score = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), decimal);
    html! {
        dl class="tiles" {
            div class="tile" { dt { "Évaluations terminées" } dd class="big" { (count(stats.completed)) } dd { a href=(PATH) { (count(stats.in_cohorts())) " dans la cohorte" } span class="muted" { ", sur " (count(stats.total)) " commencées" } } }
            div class="tile" { dt { "SSN moyen" } dd class="big" { (score(stats.average_ssn)) } dd class="muted" { "50 = milieu d’une cohorte" } }
            div class="tile" { dt { "Points obtenus" } dd class="big" { (score(stats.average_global)) " %" } dd class="muted" { "en moyenne" } }
            div class="tile" { dt { "Élèves" } dd class="big" { (count(stats.students)) } dd { a href="/admin/users?role=ELEVE" { "La liste" } } }
        }
        @if !stats.subjects.is_empty() {
            dl class="facts" { @for one in &stats.subjects { dt { (subject_label(&one.subject)) } dd { "SSN moyen " (decimal(one.avg_ssn)) " sur " a href=(of_subject(&one.subject)) { (count(one.n)) @if one.n == 1 { " résultat" } @else { " résultats" } } } } }
        }
    }
}

fn distribution(stats: &Stats) -> Markup {
    let columns: Vec<charts::Column<'_>> = Band::ALL
        .iter()
        .rev()
        .map(|band| {
            let n = stats.distribution.of(*band);
            charts::Column {
                label: band.label(),
                value: n as f64,
                shown: count(n),
                class: band.key(),
                href: Some(Filter::of_band(*band).link(PATH, "")),
            }
        })
        .collect();
    html! { section class="card" { h2 { "Répartition" } (charts::columns("Résultats par niveau", "Résultats", &columns)) } }
}

fn monthly(stats: &Stats) -> Markup {
    let names: Vec<String> = stats.months.iter().map(|one| one.month.format("%m/%y").to_string()).collect();
    let columns: Vec<charts::Column<'_>> = stats
        .months
        .iter()
        .zip(&names)
        .map(|(one, name)| charts::Column {
            label: name,
            value: one.n as f64,
            shown: count(one.n),
            class: "",
            href: Some(of_month(one.month)),
        })
        .collect();
    html! {
        section class="card" {
            h2 { "Les six derniers mois" }
            (charts::columns("Évaluations terminées par mois", "Évaluations", &columns))
            @if !stats.months.is_empty() {
                details {
                    summary { "SSN moyen par mois" }
                    dl class="facts" { @for one in &stats.months { dt { a href=(of_month(one.month)) { (month(one.month)) } } dd { (decimal(one.avg_ssn)) } } }
                }
            }
        }
    }
}

fn alerts(stats: &Stats) -> Markup {
    html! {
        section class="card" aria-labelledby="alerts-title" {
            h2 id="alerts-title" { "À accompagner en priorité" }
            @if stats.alerts.is_empty() { p { "Aucun élève sous 40 : rien d’urgent." } }
            @else {
                p class="muted" { "SSN inférieur à 40, du plus bas au plus haut (vingt au plus). " a href=(Filter::of_band(Band::Prioritaire).link(PATH, "")) { "Tous ces résultats" } }
                ul class="rows" {
                    @for alert in &stats.alerts {
                        li {
                            span class="grow" { a href=(paths::result(alert.assessment_id)) { (alert.student_name) } " " span class="muted" { (subject_label(&alert.subject)) } }
                            @let band = Band::of(alert.ssn);
                            (bands::badge(band.key(), band.label()))
                            span class="num" { (decimal(alert.ssn)) }
                        }
                    }
                }
            }
        }
    }
}

fn cohorts(stats: &Stats) -> Markup {
    let name = |cohort: &CohortFigures| {
        bank::find(&cohort.bank)
            .map_or_else(|| cohort.bank.clone(), |one| format!("{} ({})", one.bank.title, one.edition.grade.label()))
    };
    html! {
        section class="card" {
            h2 { "Par questionnaire" }
            @if stats.cohorts.is_empty() { p { "Aucune évaluation terminée pour l’instant. Les cohortes apparaîtront ici dès la première." } }
            @else {
                div class="scroll" tabindex="0" role="region" aria-label="Cohortes" {
                    table {
                        thead { tr { th scope="col" { "Questionnaire" } th scope="col" { "Évaluations" } th class="num" scope="col" { "Résultats" } @for band in Band::ALL { th class="num" scope="col" { (band.label()) } } } }
                        tbody {
                            @for cohort in &stats.cohorts {
                                tr {
                                    th scope="row" { (name(cohort)) }
                                    td { (origin(cohort).1) }
                                    td class="num" { (behind(cohort.n, &of_cohort(cohort, None))) }
                                    @for band in Band::ALL { td class="num" { (behind(in_band(cohort, band), &of_cohort(cohort, Some(band)))) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn in_band(cohort: &CohortFigures, band: Band) -> i64 {
    cohort.bins.iter().filter(|(tenths, _)| Band::of(f64::from(*tenths) / 10.0) == band).map(|(_, n)| n).sum()
}

/// A number that leads to what it counts; nothing is behind zero.
fn behind(n: i64, path: &str) -> Markup {
    html! { @if n > 0 { a href=(path) { (count(n)) } } @else { "0" } }
}

fn of_subject(subject: &str) -> String {
    Filter { matiere: subject.to_owned(), ..Filter::default() }.link(PATH, "")
}

fn of_month(month: NaiveDate) -> String {
    Filter { mois: month.format("%Y-%m").to_string(), ..Filter::default() }.link(PATH, "")
}

/// Key and name of how the assessments of a cohort came.
fn origin(cohort: &CohortFigures) -> (&'static str, &'static str) {
    let known = ORIGINS.into_iter().find(|(.., rule)| rule.as_str() == cohort.rule_version);
    known.map_or(("", ""), |(key, label, _)| (key, label))
}

fn of_cohort(cohort: &CohortFigures, band: Option<Band>) -> String {
    let banded = band.map(Filter::of_band).unwrap_or_default();
    let filter = Filter { questionnaire: cohort.bank.clone(), origine: origin(cohort).0.to_owned(), ..banded };
    filter.link(PATH, "")
}

/// To the pages about the questions themselves, and about what is said of what comes.
fn more() -> Markup {
    html! {
        section class="card" {
            h2 { "Pour aller plus loin" }
            ul class="rows" {
                li { span class="grow" { a href="/admin/questions" { "Qualité des questions" } br; span class="muted" { "Lesquelles mesurent bien, lesquelles revoir." } } }
                li { span class="grow" { a href="/admin/formes" { "Formes des questionnaires" } br; span class="muted" { "Lesquelles existent pour chaque matière et niveau, lesquelles manquent." } } }
                li { span class="grow" { a href="/admin/projections" { "Projections" } br; span class="muted" { "Ce qui est annoncé pour dans huit semaines, et si cela se vérifie." } } }
            }
        }
    }
}

fn recompute(latest: Option<&Progress>) -> Markup {
    html! {
        section class="card" id="recompute" {
            h2 { "Recalculer les scores standardisés" }
            p { "Chaque score est calculé avec la cohorte du moment de l’envoi. Le recalcul remet tous les élèves d’une matière sur les repères d’aujourd’hui. Il est noté dans le journal." }
            form method="post" action="/admin/directeur/recompute" hx-sync="this:drop" {
                p class="actions" {
                    label for="subject" class="visually-hidden" { "Matière" }
                    select id="subject" name="subject" { @for subject in Subject::ALL { option value=(subject.as_str()) { (subject.label()) } } }
                    button class="button quiet" type="submit" { "Recalculer" }
                }
            }
            (recompute_progress(latest))
        }
    }
}

/// Moves while it runs: the fragment asks for itself again until it has ended.
pub(super) fn recompute_progress(latest: Option<&Progress>) -> Markup {
    let running = latest.is_some_and(|one| one.state == "RUNNING");
    html! {
        div id="recompute-progress" hx-get=[running.then_some("/admin/directeur/recompute/progress")] hx-trigger=[running.then_some("every 2s")] hx-swap="outerHTML" {
            @if let Some(one) = latest {
                @let subject = subject_label(&one.subject);
                @match one.state.as_str() {
                    "RUNNING" => {
                        div class="work" { p { span { (subject) " : " (one.step) } span { (one.percent) " %" } } progress value=(one.percent) max="100" aria-label="Recalcul" {} }
                        noscript { p { a href="/admin/directeur#recompute" { "Actualiser" } } }
                    }
                    "DONE" => p class="notice good" { (icons::check()) span { (subject) " : recalcul terminé le " (date(one.ended_at.unwrap_or(one.started_at))) " à " (hour(one.ended_at.unwrap_or(one.started_at))) ", " (count(one.result.as_ref().and_then(|result| result["updated"].as_i64()).unwrap_or(0))) " scores." } },
                    _ => p class="notice warm" { (icons::alert()) span { (subject) " : le recalcul a échoué. Rien n’a été changé ; relancez-le." } },
                }
            }
        }
    }
}

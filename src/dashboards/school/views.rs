//! The admin's page.

use maud::{Markup, html};

use super::store::{Activity, School};
use crate::{
    assessments::{bank, directeur::stats::Stats, model::Band, runner::paths},
    desk::model::Kind,
    ui::{charts, icons},
    web::{Person, format},
};

/// The state of the school in numbers that lead to their rows, what needs somebody, growth, and the latest events.
pub(in crate::dashboards) fn admin(person: &Person, stats: &Stats, school: &School, events: &[Activity]) -> Markup {
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        (todo(school))
        (tiles(stats, school))
        div class="grid-2" { (growth(school)) (activity(events)) }
    }
}

/// What needs somebody now; nothing is shown when nothing does.
fn todo(school: &School) -> Markup {
    let line = |n: i64, path: &str, one: &str, many: &str| {
        html! {
            @if n > 0 { li { span class="grow" { a href=(path) { (format::count(n)) " " @if n == 1 { (one) } @else { (many) } } } } }
        }
    };
    html! {
        @if school.desk + school.dead_jobs + school.failed_mails > 0 {
            section class="card" {
                h2 { "À regarder" }
                ul class="rows" {
                    (line(school.desk, "/dashboard/assistante", "demande attend à l’accueil", "demandes attendent à l’accueil"))
                    (line(school.dead_jobs, "/admin/jobs", "tâche est arrêtée", "tâches sont arrêtées"))
                    (line(school.failed_mails, "/admin/outbox?etat=FAILED", "e-mail n’a pas été remis", "e-mails n’ont pas été remis"))
                }
            }
        } @else {
            p class="notice" { (icons::check()) span { "Rien n’attend : l’accueil est à jour, les tâches tournent, les e-mails partent." } }
        }
    }
}

fn tiles(stats: &Stats, school: &School) -> Markup {
    let people = |label: &str, role: &str| {
        html! {
            div class="tile" { dt { (label) } dd class="big" { (format::count(school.count(role))) } dd { a href={ "/admin/users?role=" (role) } { "La liste" } } }
        }
    };
    html! {
        dl class="tiles" {
            (people("Élèves", "ELEVE"))
            (people("Parents", "PARENT"))
            (people("Coachs", "COACH"))
            div class="tile" { dt { "Évaluations terminées" } dd class="big" { (format::count(stats.completed)) } dd { a href="/admin/directeur" { "La cohorte" } } }
            div class="tile" { dt { "SSN moyen" } dd class="big" { (stats.average_ssn.map_or_else(|| "–".to_owned(), format::decimal)) } dd class="muted" { "50 = milieu" } }
            div class="tile" { dt { "À accompagner" } dd class="big" { (format::count(stats.distribution.of(Band::Prioritaire))) } dd { a href="/admin/directeur#alerts-title" { "Qui ?" } } }
        }
    }
}

fn growth(school: &School) -> Markup {
    let names: Vec<String> = school.growth.iter().map(|(month, _)| month.format("%m/%y").to_string()).collect();
    let columns: Vec<charts::Column<'_>> = school
        .growth
        .iter()
        .zip(&names)
        .map(|((_, n), name)| charts::Column { label: name, value: *n as f64, shown: format::count(*n), class: "" })
        .collect();
    html! { section class="card" { h2 { "Nouveaux comptes" } (charts::columns("Nouveaux comptes par mois", "Comptes", &columns)) } }
}

fn activity(events: &[Activity]) -> Markup {
    html! {
        section class="card" {
            h2 { "Dernières activités" }
            @if events.is_empty() { p { "Rien encore. Les inscriptions, les demandes et les résultats s’afficheront ici." } }
            @else {
                ul class="rows" {
                    @for event in events {
                        li { span class="grow" { (sentence(event)) br; span class="muted" { (format::date(event.at)) " à " (format::hour(event.at)) } } }
                    }
                }
            }
        }
    }
}

fn sentence(event: &Activity) -> Markup {
    html! {
        @match event.kind.as_str() {
            "assessment" => {
                a href=(paths::result(event.id)) { (event.who) } " a terminé « " (bank::find(&event.about).map_or(event.about.as_str(), |one| one.bank.title.as_str())) " »"
            }
            "request" => { a href={ "/desk/" (Kind::Request.slug()) "/" (event.id) } { (event.who) } " demande un bilan gratuit" }
            _ => { (event.who) ", nouveau compte (" (role_label(&event.about)) ")" }
        }
    }
}

fn role_label(role: &str) -> &'static str {
    match role {
        "ADMIN" => "administration",
        "ASSISTANTE" => "assistante",
        "COACH" => "coach",
        "PARENT" => "parent",
        _ => "élève",
    }
}

//! The admin's page.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::{
    activity::{self, Activity},
    store::School,
};
use crate::{
    assessments::{directeur::stats::Stats, model::Band},
    ui::{charts, icons},
    web::{Person, format},
};

/// The state of the school in numbers that lead to their rows, what needs somebody, growth, and the latest events.
pub(in crate::dashboards) fn admin(person: &Person, stats: &Stats, school: &School, events: &[Activity]) -> Markup {
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        (todo(school))
        (tiles(stats, school))
        div class="grid-2" { (growth(school)) (activity::views::latest(events)) }
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
            div class="tile" { dt { "SSN moyen" } dd class="big" { (stats.average_ssn.map_or_else(|| "–".to_owned(), format::decimal)) } dd { a href="/admin/directeur" { "50 = milieu" } } }
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
    html! {
        section class="card" {
            h2 { "Nouveaux comptes" }
            (charts::columns("Nouveaux comptes par mois", "Comptes", &columns))
            ul class="rows" { @for (first, n) in school.growth.iter().rev() { (month(*first, *n)) } }
        }
    }
}

/// A month's number, which leads to its accounts.
fn month(first: NaiveDate, n: i64) -> Markup {
    html! {
        li {
            span class="grow" {
                (format::month(first)) "\u{a0}: "
                @if n > 0 { a href=(activity::accounts_of(first)) { (format::count(n)) @if n > 1 { " comptes" } @else { " compte" } } }
                @else { span class="muted" { "aucun compte" } }
            }
        }
    }
}

//! The admin's page.

use chrono::{NaiveDate, Utc};
use maud::{Markup, html};

use super::{
    activity::{self, Activity},
    store::{self, Waiting},
};
use crate::{
    aria::alerts,
    assessments::{
        directeur::{results, stats::Stats},
        model::Band,
    },
    ops::tallies::Tallies,
    ui::{charts, icons},
    web::{Person, Role, format},
};

/// The state of the school in numbers that lead to their rows, what needs somebody, growth, and the latest events.
pub(in crate::dashboards) fn admin(
    person: &Person,
    stats: &Stats,
    tallies: &Tallies,
    open: &[alerts::Open],
    waiting: &Waiting,
    events: &[Activity],
) -> Markup {
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        (todo(open, waiting))
        p class="actions" {
            a class="button quiet" href="/admin/rag" { (icons::book()) "Bibliothèque" }
            a class="button quiet" href="/aria" { (icons::aria()) "Demander à ARIA" }
            a class="button quiet" href="/admin/jobs" { (icons::list()) "Tâches" }
            a class="button quiet" href="/admin/modeles" { (icons::chart()) "Modèles et dépenses" }
        }
        (tiles(stats, tallies))
        div class="grid-2" { (growth(tallies)) (activity::views::latest(events)) }
    }
}

/// What needs somebody now, the alerts of ARIA first; nothing is shown when nothing does.
fn todo(open: &[alerts::Open], waiting: &Waiting) -> Markup {
    let line = |n: i64, path: &str, one: &str, many: &str| {
        html! {
            @if n > 0 { li { span class="grow" { a href=(path) { @if n >= store::MOST_WAITING { "plus de " (format::count(n - 1)) } @else { (format::count(n)) } " " @if n == 1 { (one) } @else { (many) } } } } }
        }
    };
    html! {
        @if !open.is_empty() || waiting.desk + waiting.dead_jobs + waiting.failed_mails > 0 {
            section class="card" {
                h2 { "À regarder" }
                ul class="rows" {
                    (alerts::open_rows(open))
                    (line(waiting.desk, "/dashboard/assistante", "demande attend à l’accueil", "demandes attendent à l’accueil"))
                    (line(waiting.dead_jobs, "/admin/jobs", "tâche est arrêtée", "tâches sont arrêtées"))
                    (line(waiting.failed_mails, "/admin/outbox?etat=FAILED", "e-mail n’a pas été remis", "e-mails n’ont pas été remis"))
                }
            }
        } @else {
            p class="notice" { (icons::check()) span { "Rien n’attend : l’accueil est à jour, les tâches tournent, les e-mails partent." } }
        }
    }
}

fn tiles(stats: &Stats, tallies: &Tallies) -> Markup {
    let people = |label: &str, role: Role| {
        html! {
            div class="tile" { dt { (label) } dd class="big" { (format::count(tallies.people(role))) } dd { a href={ "/admin/users?role=" (role.key()) } { "La liste" } } }
        }
    };
    html! {
        dl class="tiles" {
            (people("Élèves", Role::Eleve))
            (people("Parents", Role::Parent))
            (people("Coachs", Role::Coach))
            div class="tile" { dt { "Résultats" } dd class="big" { (format::count(stats.in_cohorts())) } dd { a href=(results::PATH) { "La liste" } } }
            div class="tile" { dt { "SSN moyen" } dd class="big" { (stats.average_ssn.map_or_else(|| "–".to_owned(), format::decimal)) } dd { a href="/admin/directeur" { "50 = milieu" } } }
            div class="tile" { dt { "À accompagner" } dd class="big" { (format::count(stats.distribution.of(Band::Prioritaire))) } dd { a href=(results::Filter::of_band(Band::Prioritaire).link(results::PATH, "")) { "Qui ?" } } }
        }
    }
}

fn growth(tallies: &Tallies) -> Markup {
    let growth = store::growth(tallies, format::tunis_day(Utc::now()));
    let names: Vec<String> = growth.iter().map(|(month, _)| month.format("%m/%y").to_string()).collect();
    let columns: Vec<charts::Column<'_>> = growth
        .iter()
        .zip(&names)
        .map(|((_, n), name)| charts::Column {
            label: name,
            value: *n as f64,
            shown: format::count(*n),
            class: "",
            href: None,
        })
        .collect();
    html! {
        section class="card" {
            h2 { "Nouveaux comptes" }
            (charts::columns("Nouveaux comptes par mois", "Comptes", &columns))
            ul class="rows" { @for (first, n) in growth.iter().rev() { (month(*first, *n)) } }
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

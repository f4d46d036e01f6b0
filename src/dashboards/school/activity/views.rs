//! Views of the feed. The dashboard's card and the page draw an event with the same line.

use maud::{Markup, html};

use super::{Activity, Filter, model::KINDS};
use crate::{
    assessments::runner::paths,
    dashboards::parts,
    desk::model::Kind,
    ui::{
        filters::{self, Narrow},
        icons,
    },
    web::{format, sheet},
};

const NOTHING_YET: &str = "Rien encore. Les inscriptions, les demandes et les résultats s’afficheront ici.";

/// The card of the dashboard: the latest events, and the way to all of them.
pub(in crate::dashboards) fn latest(events: &[Activity]) -> Markup {
    html! {
        section class="card" {
            h2 { "Dernières activités" }
            @if events.is_empty() { p { (NOTHING_YET) } }
            @else {
                (rows(events))
                p { a href="/admin/activite" { "Toute l’activité" } }
            }
        }
    }
}

/// The page: the filter, the events, the way to the next ones and to the file.
pub(super) fn page(filter: &Filter, events: &[Activity], total: i64, next: Option<&str>) -> Markup {
    let kind =
        Narrow { name: "kind", label: "Type", value: &filter.kind, all: "Tous les événements", options: KINDS };
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/dashboard/admin" { "Accueil" } }
            h1 { "Activité" }
            p class="lead" { "Les comptes créés, les évaluations terminées et les demandes de bilan gratuit, du plus récent au plus ancien." }
        }
        (filters::period("/admin/activite", &[kind], &filter.from, &filter.to))
        section class="card" aria-labelledby="found" {
            h2 id="found" { (filters::total(total, "événement", "événements")) }
            @if !events.is_empty() { (rows(events)) }
            @else if total > 0 { p { "C’est tout : il n’y a rien de plus ancien." } }
            @else if filter.narrows() { p { "Rien de tel à ces dates. Élargissez la période, ou choisissez tous les événements." } }
            @else { p { (NOTHING_YET) } }
            p class="actions" {
                @if let Some(next) = next { a class="button quiet" href=(filter.link("/admin/activite", next)) rel="next" { "Plus anciens" (icons::arrow()) } }
                @if !filter.after.is_empty() { a href=(filter.link("/admin/activite", "")) { "Revenir au début" } }
                @if total > 0 { a href=(filter.link("/admin/activite.csv", "")) download { "Télécharger cette liste (CSV)" } }
                @if total > filters::MOST_COUNTED { span class="muted" { (format::count(sheet::MOST_LINES)) " lignes au plus" } }
            }
        }
    }
}

fn rows(events: &[Activity]) -> Markup {
    html! {
        ul class="rows" {
            @for event in events {
                li { span class="grow" { (sentence(event)) br; span class="muted" { (format::date(event.at)) " à " (format::hour(event.at)) } } }
            }
        }
    }
}

fn sentence(event: &Activity) -> Markup {
    let who = |path: String| html! { a href=(path) { (event.who) } };
    html! {
        @match event.kind.as_str() {
            "assessment" => { (who(paths::result(event.id))) " a terminé «\u{a0}" (about_label(event)) "\u{a0}»" }
            "request" => { (who(format!("/desk/{}/{}", Kind::Request.slug(), event.id))) " demande un bilan gratuit" }
            _ => { (who(format!("/admin/users/{}", event.id))) ", nouveau compte (" (about_label(event)) ")" }
        }
    }
}

/// What happened, in two words.
pub(super) fn kind_label(event: &Activity) -> &'static str {
    match event.kind.as_str() {
        "assessment" => "Évaluation terminée",
        "request" => "Demande de bilan gratuit",
        _ => "Nouveau compte",
    }
}

/// Which account, which assessment, for which grade.
pub(super) fn about_label(event: &Activity) -> &str {
    match (event.kind.as_str(), event.about.as_str()) {
        ("assessment", bank) => parts::bank_title(bank),
        ("request", grade) => parts::grade_label(grade),
        (_, "ADMIN") => "administration",
        (_, "ASSISTANTE") => "assistante",
        (_, "COACH") => "coach",
        (_, "PARENT") => "parent",
        _ => "élève",
    }
}

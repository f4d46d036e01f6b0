//! Pieces that several dashboards share: a score with its band, a trend, skills by name.

use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    assessments::{bank, model::Band, runner::paths},
    learning::{
        overview::{Latest, Named, Overview},
        progression::Change,
    },
    ui::{bands, icons},
    web::format,
};

/// Name of a grade on screen.
pub(super) fn grade_label(grade: &str) -> &'static str {
    match grade {
        "TERMINALE" => "Terminale",
        "PREMIERE" => "Première",
        _ => "Seconde",
    }
}

/// Title of a form, by the key stored with the assessment.
pub(super) fn bank_title(id: &str) -> &str {
    bank::find(id).map_or(id, |one| one.bank.title.as_str())
}

/// SSN with its band, or what stands in its place.
pub(super) fn score(ssn: Option<f64>, provisional: bool) -> Markup {
    html! {
        @match ssn {
            Some(ssn) => {
                @let band = Band::of(ssn);
                (bands::badge(band.key(), band.label())) span class="num" { (format::decimal(ssn)) @if provisional { span class="muted" { " provisoire" } } }
            }
            None => span class="muted" { "entraînement" },
        }
    }
}

/// The latest score in one sentence: where, since when, and whether it moved more than chance explains.
pub(super) fn trend(latest: &Latest) -> Markup {
    let subject = latest.subject.label();
    html! {
        a href=(paths::result(latest.assessment)) { (subject) "\u{a0}: " (format::decimal(latest.ssn)) } " le " (format::date(latest.at))
        @match latest.before {
            Some((before, Change::Up)) => { ", en progrès (" (format::decimal(before)) " avant)" }
            Some((before, Change::Down)) => { ", en baisse (" (format::decimal(before)) " avant)" }
            Some((before, Change::Level)) => { ", stable (" (format::decimal(before)) " avant)" }
            None => {}
        }
        @if latest.provisional { " — provisoire\u{a0}: la cohorte est encore petite" } "."
    }
}

/// Strengths and priorities, each leading to its place on the map of that student.
pub(super) fn skills(student: Uuid, overview: &Overview, strong: &str, weak: &str) -> Markup {
    html! {
        @if !overview.priorities.is_empty() { p { span class="muted" { (weak) "\u{a0}: " } (named(student, &overview.priorities)) "." } }
        @if !overview.strengths.is_empty() { p { span class="muted" { (strong) "\u{a0}: " } (named(student, &overview.strengths)) "." } }
    }
}

fn named(student: Uuid, list: &[Named]) -> Markup {
    html! {
        @for (at, one) in list.iter().enumerate() {
            @if at > 0 { ", " }
            a href={ "/eleves/" (student) "/competences?matiere=" (one.subject.as_str()) "#" (one.tag) } { (one.label) }
        }
    }
}

/// Where the rest of a student's pages are.
pub(super) fn pages(student: Uuid, name: &str, overview: &Overview) -> Markup {
    let of = |page: &str| format!("/eleves/{student}/{page}");
    html! {
        p class="actions" {
            a class="button quiet" href=(of("progression")) { "Progrès" span class="visually-hidden" { " de " (name) } }
            a class="button quiet" href=(of("competences")) { "Compétences" span class="visually-hidden" { " de " (name) } }
            @if overview.badges > 0 { a class="button quiet" href=(of("badges")) { (format::count(overview.badges)) @if overview.badges > 1 { " badges" } @else { " badge" } span class="visually-hidden" { " de " (name) } } }
        }
    }
}

/// A trend as an icon with its word, for a line of a list.
pub(super) fn trend_mark(overview: &Overview) -> Markup {
    html! {
        @match overview.latest.as_ref().and_then(|latest| latest.before) {
            Some((_, Change::Up)) => span class="muted" { (icons::rise()) " en progrès" },
            Some((_, Change::Down)) => span class="muted" { (icons::flag()) " en baisse" },
            Some((_, Change::Level)) => span class="muted" { (icons::level()) " stable" },
            None => {},
        }
    }
}

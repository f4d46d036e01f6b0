//! Views of a student's learning.

pub(super) mod progression;
pub(super) mod skills;

use maud::{Markup, html};

use super::student::Student;
use crate::{
    learning::map::State,
    ui::{charts::Sign, icons},
};

/// The head of a page about a student: what it is, and the way to the others, which students have in their menu.
pub(super) fn head(student: &Student, name: &str, title: &str) -> Markup {
    let pages = [("competences", "Compétences"), ("progression", "Progression"), ("badges", "Badges")];
    html! {
        header class="page-head" {
            h1 { (title) }
            @if !student.own {
                nav aria-label="Pages de l’élève" {
                    ul class="legend" {
                        @for (path, label) in pages {
                            li { a class={ "button " @if label != name { "quiet" } } href=(student.path(path)) aria-current=[(label == name).then_some("page")] { (label) } }
                        }
                    }
                }
            }
        }
    }
}

/// A state in one word.
pub(super) fn word(state: State) -> &'static str {
    match state {
        State::Known => "solide",
        State::Shaky => "à consolider",
        State::Unknown => "à apprendre",
        State::NotMeasured => "pas encore mesurée",
    }
}

/// The class of a state's colour, those of the bands.
pub(super) fn class(state: State) -> &'static str {
    match state {
        State::Known => "excellence",
        State::Shaky => "fragile",
        State::Unknown => "prioritaire",
        State::NotMeasured => "",
    }
}

/// The sign of a state in a drawing.
pub(super) fn sign(state: State) -> Sign {
    match state {
        State::Known => Sign::Done,
        State::Shaky => Sign::Half,
        State::Unknown => Sign::Missing,
        State::NotMeasured => Sign::Open,
    }
}

/// The badge of a state, with its word.
pub(super) fn badge(state: State) -> Markup {
    let icon = match state {
        State::Known => icons::check(),
        State::Shaky => icons::wave(),
        State::Unknown => icons::cross(),
        State::NotMeasured => icons::blank(),
    };
    html! { span class={ "band " (class(state)) } { (icon) (word(state)) } }
}

//! The coach's page: own students, what each needs first. Light: it is read on weak connections.

use std::collections::HashMap;

use maud::{Markup, html};
use uuid::Uuid;

use super::parts;
use crate::{
    learning::{
        next_step::{self, Step, engine},
        overview::Overview,
    },
    web::{Person, format},
};

/// A student of this coach.
#[derive(Debug, Clone)]
pub struct Coached {
    /// Key in `students`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// All students of this coach.
    pub total: i64,
}

impl Coached {
    /// What the next step is made of.
    pub(super) fn state(&self, overview: Option<&Overview>) -> engine::Child {
        let latest = overview.and_then(|it| it.latest.as_ref());
        engine::Child {
            id: self.id,
            first_name: self.first_name.clone(),
            activated: true,
            assessment_id: latest.map(|it| it.assessment),
            completed_at: latest.map(|it| it.at),
            ssn: latest.map(|it| it.ssn),
        }
    }
}

/// The whole page: those who need most first.
pub(super) fn page(person: &Person, students: &[Coached], overviews: &HashMap<Uuid, Overview>, step: &Step) -> Markup {
    let total = students.first().map_or(0, |one| one.total);
    let blank = Overview::default();
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        (next_step::views::card(step))
        section class="card" {
            h2 { "Vos élèves" @if total > 0 { " " span class="muted num" { (format::count(total)) } } }
            @if students.is_empty() { p { "Aucun élève ne vous est encore confié. L’équipe les ajoute à votre liste\u{a0}: écrivez-lui si quelqu’un manque." } p class="actions" { a class="button quiet" href="/messages" { "Écrire à l’équipe" } } }
            @else {
                p class="muted" { "Du score le plus bas au plus haut." }
                ul class="rows" { @for one in students { (row(one, overviews.get(&one.id).unwrap_or(&blank))) } }
                @if total > students.len() as i64 { p class="muted" { "Les " (students.len()) " premiers sur " (format::count(total)) "." } }
            }
        }
    }
}

fn row(one: &Coached, overview: &Overview) -> Markup {
    html! {
        li {
            span class="grow" {
                a href={ "/eleves/" (one.id) "/competences" } { b { (one.first_name) " " (one.last_name) } } " " span class="muted" { (parts::grade_label(&one.grade)) } br;
                @if let Some(first) = overview.priorities.first() { span class="muted" { "D’abord\u{a0}: " (first.label) } br; }
                span class="muted" {
                    @match &overview.latest {
                        Some(latest) => { (latest.subject.label()) ", le " (format::date(latest.at)) }
                        None => "Pas encore de score",
                    }
                }
                " " (parts::trend_mark(overview))
            }
            @if let Some(latest) = &overview.latest { (parts::score(Some(latest.ssn), latest.provisional)) }
        }
    }
}

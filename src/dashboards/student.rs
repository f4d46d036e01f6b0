//! The student's page: one next step, the assessment under way, where they stand, what to work on.

use chrono::Utc;
use maud::{Markup, html};

use super::parts;
use crate::{
    assessments::{
        attempt::Listed,
        forms::{self, Offer, Taken},
        runner::paths,
    },
    learning::{
        next_step::{self, Step, engine::StudentState},
        overview::Overview,
    },
    ui::icons,
    web::{Person, format},
};

/// Results on this page; the others are behind "Tous mes résultats".
const MOST_RESULTS: usize = 5;

/// The whole page.
pub(super) fn page(person: &Person, state: &StudentState, overview: &Overview, step: &Step) -> Markup {
    let now = Utc::now();
    let open = state.assessments.iter().find(|one| one.status == "PENDING" && one.deadline.is_none_or(|end| end > now));
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        @match open { Some(open) => (resume(open)), None => (next_step::views::card(step)) }
        (standing(person, overview))
        (start(state))
        (results(&state.assessments))
        p class="actions" { a class="button quiet" href="/bibliotheque" { (icons::book()) "Cours et méthodes de l’école" } }
    }
}

/// The assessment under way: before anything else, and then the only step shown.
fn resume(open: &Listed) -> Markup {
    html! {
        section class="card" {
            h2 { "À reprendre" }
            p { (parts::bank_title(&open.bank)) "\u{a0}: " (open.answered) @if open.answered > 1 { " réponses enregistrées" } @else { " réponse enregistrée" }
                @if let Some(deadline) = open.deadline { ", jusqu’à " (format::hour(deadline)) } "." }
            p class="actions" { a class="button" href=(paths::attempt(open.id)) { "Reprendre" (icons::arrow()) } }
        }
    }
}

/// SSN, trend, strengths and priorities, badges: each leads to its page.
fn standing(person: &Person, overview: &Overview) -> Markup {
    html! {
        @if let Some(latest) = &overview.latest {
            section class="card" {
                h2 { "Où j’en suis" }
                p class="actions" { (parts::score(Some(latest.ssn), latest.provisional)) }
                p { (parts::trend(latest)) }
                (parts::skills(person.id, overview, "Mes points forts", "À travailler d’abord"))
                p class="actions" {
                    a class="button quiet" href="/progression" { "Mes progrès" }
                    a class="button quiet" href="/competences" { "Mes compétences" }
                    a class="button quiet" href="/badges" { "Mes badges" @if overview.badges > 0 { " (" (overview.badges) ")" } }
                }
            }
        }
    }
}

/// What can be taken: a form that is new to the student before one that would be practice.
fn start(state: &StudentState) -> Markup {
    let done = state.assessments.iter().filter(|one| one.status == "COMPLETED");
    let mut taken: Vec<Taken> =
        done.filter_map(|one| Some(Taken { form: one.bank.clone(), at: one.completed_at? })).collect();
    taken.sort_by_key(|taken| taken.at);
    html! {
        section class="card" id="faire-le-point" {
            h2 { "Faire le point" }
            ul class="rows" {
                @for Offer { edition: one, practice } in forms::offers(state.grade, &taken) {
                    li {
                        span class="grow" {
                            (one.bank.title) br;
                            span class="muted" { (one.bank.questions.len()) " questions, " (one.bank.minutes) " minutes" @if practice { " · déjà passé\u{a0}: ce sera un entraînement" } }
                        }
                        form method="post" action="/assessments" hx-sync="this:drop" {
                            input type="hidden" name="bank" value=(one.edition.id);
                            button class="button quiet" type="submit" { "Commencer" span class="visually-hidden" { "\u{a0}: " (one.bank.title) } }
                        }
                    }
                }
            }
        }
    }
}

fn results(mine: &[Listed]) -> Markup {
    let done: Vec<&Listed> = mine.iter().filter(|one| one.status == "COMPLETED").collect();
    html! {
        section class="card" {
            h2 { "Mes résultats" }
            @if done.is_empty() { p { "Aucun résultat pour l’instant. Le premier apparaîtra ici dès que tu auras envoyé tes réponses." } }
            @else {
                ul class="rows" { @for one in done.iter().take(MOST_RESULTS) { (result(one)) } }
                @if done.len() > MOST_RESULTS {
                    details { summary { "Les " (done.len() - MOST_RESULTS) " précédents" } ul class="rows" { @for one in done.iter().skip(MOST_RESULTS) { (result(one)) } } }
                }
            }
        }
    }
}

fn result(one: &Listed) -> Markup {
    html! {
        li {
            span class="grow" { a href=(paths::result(one.id)) { (parts::bank_title(&one.bank)) } br; @if let Some(at) = one.completed_at { span class="muted" { (format::date(at)) } } }
            (parts::score(one.ssn, one.provisional == Some(true)))
        }
    }
}

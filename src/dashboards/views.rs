//! Views of the landing pages.

use chrono::Utc;
use maud::{Markup, html};

use super::store::StudentLine;
use crate::{
    assessments::{
        attempt::Listed,
        bank::{self, BankEdition},
        model::{Band, Grade},
        runner::paths,
    },
    desk::{self, store::Queue},
    ui::{bands, icons},
    web::{Person, format},
};

fn grade_label(grade: &str) -> &'static str {
    match grade {
        "TERMINALE" => "Terminale",
        "PREMIERE" => "Première",
        _ => "Seconde",
    }
}

fn bank_title(id: &str) -> &str {
    bank::find(id).map_or(id, |one| one.bank.title.as_str())
}

/// SSN with its band, or what stands in its place.
fn score(ssn: Option<f64>, provisional: Option<bool>) -> Markup {
    html! {
        @match ssn {
            Some(ssn) => {
                @let band = Band::of(ssn);
                (bands::badge(band.key(), band.label())) span class="num" { (format::decimal(ssn)) @if provisional == Some(true) { span class="muted" { " provisoire" } } }
            }
            None => span class="muted" { "entraînement" },
        }
    }
}

/// The student's page: resume, start, results.
pub(super) fn student(person: &Person, grade: Option<&str>, mine: &[Listed]) -> Markup {
    let now = Utc::now();
    let open = mine.iter().find(|one| one.status == "PENDING" && one.deadline.is_none_or(|deadline| deadline > now));
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        @if let Some(open) = open {
            section class="card" {
                h2 { "À reprendre" }
                p { (bank_title(&open.bank)) " : " (open.answered) @if open.answered > 1 { " réponses enregistrées" } @else { " réponse enregistrée" }
                    @if let Some(deadline) = open.deadline { ", jusqu’à " (format::hour(deadline)) } "." }
                p class="actions" { a class="button" href=(paths::attempt(open.id)) { "Reprendre" (icons::arrow()) } }
            }
        }
        (start(grade, mine, open.is_none()))
        (results(mine))
    }
}

/// Assessments for the grade; the first is the page's main action when nothing is open.
fn start(grade: Option<&str>, mine: &[Listed], main_action: bool) -> Markup {
    let wanted = if grade == Some("TERMINALE") { Grade::Terminale } else { Grade::Premiere };
    let offered: Vec<BankEdition> = bank::editions().filter(|one| one.edition.grade == wanted).collect();
    let done = |one: &BankEdition| mine.iter().any(|mine| mine.bank == one.edition.id && mine.status == "COMPLETED");
    html! {
        section class="card" {
            h2 { "Faire le point" }
            ul class="rows" {
                @for (at, one) in offered.iter().enumerate() {
                    li {
                        span class="grow" {
                            (one.bank.title) br;
                            span class="muted" { (one.bank.questions.len()) " questions, " (one.bank.minutes) " minutes" @if done(one) { " · déjà passé : ce sera un entraînement" } }
                        }
                        form method="post" action="/assessments" hx-sync="this:drop" {
                            input type="hidden" name="bank" value=(one.edition.id);
                            button class=(if main_action && at == 0 { "button" } else { "button quiet" }) type="submit" { "Commencer" }
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
                ul class="rows" {
                    @for one in done {
                        li {
                            span class="grow" { a href=(paths::result(one.id)) { (bank_title(&one.bank)) } br; @if let Some(at) = one.completed_at { span class="muted" { (format::date(at)) } } }
                            (score(one.ssn, one.provisional))
                        }
                    }
                }
            }
        }
    }
}

fn student_line(one: &StudentLine) -> Markup {
    html! {
        li {
            span class="grow" {
                b { (one.first_name) " " (one.last_name) } " " span class="muted" { (grade_label(&one.grade)) } br;
                @match (one.assessment_id, one.completed_at) {
                    (Some(id), Some(at)) => { a href=(paths::result(id)) { (one.bank.as_deref().map_or("Résultat", bank_title)) } br; span class="muted" { (format::date(at)) } }
                    _ => span class="muted" { "Pas encore de résultat" },
                }
            }
            @if one.assessment_id.is_some() { (score(one.ssn, one.provisional)) }
        }
    }
}

/// The parent's page: every child with the latest result.
pub(super) fn parent(person: &Person, children: &[StudentLine]) -> Markup {
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        section class="card" {
            h2 { "Vos enfants" }
            @if children.is_empty() { p { "Aucun enfant n’est encore rattaché à votre compte. Commencez par un bilan gratuit : la fiche de votre enfant sera créée." } }
            @else { ul class="rows" { @for one in children { (student_line(one)) } } }
            p class="actions" { a class="button" href="/bilan-gratuit" { @if children.is_empty() { "Commencer un bilan gratuit" } @else { "Un bilan pour un autre enfant" } } }
        }
        @let identifiers: Vec<&StudentLine> = children.iter().filter(|one| one.identifier.is_some()).collect();
        @if !identifiers.is_empty() {
            section class="card" {
                h2 { "Leurs identifiants" }
                p class="muted" { "Chaque enfant se connecte avec son identifiant, une fois son compte activé par l’équipe." }
                dl class="facts" { @for one in identifiers { dt { (one.first_name) } dd { code { (one.identifier.as_deref().unwrap_or_default()) } } } }
            }
        }
    }
}

/// The coach's page: own students, those who need most first.
pub(super) fn coach(person: &Person, students: &[StudentLine]) -> Markup {
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        section class="card" {
            h2 { "Vos élèves" }
            @if students.is_empty() { p { "Aucun élève ne vous est encore confié. L’équipe les ajoute à votre liste." } }
            @else { p class="muted" { "Du score le plus bas au plus haut." } ul class="rows" { @for one in students { (student_line(one)) } } }
        }
    }
}

/// The assistante's page: what waits.
pub(super) fn assistante(person: &Person, queue: &Queue) -> Markup {
    html! { header class="page-head" { h1 { "Bonjour " (person.first_name) } } (desk::views::queue(queue, person)) }
}

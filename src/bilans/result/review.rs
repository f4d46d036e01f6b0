//! The review of each question: what was answered, what is right, and why the others tempt.

use maud::{Markup, html};

use super::reader::Reader;
use crate::{
    assessments::{
        bank::{OPTION_KEYS, Question},
        result::ResultRow,
        runner::paths,
        shuffle,
    },
    error::Result,
    ui::{icons, math},
};

/// What was done with a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Chose(usize),
    Nsp,
    Nothing,
}

/// The review as a page of its own, without JavaScript.
pub(super) fn page(row: &ResultRow, review: &Markup) -> Markup {
    html! {
        p { a href=(paths::result(row.id)) { (icons::back()) "Retour au résultat" } }
        h1 { "Les questions" }
        (review)
    }
}

/// All questions, by domain.
pub(super) fn questions(row: &ResultRow, reader: Reader) -> Result<Markup> {
    let bank = row.edition()?.bank;
    let given = row.given(bank.questions.len());
    let mut domain = "";
    let mut body = Vec::new();
    for (number, question) in bank.questions.iter().enumerate() {
        if question.domain != domain {
            domain = &question.domain;
            body.push(html! { h3 { (bank.domain(domain).map_or(domain, |one| one.title.as_str())) } });
        }
        let (outcome, order) = match &given {
            Some(given) => {
                (outcome(given.codes[number]), shuffle::options(given.seed, number).map(|shown| shown.stored))
            }
            None => (submitted(row, question), [0, 1, 2, 3]),
        };
        body.push(item(number, question, outcome, order, reader));
    }
    Ok(html! { section id="questions" { h2 tabindex="-1" { "Question par question" } @for part in &body { (part) } } })
}

fn outcome(code: Option<i16>) -> Outcome {
    match code {
        Some(choice @ 0..=3) => Outcome::Chose(choice as usize),
        Some(4) => Outcome::Nsp,
        _ => Outcome::Nothing,
    }
}

fn submitted(row: &ResultRow, question: &Question) -> Outcome {
    match row.submitted(&question.id) {
        None => Outcome::Nothing,
        Some("__NSP__") => Outcome::Nsp,
        Some(option) => OPTION_KEYS.iter().position(|key| *key == option).map_or(Outcome::Nothing, Outcome::Chose),
    }
}

fn item(number: usize, question: &Question, outcome: Outcome, order: [usize; 4], reader: Reader) -> Markup {
    let (class, icon, verdict) = match outcome {
        Outcome::Chose(option) if option == question.key => ("right", icons::check(), "Juste"),
        Outcome::Chose(_) => ("wrong", icons::cross(), "À revoir"),
        Outcome::Nsp => ("nsp", icons::unknown(), "Je ne sais pas"),
        Outcome::Nothing => ("nsp", icons::blank(), "Sans réponse"),
    };
    html! {
        details class={ "answer " (class) } {
            summary { (icon) span { (number + 1) ". " (question.topic) span class="verdict" { (verdict) } } }
            div class="answer-body" {
                (math::paragraphs(&question.text))
                ul class="given" { @for stored in order { (option(question, stored, outcome, reader)) } }
                (math::paragraphs(&question.explanation))
                (why(question, outcome, order))
            }
        }
    }
}

fn option(question: &Question, stored: usize, outcome: Outcome, reader: Reader) -> Markup {
    let (right, chosen) = (stored == question.key, outcome == Outcome::Chose(stored));
    let yours = reader.say("Ta réponse", "Réponse donnée", "Réponse donnée");
    let class = match (right, chosen) {
        (true, true) => Some("key yours"),
        (true, false) => Some("key"),
        (false, true) => Some("yours"),
        (false, false) => None,
    };
    html! {
        li class=[class] {
            span { (math::text(&question.options[stored])) }
            @match (right, chosen) {
                (true, true) => small { (yours) ", juste" },
                (true, false) => small { "Bonne réponse" },
                (false, true) => small { (yours) },
                (false, false) => {},
            }
        }
    }
}

/// Why the wrong options tempt; the chosen one first and in the open.
fn why(question: &Question, outcome: Outcome, order: [usize; 4]) -> Markup {
    let chosen = match outcome {
        Outcome::Chose(option) => question.why[option].as_deref().map(|text| (option, text)),
        _ => None,
    };
    let others = order.into_iter().filter(|stored| chosen.is_none_or(|(option, _)| option != *stored));
    let others: Vec<(usize, &str)> =
        others.filter_map(|stored| Some((stored, question.why[stored].as_deref()?))).collect();
    html! {
        @if let Some((_, text)) = chosen { p { b { "Pourquoi cette réponse tente : " } (math::text(text)) } }
        details {
            summary { @if chosen.is_some() { "Les autres réponses" } @else { "Pourquoi les autres réponses tentent" } }
            dl class="facts" { @for (stored, text) in &others { dt { (math::text(&question.options[*stored])) } dd { (math::text(text)) } } }
        }
    }
}

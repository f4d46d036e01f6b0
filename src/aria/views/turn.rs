//! Markup of one question with its answer: while it is written, when it is whole, and the text of the answer.

use maud::{Markup, html};

use super::super::model::{Answer, Citation, Mode, State, Turn, says_tu};
use crate::{
    ui::{icons, markdown},
    web::Person,
};

/// What is said of an answer that broke off.
pub(in crate::aria) fn broke_off(person: &Person) -> &'static str {
    if says_tu(person) {
        "La réponse s’est interrompue. Ce qui est écrit est gardé, et la question n’est pas décomptée : redemande-la quand tu veux."
    } else {
        "La réponse s’est interrompue. Ce qui est écrit est gardé, et la question n’est pas décomptée : redemandez-la quand vous voulez."
    }
}

/// A question with its answer: the same while it is written, when it is whole, and as the last event of its stream.
pub(in crate::aria) fn turn(person: &Person, turn: &Turn) -> Markup {
    let answer = &turn.answer;
    html! {
        div class="turn" id={ "r-" (answer.id) } {
            div class="asked" { span class="visually-hidden" { "Question\u{a0}: " } p dir="auto" { (turn.content) } }
            @if answer.state == State::Running { (being_written(answer)) } @else { (whole(person, answer)) }
        }
    }
}

fn being_written(answer: &Answer) -> Markup {
    html! {
        article class="reply" aria-busy="true" data-stream={ "/aria/reponses/" (answer.id) "/flux" } {
            div class="prose" dir="auto" data-done { (rendered(&answer.text, &[], Mode::Model)) }
            p class="tail" dir="auto" data-tail aria-hidden="true" {}
            p class="writing muted" { (icons::aria()) span { "ARIA écrit…" } }
            p class="lost muted" data-lost hidden { "Connexion perdue. La réponse continue et s’affichera au retour du réseau." }
            p class="muted" data-stopping {}
            form method="post" action={ "/aria/reponses/" (answer.id) "/arret" } data-stop="Pas de réseau : l’arrêt partira dès qu’il reviendra." {
                button class="button quiet" type="submit" { (icons::stop()) "Arrêter" }
            }
        }
    }
}

fn whole(person: &Person, answer: &Answer) -> Markup {
    let tu = says_tu(person);
    html! {
        article class={ "reply" @if answer.mode == Mode::Safety { " care" } } {
            (label(answer, tu))
            div class="prose" dir="auto" data-text { (rendered(&answer.text, &answer.citations, answer.mode)) }
            @match answer.state {
                State::Failed => p class="notice" { (icons::alert()) span { (broke_off(person)) } },
                State::Stopped => p class="muted" { "Réponse arrêtée." },
                _ => {}
            }
            @if answer.resumed { p class="muted" { "Cette réponse a été interrompue par une panne, puis reprise." } }
            (sources(answer))
            @if answer.mode != Mode::Safety { (actions(answer)) }
        }
    }
}

/// What kind of answer it is, where that matters.
fn label(answer: &Answer, tu: bool) -> Markup {
    html! {
        @match answer.mode {
            Mode::Extract => p class="tag" { (icons::book()) span { "Extraits des documents de l’école, sans rédaction" } },
            Mode::Model if answer.citations.is_empty() && answer.state == State::Done => {
                p class="tag" { (icons::info()) span { "Sans appui dans les documents de l’école\u{a0}: " @if tu { "vérifie dans ton cours." } @else { "à vérifier." } } }
            }
            _ => {}
        }
    }
}

fn sources(answer: &Answer) -> Markup {
    html! {
        @if !answer.citations.is_empty() {
            details class="sources" open[answer.citations.len() <= 3] {
                summary { "Sources" }
                ol { @for citation in &answer.citations { li value=(citation.number) { (source(citation)) } } }
            }
        }
    }
}

fn source(citation: &Citation) -> Markup {
    html! {
        a href=(citation.url) { (citation.title) @if !citation.heading.is_empty() { " · " (citation.heading) } @if let Some(page) = citation.page { ", page\u{a0}" (page) } }
    }
}

fn actions(answer: &Answer) -> Markup {
    let address = format!("/aria/reponses/{}", answer.id);
    let turn = format!("#r-{}", answer.id);
    let judged = |value: i16| answer.feedback == Some(value);
    html! {
        div class="reply-actions" {
            button type="button" class="icon-button" data-copy hidden title="Copier" { (icons::copy()) span class="visually-hidden" { "Copier la réponse" } }
            form method="post" action={ (address) "/avis" } hx-post={ (address) "/avis" } hx-target=(turn) hx-select=(turn) hx-swap="outerHTML" {
                button class="icon-button" id={ "plus-" (answer.id) } name="avis" value={ @if judged(1) { "0" } @else { "1" } } aria-pressed=(judged(1).to_string()) title="Utile" { (icons::thumb_up()) span class="visually-hidden" { "Réponse utile" } }
                button class="icon-button" id={ "moins-" (answer.id) } name="avis" value={ @if judged(-1) { "0" } @else { "-1" } } aria-pressed=(judged(-1).to_string()) title="Pas utile" { (icons::thumb_down()) span class="visually-hidden" { "Réponse pas utile" } }
            }
            form method="post" action={ (address) "/encore" } hx-post={ (address) "/encore" } hx-target="#aria" hx-select="#aria" hx-swap="outerHTML" {
                button class="icon-button" type="submit" title="Redemander" { (icons::again()) span class="visually-hidden" { "Redemander la réponse" } }
            }
        }
        @if judged(-1) {
            @match &answer.feedback_reason {
                Some(why) => p class="muted" role="status" data-said { "Merci, c’est noté\u{a0}: «\u{a0}" (why) "\u{a0}»." },
                None => (reason(&address, &turn)),
            }
        }
    }
}

/// Why an answer was not useful.
fn reason(address: &str, turn: &str) -> Markup {
    html! {
        form class="reason" method="post" action={ (address) "/avis" } hx-post={ (address) "/avis" } hx-target=(turn) hx-select=(turn) hx-swap="outerHTML" {
            input type="hidden" name="avis" value="-1";
            fieldset {
                legend { "Pourquoi\u{a0}? " span class="optional" { "(facultatif)" } }
                @for why in ["C’est faux", "Ce n’est pas clair", "Ce n’est pas ma question", "Trop long"] {
                    button class="button quiet" name="raison" value=(why) { (why) }
                }
            }
        }
    }
}

/// The text of an answer, with its citations as links. What a model says leads nowhere else: somebody may have told it to.
pub(in crate::aria) fn rendered(text: &str, citations: &[Citation], mode: Mode) -> Markup {
    markdown::answer(text, mode != Mode::Model, &|number| cited(number, citations))
}

fn cited(number: usize, citations: &[Citation]) -> Markup {
    html! {
        @match citations.iter().find(|one| one.number == number) {
            Some(one) => a class="cite" href=(one.url) title=(one.title) { span class="visually-hidden" { "Source " } (number) },
            None => span class="cite" { (number) }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use uuid::Uuid;

    use super::*;
    use crate::web::Role;

    #[test]
    fn a_citation_leads_to_its_passage_and_a_number_without_one_to_nothing() {
        let one = Citation {
            number: 2,
            passage: 7,
            title: "Suites".into(),
            heading: String::new(),
            page: None,
            url: "/bibliotheque/x/1?p=7#p-7".into(),
            excerpt: String::new(),
        };
        let html = rendered("Vrai〔2〕 et faux〔9〕.", &[one], Mode::Model).into_string();
        assert!(html.contains("href=\"/bibliotheque/x/1?p=7#p-7\""), "{html}");
        assert!(html.contains("<span class=\"cite\">9</span>"), "{html}");
    }

    #[test]
    fn what_was_asked_is_never_html() {
        let person = Person {
            id: Uuid::nil(),
            role: Role::Eleve,
            first_name: "A".into(),
            last_name: "B".into(),
            email: None,
            easy_reading: false,
            unread: Default::default(),
        };
        let answer = Answer {
            id: Uuid::nil(),
            state: State::Done,
            mode: Mode::Model,
            text: "<img src=x onerror=alert(1)>".into(),
            citations: vec![],
            resumed: false,
            feedback: None,
            feedback_reason: None,
            created_at: Utc::now(),
        };
        let one =
            Turn { question: Uuid::nil(), content: "<script>alert(1)</script>".into(), asked_at: Utc::now(), answer };
        let html = turn(&person, &one).into_string();
        assert!(!html.contains("<script>") && !html.contains("<img"), "{html}");
    }
}

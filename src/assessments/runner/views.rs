//! Views of the runner.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::paths;
use crate::{
    assessments::{
        attempt::{Attempt, Given},
        shuffle,
    },
    ui::{icons, math},
    web::{Person, Role, format},
};

/// What awaits the student, and the start.
pub(super) fn introduction(attempt: &Attempt, reason: Option<&str>) -> Markup {
    let bank = attempt.edition.bank;
    html! {
        header class="page-head" {
            p class="eyebrow" { (attempt.edition.edition.grade.label()) }
            h1 { (bank.title) }
            p class="lead" { (attempt.len()) " questions, " (attempt.minutes) " minutes. Un seul but : savoir où tu en es vraiment." }
        }
        div class="card" {
            h2 { "Comment ça marche" }
            ul {
                li { "Une question par écran, quatre réponses, une seule est juste." }
                li { "Tu ne sais pas ? Dis-le : « Je ne sais pas » ne te pénalise jamais plus qu’une réponse au hasard, et nous aide à t’aider." }
                li { "Chaque réponse est enregistrée aussitôt. Si ton téléphone s’éteint, tu reprends où tu en étais." }
                li { "Le temps compte dès que tu commences : prévois " (attempt.minutes) " minutes au calme, avec de quoi écrire." }
                li { "Tu peux revenir sur une réponse jusqu’à l’envoi." }
            }
            @if let Some(reason) = reason { p class="notice" { (icons::info()) span { (reason) } } }
            @if !attempt.in_cohort {
                p class="notice" { (icons::clock()) span { "Tu as déjà un résultat sur ces questions : cette fois, c’est un entraînement. Il nourrit tes compétences, mais ne change ni ton score standardisé ni la cohorte." } }
            }
            form method="post" action={ (paths::attempt(attempt.id)) "/start" } {
                p class="actions" { button class="button large" type="submit" { "Commencer" (icons::arrow()) } }
            }
        }
    }
}

/// The time ran out too early for a score.
pub(super) fn unfinished(attempt: &Attempt, person: Option<&Person>) -> Markup {
    html! {
        h1 { "Évaluation inachevée" }
        p class="lead" {
            "Le temps s’est écoulé alors que moins de la moitié des questions avaient été vues. Aucun score n’est calculé : il ne dirait rien de juste. "
            "Tes réponses restent enregistrées, et tu peux recommencer quand tu veux."
        }
        @if person.is_some_and(|person| person.role == Role::Eleve) {
            form method="post" action="/assessments" {
                input type="hidden" name="bank" value=(attempt.edition.edition.id);
                p class="actions" { button class="button" type="submit" { "Recommencer" } }
            }
        } @else {
            p class="actions" { a class="button" href="/bilan-gratuit" { "Recommencer le bilan" } }
        }
    }
}

/// Title, save state, countdown and progress.
fn head(attempt: &Attempt, current: Option<usize>) -> Markup {
    let saved = current.is_some_and(|number| attempt.is_answered(number));
    html! {
        header class="runner-head" {
            div class="runner-bar" {
                p class="runner-title" { (attempt.edition.bank.subject.label()) }
                p class="save-state" data-state=(if saved { "saved" } else { "idle" }) data-saving="enregistrement…" data-saved="enregistré"
                    data-failed="non enregistré : nouvel essai…" data-refused="non enregistré" { @if saved { "enregistré" } }
                @if let Some(deadline) = attempt.deadline { (countdown(deadline, Utc::now())) }
            }
            (domains(attempt, current))
        }
    }
}

/// Ticks with the script; without it, says when the time ends.
fn countdown(deadline: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    html! {
        time class="countdown" role="timer" data-deadline=(deadline.timestamp_millis()) data-now=(now.timestamp_millis()) {
            (icons::clock()) span class="visually-hidden" { "Temps restant : " } b { "jusqu’à " (format::hour(deadline)) }
        }
    }
}

/// Progress by domain.
fn domains(attempt: &Attempt, current: Option<usize>) -> Markup {
    html! {
        ol id="domains" class="domains" aria-label="Progression par domaine" {
            @for (key, numbers) in attempt.by_domain() {
                @let label = attempt.edition.bank.domain(key).map_or(key, |domain| domain.label.as_str());
                @let done = numbers.iter().filter(|number| attempt.is_answered(**number)).count();
                @let here = current.is_some_and(|number| numbers.contains(&number));
                li aria-current=[here.then_some("step")] {
                    span class="name" { (label) }
                    progress value=(done) max=(numbers.len()) aria-label={ (label) " : " (done) " réponses sur " (numbers.len()) } {}
                }
            }
        }
    }
}

/// The progress alone, after an answer was stored by the script.
pub(super) fn domains_update(attempt: &Attempt, current: usize) -> Markup {
    html! { hx-partial hx-target="#domains" hx-swap="outerHTML" { (domains(attempt, Some(current))) } }
}

/// One question with its options in this attempt's order.
pub(super) fn question(attempt: &Attempt, number: usize) -> Markup {
    let action = paths::question(attempt.id, number);
    let Some(question) = attempt.question(number) else { return html! {} };
    let given = attempt.given(number);
    let label = attempt.edition.bank.domain(&question.domain).map_or("", |domain| domain.label.as_str());
    html! {
        (head(attempt, Some(number)))
        form class="question" id="question" method="post" action=(action) hx-post=(action) hx-trigger="change" hx-swap="none"
            hx-sync="this:queue last" data-save data-shortcuts {
            h1 tabindex="-1" autofocus { "Question " (number + 1) " " span { "sur " (attempt.len()) " · " (label) } }
            div class="prompt" { (math::paragraphs(&question.text)) }
            @if let Some(hint) = &question.hint { details { summary { "Un indice" } p { (math::text(hint)) } } }
            fieldset class="options" {
                legend class="visually-hidden" { "Ta réponse" }
                @for (place, shown) in attempt.options(number).iter().enumerate() {
                    label {
                        input type="radio" name="answer" value=(shown.value) checked[given == Some(Given::Choice(shown.stored))];
                        kbd { (char::from(b'A' + place as u8)) }
                        span { (math::text(&question.options[shown.stored])) }
                    }
                }
                label class="nsp" {
                    input type="radio" name="answer" value=(shuffle::NSP) checked[given == Some(Given::Nsp)];
                    kbd { "N" }
                    span { "Je ne sais pas" }
                }
            }
            p class="shortcuts" { label { input type="checkbox" data-shortcuts-toggle checked; span { "Raccourcis du clavier : " kbd { "A" } " à " kbd { "D" } ", " kbd { "N" } ", " kbd { "Entrée" } } } }
            p class="actions" {
                @if number > 0 { a class="button quiet" href=(paths::question(attempt.id, number - 1)) aria-label="Question précédente" { (icons::back()) span class="wide-only" { "Précédente" } } }
                button class="button" type="submit" name="then" value="next" data-next hx-post=(action) hx-target="#main" hx-select="#main" hx-swap="outerHTML"
                    hx-push-url="true" hx-sync="closest form:queue last" { @if number + 1 < attempt.len() { "Suivante" (icons::arrow()) } @else { "Vérifier et envoyer" } }
            }
            @if number + 1 < attempt.len() { p class="center" { a class="link" href=(paths::review(attempt.id)) { "Vue d’ensemble" } } }
        }
        (time_up_form(attempt))
    }
}

fn time_up_form(attempt: &Attempt) -> Markup {
    html! { form id="time-up" method="post" action={ (paths::attempt(attempt.id)) "/time-up" } hidden {} }
}

/// All questions with what was done with them, and the send.
pub(super) fn review(attempt: &Attempt) -> Markup {
    let open = attempt.len() - attempt.answered();
    html! {
        (head(attempt, None))
        section {
            h1 tabindex="-1" { "Avant d’envoyer" }
            p class="lead" {
                @match open {
                    0 => "Tu as répondu à toutes les questions. Tu peux encore tout relire.",
                    1 => "Il reste une question sans réponse : elle comptera comme « je ne sais pas ».",
                    open => { "Il reste " (open) " questions sans réponse : elles compteront comme « je ne sais pas »." }
                }
            }
            @for (key, numbers) in attempt.by_domain() {
                h2 { (attempt.edition.bank.domain(key).map_or(key, |domain| domain.label.as_str())) }
                ol class="review" { @for number in numbers { li { (review_link(attempt, number)) } } }
            }
            form method="post" action={ (paths::attempt(attempt.id)) "/sending" } hx-sync="this:drop" {
                p class="actions" {
                    @if let Some(number) = attempt.first_open() { a class="button quiet" href=(paths::question(attempt.id, number)) { "Reprendre" } }
                    button class="button" type="submit" { "Envoyer mes réponses" }
                }
            }
        }
        (time_up_form(attempt))
    }
}

fn review_link(attempt: &Attempt, number: usize) -> Markup {
    let (class, icon, word) = match attempt.given(number) {
        Some(Given::Choice(_)) => ("answered", icons::check(), "répondu"),
        Some(Given::Nsp) => ("nsp", icons::unknown(), "je ne sais pas"),
        Some(Given::Seen) | None => ("blank", icons::blank(), "sans réponse"),
    };
    html! { a class=(class) href=(paths::question(attempt.id, number)) { (icon) span { b { "Question " (number + 1) } (word) } } }
}

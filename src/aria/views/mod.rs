//! Markup of conversations. Everything stands in `#aria`, on its page as in the panel beside another one. [`turn`] is one
//! question with its answer.

mod turn;

use maud::{Markup, html};
use uuid::Uuid;

pub(super) use self::turn::{broke_off, rendered, turn};
use super::{
    model::{Conversation, LONGEST_QUESTION, LONGEST_TITLE, Turn, has_subject, home as home_of, path, says_tu},
    pages::{Asking, TURNS},
    quota::{self, Left},
};
use crate::{
    subjects::SchoolSubject,
    ui::{
        filters::{self, Narrow},
        icons,
    },
    web::{FieldErrors, Person, Role, assets, format},
};

/// What the list shows.
pub(super) struct List<'a> {
    /// Conversations of this page.
    pub found: &'a [Conversation],
    /// Whether older ones follow.
    pub more: bool,
    /// What was searched.
    pub words: &'a str,
    /// Which subject.
    pub subject: Option<SchoolSubject>,
    /// What may be asked today.
    pub left: &'a Left,
    /// Whom a parent or coach may ask about.
    pub students: &'a [(Uuid, String)],
    /// What was just done.
    pub done: &'a str,
}

/// What a conversation's page shows.
pub(super) struct Thread<'a> {
    /// The conversation.
    pub conversation: &'a Conversation,
    /// Turns, oldest first; one more than fits when older ones exist.
    pub turns: &'a [Turn],
    /// Whether these are the last ones.
    pub newest: bool,
    /// What may be asked today.
    pub left: &'a Left,
    /// What was just done.
    pub done: &'a str,
}

fn frame(panel: bool, main: &Markup) -> Markup {
    html! {
        section id="aria" class="aria" data-panel=[panel.then_some("1")] {
            @if panel { p class="panel-bar" { b { (icons::aria()) " ARIA" } button type="button" class="link" data-close-panel { "Fermer" } } }
            (main)
            script src=(assets::url("js/aria.js")) defer {}
        }
    }
}

/// A link inside of the frame: in the panel it changes the panel alone.
fn link(panel: bool, href: &str, content: Markup) -> Markup {
    let there =
        if panel { format!("{href}{}panneau=1", if href.contains('?') { "&" } else { "?" }) } else { href.to_owned() };
    html! {
        a href=(href) hx-get=(there) hx-target="#aria" hx-select="#aria" hx-swap="outerHTML" hx-push-url=[(!panel).then_some("true")] { (content) }
    }
}

/// The list of conversations under a place for a new question.
pub(super) fn home(person: &Person, list: &List<'_>, asking: &Asking, errors: &FieldErrors, panel: bool) -> Markup {
    let tu = says_tu(person);
    let main = html! {
        header class="page-head" {
            h1 { "ARIA" }
            p class="muted" { (welcome(person.role)) }
        }
        (notice(list.done))
        (new_question(person, list, asking, errors, panel))
        @if !list.found.is_empty() || !list.words.is_empty() || list.subject.is_some() {
            section aria-labelledby="conversations" {
                h2 id="conversations" { @if tu { "Tes conversations" } @else { "Vos conversations" } }
                @if !panel { (search(person, list)) }
                (conversations(person, list, panel))
            }
        }
        (about(person, panel))
    };
    frame(panel, &main)
}

/// What was just done, in a sentence.
fn notice(done: &str) -> Markup {
    let sentence = match done {
        "supprimee" => "La conversation est supprimée.",
        "renommee" => "Le nouveau titre est enregistré.",
        _ => return html! {},
    };
    html! { p class="notice good" role="status" { (icons::check()) span { (sentence) } } }
}

fn welcome(role: Role) -> &'static str {
    match role {
        Role::Eleve => {
            "Pose une question sur ton cours : ARIA t’aide à trouver, cite les documents de l’école et te laisse réfléchir."
        }
        Role::Parent => "Posez une question sur les résultats de votre enfant ou sur la façon de l’accompagner.",
        Role::Coach => "Préparez une séance pour un élève que vous suivez.",
        Role::Assistante | Role::Admin => "Posez une question sur le fonctionnement du site.",
    }
}

fn new_question(person: &Person, list: &List<'_>, asking: &Asking, errors: &FieldErrors, panel: bool) -> Markup {
    let place = home_of(person.role);
    let first = list.found.first().map(|one| one.subject.key());
    let chosen = if asking.subject.is_empty() { first.unwrap_or("MATHEMATIQUES") } else { &asking.subject };
    let choices = html! {
        @if has_subject(person.role) {
            div class="field" {
                label for="subject" { "Matière" }
                select id="subject" name="subject" { @for subject in SchoolSubject::ALL { option value=(subject.key()) selected[subject.key() == chosen] { (subject.label()) } } }
            }
        }
        @if !list.students.is_empty() {
            div class="field" {
                label for="student" { @if person.role == Role::Parent { "Au sujet de" } @else { "Pour l’élève" } }
                select id="student" name="student" {
                    @if person.role != Role::Parent || list.students.len() > 1 { option value="" { "Personne en particulier" } }
                    @for (id, name) in list.students { option value=(id) selected[asking.student == id.to_string()] { (name) } }
                }
            }
        }
    };
    html! { div class="card" { (question_form(person, place, Some(choices), list.left, asking, errors, panel)) } }
}

fn question_form(
    person: &Person,
    action: &str,
    choices: Option<Markup>,
    left: &Left,
    asking: &Asking,
    errors: &FieldErrors,
    panel: bool,
) -> Markup {
    let error = errors.of("question");
    let label = if says_tu(person) { "Ta question" } else { "Votre question" };
    html! {
        form class="ask" method="post" action=(action) hx-post=(action) hx-target="#aria" hx-select="#aria" hx-swap="outerHTML" hx-sync="this:drop" {
            input type="hidden" name="key" value=(Uuid::new_v4());
            @if panel { input type="hidden" name="panneau" value="1"; }
            @if let Some(choices) = choices { (choices) }
            div class="field" {
                label for="question" { (label) }
                textarea id="question" name="question" rows="3" required maxlength=(LONGEST_QUESTION) dir="auto" data-send=(person.id) autofocus[error.is_some()]
                    aria-invalid=[error.map(|_| "true")] aria-describedby={ @if error.is_some() { "question-error " } "left-today" } { (asking.question) }
                @if let Some(error) = error { p class="error" id="question-error" role="alert" { (icons::alert()) span { (error) } } }
                p class="hint" id="left-today" { (left_today(person, left, error.is_some())) }
            }
            div class="actions" { button class="button" id="ask" type="submit" { "Demander" (icons::arrow()) } }
        }
    }
}

/// What may still be asked; who was just refused has read above that it is nothing.
fn left_today(person: &Person, left: &Left, refused: bool) -> Markup {
    let questions = left.questions();
    html! {
        @if questions == 0 && refused {}
        @else if questions == 0 { (quota::sentence(person, left)) }
        @else if questions == 1 { "Encore 1 question aujourd’hui." }
        @else { "Encore " (questions) " questions aujourd’hui." }
        @if left.free && questions <= 1 && let Some((url, label)) = quota::more(person.role) { " " a href=(url) { (label) } }
    }
}

fn search(person: &Person, list: &List<'_>) -> Markup {
    let options = SchoolSubject::ALL.map(|subject| (subject.key(), subject.label()));
    let value = list.subject.map_or("", SchoolSubject::key);
    let narrow = Narrow { name: "matiere", label: "Matière", value, all: "Toutes", options: &options };
    let narrows = if has_subject(person.role) { vec![narrow] } else { Vec::new() };
    filters::form(home_of(person.role), "Mots à chercher", list.words, &narrows)
}

fn conversations(person: &Person, list: &List<'_>, panel: bool) -> Markup {
    html! {
        @if list.found.is_empty() { p class="muted" { "Aucune conversation avec ces mots. Essayer un autre mot, ou une autre matière." } }
        @else {
            ul class="rows card" { @for one in list.found {
                li {
                    span class="grow" {
                        (link(panel, &path(person.role, one.id), html! { bdi { (one.title) } })) br;
                        span class="muted" { @if has_subject(person.role) { (one.subject.label()) " · " } @if let Some(name) = &one.student_name { (name) " · " } (format::date(one.updated_at)) }
                    }
                }
            } }
            @if list.more && let Some(last) = list.found.last() {
                @let query = [("q", list.words), ("matiere", list.subject.map_or("", SchoolSubject::key)), ("apres", &format!("{}_{}", last.updated_at.timestamp_micros(), last.id))];
                p { a class="button quiet" href=(crate::ui::filters::link(home_of(person.role), &query)) { "Conversations plus anciennes" } }
            }
        }
    }
}

/// What is stated to all: what ARIA is, who sees what.
fn about(person: &Person, panel: bool) -> Markup {
    html! {
        @if !panel {
            details class="about" {
                summary { "Comment ARIA fonctionne, et qui voit quoi" }
                @match person.role {
                    Role::Eleve => {
                        p { "ARIA est un programme. Elle peut se tromper : vérifie chaque affirmation sur le document cité. Elle donne d’abord des indices, et la solution rédigée après deux vrais essais." }
                        p { "Tes conversations ne sont lues par personne d’autre que toi. Tes parents voient les matières et le temps passé, pas ce que tu écris. Si un message montre un danger pour toi ou pour quelqu’un, une personne de l’école le lit pour pouvoir t’aider. Pour améliorer ARIA, l’équipe peut relire des réponses sans les noms." }
                        p { a href="/aria/souvenirs" { "Ce qu’ARIA retient de toi" } }
                    }
                    Role::Parent => {
                        p { "ARIA est un programme. Elle peut se tromper : vérifiez sur le document cité, ou écrivez à l’équipe." }
                        p { "Vos conversations ne sont lues par personne d’autre. Vous voyez les matières et le temps que votre enfant passe avec ARIA, pas ce qu’il écrit : c’est une condition pour qu’il ose poser ses questions. Si un message montre un danger, une personne de l’école le lit et vous joint." }
                        p { a href="/aria/famille" { "Le travail de votre enfant avec ARIA" } }
                    }
                    _ => p { "ARIA est un programme. Elle peut se tromper : vérifiez sur la page citée. Les noms, adresses et téléphones connus de l’école sont remplacés avant qu’un message quitte cette machine." }
                }
            }
        }
    }
}

/// A conversation.
pub(super) fn conversation(
    person: &Person,
    thread: &Thread<'_>,
    asking: &Asking,
    errors: &FieldErrors,
    panel: bool,
) -> Markup {
    let one = thread.conversation;
    let address = path(person.role, one.id);
    let more = thread.turns.len() as i64 > TURNS;
    let shown = if more { &thread.turns[1..] } else { thread.turns };
    let main = html! {
        p class="crumb" { (link(panel, home_of(person.role), html! { (icons::back()) " Conversations" })) }
        header class="page-head" {
            h1 dir="auto" { (one.title) }
            @if has_subject(person.role) { p class="muted" { (one.subject.label()) @if let Some(name) = &one.student_name { " · au sujet de " (name) } } }
            @if !panel { (settings(person, one)) }
        }
        (notice(thread.done))
        @if more && let Some(first) = shown.first() { p { a class="button quiet" href={ (address) "?avant=" (first.question) } { "Questions plus anciennes" } } }
        div class="turns" role="log" aria-label="Questions et réponses" { @for turn in shown { (self::turn(person, turn)) } }
        div id="fin" {}
        @if thread.newest { (question_form(person, &address, None, thread.left, asking, errors, panel)) }
        @else { p { a class="button" href={ (address) "#fin" } { "Revenir à la fin" } } }
    };
    frame(panel, &main)
}

fn settings(person: &Person, one: &Conversation) -> Markup {
    let deletion = format!("/aria/{}/suppression", one.id);
    html! {
        details class="settings" {
            summary { "Renommer ou supprimer" }
            form method="post" action={ "/aria/" (one.id) "/titre" } {
                div class="field" { label for="titre" { "Titre" } input id="titre" name="titre" value=(one.title) maxlength=(LONGEST_TITLE) dir="auto" required; }
                div class="actions" { button class="button quiet" type="submit" { "Renommer" } }
            }
            details class="confirm" {
                summary { "Supprimer la conversation" }
                // Its address is replaced: Back would only find that it is gone.
                form method="post" action=(deletion) hx-post=(deletion) hx-target="#aria" hx-select="#aria" hx-swap="outerHTML" hx-replace-url=(home_of(person.role)) {
                    p { "Les questions et les réponses de cette conversation seront effacées pour toujours." }
                    button class="button danger" type="submit" { "Supprimer pour toujours" }
                }
            }
        }
    }
}

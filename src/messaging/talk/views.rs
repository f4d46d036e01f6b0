//! Views of messages.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    LONGEST, PAGE, path,
    store::{Choice, Line, Message, Thread},
};
use crate::{
    messaging::when,
    ui::icons,
    web::{FieldErrors, Person, Role, format},
};

/// Longest extract of a last message in the list, in characters.
const EXTRACT: usize = 90;

fn is_student(person: &Person) -> bool {
    person.role == Role::Eleve
}

/// Said where nothing can be written.
pub(super) fn not_allowed(student: bool) -> &'static str {
    if student { "Tu ne peux pas écrire à cette personne" } else { "Vous ne pouvez pas écrire à cette personne" }
}

/// `/messages`.
pub(super) fn conversations(person: &Person, lines: &[Line], newest: bool, more: bool, now: DateTime<Utc>) -> Markup {
    html! {
        header class="page-head" { h1 { "Messages" } }
        @if lines.is_empty() && newest { (no_conversation(person)) }
        @else {
            p { a class="button" href="/messages/nouveau" { (icons::message()) "Nouveau message" } }
            div id="conversations" class="card" hx-get=[newest.then_some("/messages")] hx-trigger=[newest.then_some("live from:body")] hx-select="#conversations" hx-swap="outerHTML" {
                ul class="rows" { @for line in lines { (conversation(person, line, now)) } }
            }
            @if more && let Some(last) = lines.last() {
                p { a class="button quiet" href={ "/messages?avant=" (last.last_id) } { "Conversations plus anciennes" } }
            }
        }
    }
}

fn no_conversation(person: &Person) -> Markup {
    html! {
        div class="empty" {
            (icons::message())
            h2 { "Aucun message pour l’instant" }
            p {
                @match person.role {
                    Role::Eleve => "Une question sur un exercice, sur une séance ? Écris à ton coach ou à l’équipe.",
                    Role::Parent => "Une question sur votre enfant ou sur les cours ? Écrivez à son coach ou à l’équipe.",
                    _ => "Écrivez à un élève, à une famille ou à l’équipe.",
                }
            }
            p class="actions" { a class="button" href="/messages/nouveau" { "Écrire un message" } }
        }
    }
}

fn conversation(person: &Person, line: &Line, now: DateTime<Utc>) -> Markup {
    let mine = line.sender_id == person.id;
    let said = match (mine, is_student(person)) {
        (true, true) => "Toi : ",
        (true, false) => "Vous : ",
        _ => "",
    };
    html! {
        li class=[(line.unread > 0).then_some("unread")] {
            div class="grow" {
                a href={ (path(line.contact.id)) "#message" } { (line.contact.name(person.role)) }
                " " span class="muted" { (line.contact.role_label()) } br;
                span class="muted" { (said) (extract(&line.body)) }
            }
            span class="muted" { (when(line.sent_at, now)) }
            @if line.unread > 0 { (badge(line.unread)) }
        }
    }
}

fn badge(unread: i64) -> Markup {
    let words = if unread > 1 { " messages non lus" } else { " message non lu" };
    html! { b class="count" { (format::count(unread)) span class="visually-hidden" { (words) } } }
}

/// The beginning of a message, on one line.
fn extract(body: &str) -> String {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXTRACT {
        return line;
    }
    let short: String = line.chars().take(EXTRACT).collect();
    format!("{}…", short.rsplit_once(' ').map_or(short.as_str(), |(words, _)| words))
}

/// `/messages/nouveau`.
pub(super) fn choose(person: &Person, contacts: &[Choice], search: &str, more: bool) -> Markup {
    let student = is_student(person);
    html! {
        p { a class="link" href="/messages" { (icons::back()) " Messages" } }
        header class="page-head" { h1 { "Nouveau message" } }
        form method="get" action="/messages/nouveau" role="search" hx-get="/messages/nouveau" hx-target="#contacts"
            hx-select="#contacts" hx-swap="outerHTML" hx-trigger="input delay:250ms, submit" hx-push-url="false" {
            div class="field" {
                label for="q" { @if student { "À qui veux-tu écrire" "\u{a0}?" } @else { "À qui voulez-vous écrire" "\u{a0}?" } }
                input id="q" name="q" type="search" value=(search) maxlength="80" autocomplete="off";
            }
            p class="actions" { button class="button quiet" type="submit" { "Chercher" } }
        }
        div id="contacts" aria-live="polite" {
            @if contacts.is_empty() { (nobody(person, search)) }
            @else {
                div class="card" { ul class="rows" { @for one in contacts { (contact(person, one)) } } }
                @if more { p class="muted" { "Il y en a d’autres : cherchez par le nom." } }
            }
        }
    }
}

fn nobody(person: &Person, search: &str) -> Markup {
    html! {
        div class="empty" {
            (icons::people())
            h2 { "Personne à ce nom" }
            p {
                @if search.is_empty() { "L’équipe n’a pas encore de compte ouvert. Appelez l’école." }
                @else if is_student(person) { "Vérifie l’orthographe. Tu peux écrire à tes coachs et à l’équipe." }
                @else { "Vérifiez l’orthographe du nom." }
            }
        }
    }
}

fn contact(person: &Person, Choice { contact, through }: &Choice) -> Markup {
    html! {
        li {
            div class="grow" {
                a href={ (path(contact.id)) "#message" } { (contact.name(person.role)) }
                br;
                span class="muted" {
                    (contact.role_label())
                    @if let Some(students) = through { " de " (students) }
                }
            }
        }
    }
}

/// `/messages/{person}`.
pub(super) fn thread(
    person: &Person,
    thread: &Thread,
    list: &[Message],
    before: Option<i64>,
    words: &str,
    errors: &FieldErrors,
    now: DateTime<Utc>,
) -> Markup {
    html! {
        p { a class="link" href="/messages" { (icons::back()) " Messages" } }
        header class="page-head" {
            h1 { (thread.contact.name(person.role)) }
            p class="muted" { (thread.contact.role_label()) }
        }
        div id="talk" {
            (messages(person, thread, list, before, now))
            @if before.is_some() { p { a class="button" href={ (path(thread.contact.id)) "#message" } { "Revenir aux derniers messages" } } }
            @else if thread.may_write { (write_box(person, thread.contact.id, words, errors)) }
            @else { p class="notice" { (icons::info()) span { (not_allowed(is_student(person))) " en ce moment. Les messages restent lisibles." } } }
        }
    }
}

/// The messages alone; the newest page keeps itself up to date.
pub(super) fn messages(
    person: &Person,
    thread: &Thread,
    list: &[Message],
    before: Option<i64>,
    now: DateTime<Utc>,
) -> Markup {
    let address = path(thread.contact.id);
    let more = list.len() as i64 > PAGE;
    let shown = if more { &list[1..] } else { list };
    let last = list.last().map_or(0, |message| message.id);
    let news = format!("{address}/nouveaux?dernier={last}&lu={}", thread.their_read_id);
    let open = before.is_none();
    html! {
        div id="thread" role="log" aria-label="Messages" hx-get=[open.then_some(news)] hx-trigger=[open.then_some("live from:body, every 20s")] hx-swap="outerMorph" {
            @if more && let Some(first) = shown.first() {
                p { a class="button quiet" href={ (address) "?avant=" (first.id) } { "Messages plus anciens" } }
            }
            @if shown.is_empty() { p class="muted" { @if is_student(person) { "Écris le premier message." } @else { "Écrivez le premier message." } } }
            ol class="talk" { @for (at, message) in shown.iter().enumerate() {
                @if at == 0 || format::tunis_day(shown[at - 1].sent_at) != format::tunis_day(message.sent_at) {
                    li class="day" id={ "d" (format::tunis_day(message.sent_at)) } { (day(message.sent_at, now)) }
                }
                (bubble(person, thread, message))
            } }
            (seen(person, thread, shown))
        }
    }
}

fn bubble(person: &Person, thread: &Thread, message: &Message) -> Markup {
    let mine = message.sender_id == person.id;
    let who = match (mine, is_student(person)) {
        (true, true) => "Toi".to_owned(),
        (true, false) => "Vous".to_owned(),
        _ => thread.contact.name(person.role),
    };
    html! {
        li id={ "m" (message.id) } class=[mine.then_some("mine")] {
            span class="visually-hidden" { (who) " : " }
            p { (message.body) }
            small { (format::hour(message.sent_at)) }
        }
    }
}

/// Whether the other one has read the last message that this person wrote.
fn seen(person: &Person, thread: &Thread, shown: &[Message]) -> Markup {
    let last_mine = shown.iter().rev().find(|message| message.sender_id == person.id);
    let read = last_mine.is_some_and(|message| message.id <= thread.their_read_id);
    let answered = shown.last().is_some_and(|message| message.sender_id != person.id);
    html! {
        @if read && !answered && let Some(at) = thread.their_read_at { p class="seen muted" { "Lu à " (format::hour(at)) } }
    }
}

fn day(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (day, today) = (format::tunis_day(at), format::tunis_day(now));
    if day == today {
        "Aujourd’hui".to_owned()
    } else if day == today - TimeDelta::days(1) {
        "Hier".to_owned()
    } else {
        format::day(day)
    }
}

fn write_box(person: &Person, to: Uuid, words: &str, errors: &FieldErrors) -> Markup {
    let error = errors.of("message");
    let label = if is_student(person) { "Ton message" } else { "Votre message" };
    html! {
        form method="post" action=(path(to)) hx-post=(path(to)) hx-target="#talk" hx-select="#talk" hx-swap="outerHTML" hx-sync="this:drop" {
            input type="hidden" name="key" value=(Uuid::new_v4());
            div class="field" {
                label for="message" { (label) }
                textarea id="message" name="message" rows="3" required maxlength=(LONGEST) data-left="#left"
                    aria-invalid=[error.map(|_| "true")] aria-describedby={ @if error.is_some() { "message-error " } "left" } { (words) }
                p class="hint" id="left" { (LONGEST) " caractères au plus" }
                @if let Some(error) = error { p class="error" id="message-error" { (icons::alert()) span { (error) } } }
            }
            div class="actions" { button class="button" id="send" type="submit" { "Envoyer" (icons::arrow()) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_between_two_words() {
        assert_eq!(extract("Bonjour,\n\nà demain"), "Bonjour, à demain");
        let long = "mot ".repeat(40);
        let short = extract(&long);
        assert!(short.ends_with("mot…") && short.chars().count() <= EXTRACT + 1, "{short}");
    }

    #[test]
    fn families_know_a_coach_by_the_pseudonym() {
        let coach = super::super::Contact {
            id: Uuid::nil(),
            role: Role::Coach,
            first_name: "Hatem".into(),
            last_name: "Zribi".into(),
            pseudonym: Some("Hélios".into()),
        };
        assert_eq!(coach.name(Role::Eleve), "Hélios");
        assert_eq!(coach.name(Role::Parent), "Hélios");
        assert_eq!(coach.name(Role::Assistante), "Hatem Zribi");
    }
}

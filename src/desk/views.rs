//! The queue and the page of an item.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use super::{
    model::{Holder, Item, Kind, Outcome},
    store::{Closed, Detail, MOST_COUNTED, Queue},
};
use crate::{
    assessments::runner::paths,
    ui::{
        fields::{self, Field},
        icons,
    },
    web::{FieldErrors, Person, format},
};

fn icon(kind: Kind) -> Markup {
    match kind {
        Kind::Request => icons::people(),
        Kind::Activation => icons::lock(),
        Kind::Mail => icons::message(),
        Kind::Report => icons::book(),
    }
}

/// What stands before the queue, as the room draws it that it comes from.
pub struct First {
    /// How many wait there.
    pub count: i64,
    /// Rows of the list.
    pub rows: Markup,
}

/// What waits: `first` what is more urgent than all of the desk's own, then the oldest. The section of the assistante's
/// dashboard.
pub fn queue(first: &First, queue: &Queue, person: &Person) -> Markup {
    let now = Utc::now();
    let waiting = queue.waiting + first.count;
    html! {
        section class="card" id="queue" aria-labelledby="queue-title" {
            h2 id="queue-title" { "À traiter" @if waiting > 0 { " " span class="muted num" { @if queue.waiting >= MOST_COUNTED { "plus de " (format::count(waiting - 1)) } @else { (format::count(waiting)) } } } }
            @if waiting == 0 {
                div class="empty" {
                    (icons::check())
                    h3 { "Rien n’attend" }
                    p { "Les demandes des familles, les comptes à activer et les e-mails à vérifier arrivent ici d’eux-mêmes." }
                }
            } @else {
                p class="muted" { @if first.count > 0 { "Le plus urgent d’abord, puis du plus ancien au plus récent." } @else { "Du plus ancien au plus récent." } }
                ul class="rows" { (first.rows) @for item in &queue.items { (row(item, person, now)) } }
                @if queue.waiting > queue.items.len() as i64 { p class="muted" { "Les suivants apparaîtront à mesure que ceux-ci sont traités." } }
            }
            @if queue.done_today > 0 { p class="muted" { "Traité aujourd’hui : " (format::count(queue.done_today)) "." } }
        }
    }
}

fn row(item: &Item, person: &Person, now: DateTime<Utc>) -> Markup {
    let other = item.holder.as_ref().filter(|holder| holder.id != person.id);
    let mine = item.holder.as_ref().is_some_and(|holder| holder.id == person.id);
    let page = format!("/desk/{}/{}", item.kind.slug(), item.subject_id);
    html! {
        li {
            (icon(item.kind))
            span class="grow" {
                a href=(page) { b { (item.who) } } br;
                span { (item.kind.label()) } span class="muted" { " · " (item.what) " · attend depuis " (format::age(now - item.opened_at)) }
                @if let Some(other) = other { br; span class="muted" { "Suivi par " (other.name) } }
            }
            @if mine { a class="button quiet" href=(page) { "Reprendre" } }
            @else if other.is_none() {
                form method="post" action={ (page) "/take" } {
                    button class="button quiet" type="submit" { "M’en occuper" span class="visually-hidden" { " : " (item.kind.label()) ", " (item.who) } }
                }
            }
        }
    }
}

/// One item: what is known, and how it can end.
pub(super) fn item(kind: Kind, id: Uuid, detail: &Detail, person: &Person, errors: &FieldErrors) -> Markup {
    let now = Utc::now();
    let other = detail.holder.as_ref().filter(|holder| holder.id != person.id);
    html! {
        p { a class="back" href=(person.role.landing()) { (icons::back()) "À traiter" } }
        div class="page-head" {
            h1 { (kind.label()) }
            p class="lead" { "Attend depuis " (format::age(now - detail.opened_at)) "." }
        }
        @match (&detail.closed, other) {
            (Some(closed), _) => (end_of(closed)),
            (None, Some(other)) => (held(other)),
            _ => (fields::summary(errors)),
        }
        section class="card" {
            dl class="facts" { @for (label, value) in &detail.facts { dt { (label) } dd { (value) } } }
            p class="actions" {
                @if let Some(phone) = &detail.phone { a class="button quiet" href={ "tel:" (phone) } { "Appeler le " (phone) } }
                @if let Some(email) = &detail.email { a class="button quiet" href={ "mailto:" (email) } { "Écrire à " (email) } }
                @if kind == Kind::Mail { a class="button quiet" href="/admin/outbox?etat=FAILED" { "Réessayer l’envoi" } }
                @if let Some(assessment) = detail.assessment_id {
                    a class="button quiet" href=(paths::result(assessment)) { "Voir l’évaluation" }
                }
            }
        }
        @if detail.closed.is_none() && other.is_none() { (closing(kind, id, detail, person, errors)) }
    }
}

fn closing(kind: Kind, id: Uuid, detail: &Detail, person: &Person, errors: &FieldErrors) -> Markup {
    let page = format!("/desk/{}/{id}", kind.slug());
    let mine = detail.holder.as_ref().is_some_and(|holder| holder.id == person.id);
    html! {
        form method="post" action={ (page) "/close" } class="card" hx-sync="this:drop" {
            h2 { "Comment cela se termine" }
            (Field { name: "note", label: "Note pour l’équipe", max: 1000, ..Field::default() }.textarea(errors))
            p class="actions" {
                @for (at, outcome) in kind.outcomes().iter().enumerate() {
                    button class=(if at == 0 { "button" } else { "button quiet" }) type="submit" name="outcome" value=(outcome.key()) { (outcome.label()) }
                }
            }
        }
        @if mine {
            form method="post" action={ (page) "/release" } { button class="link" type="submit" { "Remettre dans la file" } }
        }
    }
}

fn held(other: &Holder) -> Markup {
    html! {
        div class="notice" role="status" {
            (icons::info())
            div { p { (other.name) " s’en occupe depuis " (format::hour(other.since)) ". Vous pourrez prendre la suite si rien ne se passe en une demi-heure." } }
        }
    }
}

fn end_of(closed: &Closed) -> Markup {
    let how = Outcome::from_key(&closed.outcome);
    html! {
        div class="notice" role="status" {
            (icons::check())
            div {
                p {
                    @match &closed.by { Some(by) => { "Traité par " (by) }, None => "Réglé de lui-même" }
                    ", le " (format::date(closed.at)) " à " (format::hour(closed.at))
                    @if let (Some(how), Some(_)) = (how, &closed.by) { " : « " (how.label()) " »" } "."
                }
                @if let Some(note) = &closed.note { p { (note) } }
            }
        }
    }
}

//! Views of notifications and of the choice of mails.

use chrono::{DateTime, SecondsFormat, Utc};
use maud::{Markup, html};

use super::{Kind, MailWish, store::Row};
use crate::{
    messaging::when,
    ui::icons,
    web::{Person, Role},
};

pub(super) fn page(person: &Person, rows: &[Row], more: bool, unread: i64, later: bool, now: DateTime<Utc>) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Notifications" }
            p { a href="/compte/notifications" { "Choisir ce qui arrive par e-mail" } }
        }
        @if rows.is_empty() && !later { (empty(person)) }
        @else {
            @if unread > 0 {
                form method="post" action="/notifications/lues" {
                    p { button class="button quiet" type="submit" { "Tout marquer comme lu" } }
                }
            }
            div class="card" { ul class="rows" { @for row in rows { (line(row, now)) } } }
            @if more && let Some(last) = rows.last() {
                p { a class="button quiet" href={ "/notifications?at=" (last.at.to_rfc3339_opts(SecondsFormat::Micros, true)) "&id=" (last.id) } { "Plus anciennes" } }
            }
        }
    }
}

fn empty(person: &Person) -> Markup {
    let student = person.role == Role::Eleve;
    html! {
        div class="empty" {
            (icons::bell())
            h2 { "Rien pour l’instant" }
            p {
                @if student { "Quand un bilan sera prêt ou qu’on t’écrira, tu le verras ici." }
                @else { "Quand un bilan sera prêt ou que l’on vous écrira, vous le verrez ici." }
            }
        }
    }
}

fn icon(kind: &str) -> Markup {
    if kind == Kind::Message.key() {
        icons::message()
    } else if kind == Kind::Alert.key() {
        icons::alert()
    } else {
        icons::chart()
    }
}

fn line(row: &Row, now: DateTime<Utc>) -> Markup {
    let unread = row.read_at.is_none();
    html! {
        li class=[unread.then_some("unread")] {
            (icon(&row.kind))
            div class="grow" {
                a href={ "/notifications/" (row.id) } { (row.title) }
                @if unread { span class="visually-hidden" { " (non lue)" } }
                br;
                span class="muted" { @if !row.body.is_empty() { (row.body) " · " } (when(row.at, now)) }
            }
            @if unread {
                form method="post" action={ "/notifications/" (row.id) "/lue" } {
                    button class="link" type="submit" { "Marquer comme lue" span class="visually-hidden" { " : " (row.title) } }
                }
            }
        }
    }
}

/// The choice of mails, kind by kind.
pub(super) fn preferences(person: &Person, chosen: &[(String, MailWish)], saved: bool) -> Markup {
    let student = person.role == Role::Eleve;
    let wish =
        |kind: Kind| chosen.iter().find(|(key, _)| key == kind.key()).map_or(kind.default_wish(), |(_, wish)| *wish);
    html! {
        p { a class="link" href="/notifications" { (icons::back()) " Notifications" } }
        header class="page-head" {
            h1 { "E-mails de notification" }
            p class="lead" {
                @if student { "Tout arrive dans tes notifications. Choisis ce que tu veux aussi par e-mail." }
                @else { "Tout arrive dans vos notifications. Choisissez ce que vous voulez aussi par e-mail." }
            }
        }
        @if saved { p class="notice good" role="status" { (icons::check()) span { "C’est enregistré." } } }
        @match person.email.as_deref() {
            None => p class="notice" { (icons::info()) span {
                @if student { "Ton compte n’a pas d’adresse e-mail : tout t’attend dans tes notifications." }
                @else { "Votre compte n’a pas d’adresse e-mail : tout vous attend dans vos notifications." }
            } },
            Some(email) => form method="post" action="/compte/notifications" class="card" {
                p { "Les e-mails partent à " b { (email) } "." }
                @for kind in Kind::ALL.into_iter().filter(|kind| kind.concerns(person.role)) {
                    @if kind.mandatory() { (always(kind)) } @else { (choice(kind, wish(kind))) }
                }
                div class="actions" { button class="button" type="submit" { "Enregistrer" } }
            },
        }
    }
}

/// Only the staff ever read it.
fn always(kind: Kind) -> Markup {
    html! {
        div class="field" {
            p {
                b { (kind.label()) } br;
                span class="muted" {
                    "Toujours tout de suite\u{a0}: la sécurité d’un élève peut en dépendre, et l’équipe doit le savoir dans la minute. Ce choix ne se change donc pas."
                }
            }
        }
    }
}

fn choice(kind: Kind, wish: MailWish) -> Markup {
    let label = |one: MailWish| match one {
        MailWish::Now => kind.now_label(),
        MailWish::Daily => "Une fois par jour, le soir, tout ensemble",
        MailWish::Never => "Jamais par e-mail",
    };
    html! {
        div class="field" {
            label for=(kind.key()) { (kind.label()) }
            select id=(kind.key()) name=(kind.key()) {
                @for one in MailWish::ALL { option value=(one.key()) selected[one == wish] { (label(one)) } }
            }
        }
    }
}

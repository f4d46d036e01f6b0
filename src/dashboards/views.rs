//! The assistante's page.

use chrono::Utc;
use maud::{Markup, html};

use crate::{
    aria::alerts,
    desk::{self, store::Queue},
    messaging::talk::Waiting,
    ui::icons,
    web::{Person, format},
};

/// What waits: the alerts of ARIA, the queue of the desk, and the people whose messages nobody has read yet.
pub(super) fn assistante(person: &Person, open: &[alerts::Open], queue: &Queue, messages: &[Waiting]) -> Markup {
    let first = desk::views::First { count: open.iter().map(|one| one.messages).sum(), rows: alerts::open_rows(open) };
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        (desk::views::queue(&first, queue, person))
        p class="actions" {
            a class="button quiet" href="/admin/rag" { (icons::book()) "Bibliothèque" }
            a class="button quiet" href="/admin/aria" { (icons::aria()) "Réglages d’ARIA" }
        }
        @if !messages.is_empty() { (unread(messages)) }
    }
}

fn unread(messages: &[Waiting]) -> Markup {
    let now = Utc::now();
    html! {
        section class="card" {
            h2 { "Messages non lus" }
            ul class="rows" {
                @for one in messages {
                    li {
                        span class="grow" { a href=(one.link) { b { (one.name) } } br; span class="muted" { "attend depuis " (format::age(now - one.since)) } }
                        span class="muted num" { (one.count) @if one.count > 1 { " messages" } @else { " message" } }
                    }
                }
            }
        }
    }
}

//! The page of mails.

use chrono::{DateTime, SecondsFormat, Utc};
use maud::{Markup, html};

use super::{Health, store::Row, words};
use crate::{messaging::when, ui::icons, web::format};

/// States with what staff read for them.
pub(super) const STATES: [(&str, &str); 3] = [("WAITING", "En attente"), ("FAILED", "Échec"), ("SENT", "Envoyé")];

/// What the page shows.
pub(super) struct List {
    pub health: Health,
    pub state: Option<&'static str>,
    pub rows: Vec<Row>,
    pub more: bool,
    pub later: bool,
    pub now: DateTime<Utc>,
}

pub(super) fn page(list: &List) -> Markup {
    html! {
        header class="page-head" {
            h1 { "E-mails" }
            p class="lead" { "Tout ce que le site envoie aux familles et à l’équipe. Le texte d’un e-mail est effacé dès qu’il est parti." }
        }
        (figures(list))
        (filter(list.state))
        @if list.rows.is_empty() {
            div class="empty" {
                (icons::check())
                h2 { @if list.later { "C’est tout" } @else { "Rien ici" } }
                p { @if list.state == Some("FAILED") { "Aucun e-mail n’a échoué." } @else { "Aucun e-mail dans cette liste." } }
            }
        } @else {
            div class="card" { ul class="rows" { @for row in &list.rows { (line(row, list)) } } }
        }
        @if list.more && let Some(last) = list.rows.last() {
            @let at = last.created_at.to_rfc3339_opts(SecondsFormat::Micros, true);
            p { a class="button quiet" href={ "/admin/outbox?etat=" (list.state.unwrap_or_default()) "&at=" (at) "&id=" (last.id) } { "Plus anciens" } }
        }
    }
}

fn figures(list: &List) -> Markup {
    let health = &list.health;
    let tile = |label: &str, value: i64| html! { div class="tile" { dt { (label) } dd class="big" { (format::count(value)) } } };
    html! {
        dl class="tiles" {
            (tile("En attente", health.waiting))
            (tile("En échec, à traiter", health.failed))
            (tile("Envoyés en 24 heures", health.sent_today))
        }
        @if health.is_late(list.now) && let Some(since) = health.waiting_since {
            p class="notice warm" { (icons::clock()) span { "Un e-mail attend depuis " (format::age(list.now - since)) ". Le service d’envoi ne répond peut-être pas : les essais continuent tout seuls, et rien n’est perdu." } }
        }
    }
}

fn filter(state: Option<&str>) -> Markup {
    html! {
        nav aria-label="Filtrer par état" {
            ul class="legend" {
                li { a class="button quiet" href="/admin/outbox" aria-current=[state.is_none().then_some("page")] { "Tous" } }
                @for (key, label) in STATES {
                    li { a class="button quiet" href={ "/admin/outbox?etat=" (key) } aria-current=[(state == Some(key)).then_some("page")] { (label) } }
                }
            }
        }
    }
}

fn line(row: &Row, list: &List) -> Markup {
    let label = STATES.iter().find(|(key, _)| *key == row.state).map_or("", |(_, label)| label);
    let (class, icon) = match row.state.as_str() {
        "SENT" => ("band excellence", icons::check()),
        "FAILED" => ("band prioritaire", icons::alert()),
        _ => ("band fragile", icons::clock()),
    };
    html! {
        li id={ "mail-" (row.id) } {
            div class="grow" {
                strong { (row.subject) } br;
                span class="muted" { (words::template(&row.template)) " · " (row.to_name) " <" (row.to_email) "> · " (when(row.sent_at.unwrap_or(row.created_at), list.now)) }
                @if row.state != "SENT" && let Some(error) = &row.last_error { (why(row, error)) }
            }
            span class=(class) { (icon) (label) }
            @if row.state == "FAILED" {
                form method="post" action={ "/admin/outbox/" (row.id) "/renvoyer" } {
                    input type="hidden" name="etat" value=(list.state.unwrap_or_default());
                    button class="button quiet" type="submit" { "Renvoyer" span class="visually-hidden" { " : " (row.subject) ", à " (row.to_name) } }
                }
            }
        }
    }
}

fn why(row: &Row, error: &str) -> Markup {
    let tries = if row.attempts > 1 { format!("{} essais", row.attempts) } else { "un essai".to_owned() };
    html! {
        p { (words::error(error)) " " span class="muted" { "(" (tries) ")" } }
        details { summary { "Ce que le service d’envoi a répondu" } p { code { (error) } } }
    }
}

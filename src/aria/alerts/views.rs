//! Pages of alerts.

use chrono::Utc;
use maud::{Markup, html};

use super::{
    label,
    store::{Alert, Guardian, MOST_PEOPLE, Open, Other},
};
use crate::{
    aria::safety::Kind,
    ui::{
        fields::{self, Field},
        icons,
    },
    web::{FieldErrors, Role, format},
};

fn kind(key: &str) -> &'static str {
    Kind::parse(key).map_or("Signe inquiétant", label)
}

/// What is open, a line for each person: the first lines of a list on the dashboards of the staff.
pub fn open_rows(open: &[Open]) -> Markup {
    let now = Utc::now();
    html! {
        @for one in open {
            li class="unread" {
                (icons::alert())
                span class="grow" {
                    a href={ "/admin/aria/alertes/" (one.alert) } { b { (one.first_name) " " (one.last_name) } } br;
                    span { (kind(&one.kind)) }
                    span class="muted" { " · " @if one.messages > 1 { (format::count(one.messages)) " messages à ARIA" } @else { "un message à ARIA" } " · attend depuis " (format::age(now - one.since)) }
                }
            }
        }
        @if open.len() >= MOST_PEOPLE { li { a href="/admin/aria/alertes" { "Toutes les alertes" } } }
    }
}

/// `/admin/aria/alertes`.
pub(super) fn list(alerts: &[Alert], more: bool) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Alertes d’ARIA" }
            p class="muted" { "Messages où une règle ou le modèle a vu un signe de danger. La personne a reçu aussitôt un texte d’aide et des numéros ; à l’équipe de décider de la suite." }
        }
        @if alerts.is_empty() {
            div class="empty" { (icons::check()) h2 { "Aucune alerte" } p { "Rien n’attend votre attention." } }
        } @else {
            div class="card" { ul class="rows" { @for alert in alerts { (row(alert)) } } }
            @if more && let Some(last) = alerts.last() { p { a class="button quiet" href={ "/admin/aria/alertes?avant=" (last.id) } { "Alertes plus anciennes" } } }
        }
    }
}

fn row(alert: &Alert) -> Markup {
    html! {
        li class=[alert.handled_at.is_none().then_some("unread")] {
            span class="grow" {
                a href={ "/admin/aria/alertes/" (alert.id) } { (kind(&alert.kind)) "\u{a0}: " (alert.first_name) " " (alert.last_name) } br;
                span class="muted" {
                    (format::date(alert.created_at)) ", " (format::hour(alert.created_at))
                    @if let (Some(handler), Some(at)) = (&alert.handler, alert.handled_at) { " · traitée par " (handler) " le " (format::date(at)) }
                }
            }
            @if alert.handled_at.is_none() { b { "À traiter" } }
        }
    }
}

/// `/admin/aria/alertes/{id}`.
pub(super) fn show(
    alert: &Alert,
    guardians: &[Guardian],
    others: &[Other],
    errors: &FieldErrors,
    note: &str,
) -> Markup {
    html! {
        p { a class="link" href="/admin/aria/alertes" { (icons::back()) " Alertes" } }
        header class="page-head" {
            h1 { (kind(&alert.kind)) }
            p class="muted" { (format::date(alert.created_at)) ", " (format::hour(alert.created_at)) " · vu par " @if alert.found_by == "RULES" { "les règles écrites" } @else { "le modèle" } }
        }
        (fields::summary(errors))
        section class="card" {
            h2 { (alert.first_name) " " (alert.last_name) }
            blockquote { p { (alert.message) } }
            p class="hint" { "Un signe dans un message n’est pas un diagnostic. En cas de danger immédiat, appelez les secours." }
            (reach(alert, guardians))
        }
        (also(alert, others))
        (outcome(alert, errors, note))
    }
}

/// How to reach the person and the family.
fn reach(alert: &Alert, guardians: &[Guardian]) -> Markup {
    let call = |name: &str, phone: Option<&str>| {
        html! {
            li { span class="grow" { (name) } @match phone { Some(phone) => a href={ "tel:" (phone) } { (phone) }, None => span class="muted" { "pas de téléphone" } } }
        }
    };
    html! {
        h3 { "Qui joindre" }
        ul class="rows" {
            (call(&format!("{} {}", alert.first_name, alert.last_name), alert.phone.as_deref()))
            @for guardian in guardians { (call(&guardian.name, guardian.phone.as_deref())) }
        }
        p class="actions" {
            @if alert.role == Role::Eleve.key() { a class="button quiet" href={ "/admin/families/" (alert.user_id) } { "La famille" } }
            a class="button quiet" href={ "/messages/" (alert.user_id) } { "Écrire à " (alert.first_name) }
        }
    }
}

/// What else is open of the same person: each is read and closed by itself.
fn also(alert: &Alert, others: &[Other]) -> Markup {
    html! {
        @if !others.is_empty() {
            section class="card" {
                h2 { "Autres messages de " (alert.first_name) " à traiter" }
                ul class="rows" {
                    @for other in others {
                        li { span class="grow" {
                            a href={ "/admin/aria/alertes/" (other.id) } { (kind(&other.kind)) } " "
                            span class="muted" { (format::date(other.created_at)) ", " (format::hour(other.created_at)) }
                        } }
                    }
                }
            }
        }
    }
}

fn outcome(alert: &Alert, errors: &FieldErrors, note: &str) -> Markup {
    html! {
        section class="card" {
            @match (&alert.handler, alert.handled_at) {
                (handler, Some(at)) => {
                    h2 { "Traitée" }
                    p class="muted" { "le " (format::date(at)) @if let Some(handler) = handler { " par " (handler) } }
                    @if let Some(note) = &alert.note { p { (note) } }
                }
                (_, None) => {
                    h2 { "Ce qui a été fait" }
                    form method="post" action={ "/admin/aria/alertes/" (alert.id) "/fin" } {
                        (Field { name: "note", label: "En quelques mots", value: note, required: true, max: 2_000, ..Field::default() }.textarea(errors))
                        div class="actions" { button class="button" type="submit" { "Marquer comme traitée" } }
                    }
                }
            }
        }
    }
}

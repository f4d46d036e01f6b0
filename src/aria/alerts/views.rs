//! Pages of alerts.

use maud::{Markup, html};

use super::{
    label,
    store::{Alert, Guardian},
};
use crate::{
    aria::safety::Kind,
    ui::{
        fields::{self, Field},
        icons,
    },
    web::{FieldErrors, Role, format},
};

fn kind(alert: &Alert) -> &'static str {
    Kind::parse(&alert.kind).map_or("Signe inquiétant", label)
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
                a href={ "/admin/aria/alertes/" (alert.id) } { (kind(alert)) "\u{a0}: " (alert.first_name) " " (alert.last_name) } br;
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
pub(super) fn show(alert: &Alert, guardians: &[Guardian], errors: &FieldErrors, note: &str) -> Markup {
    html! {
        p { a class="link" href="/admin/aria/alertes" { (icons::back()) " Alertes" } }
        header class="page-head" {
            h1 { (kind(alert)) }
            p class="muted" { (format::date(alert.created_at)) ", " (format::hour(alert.created_at)) " · vu par " @if alert.found_by == "RULES" { "les règles écrites" } @else { "le modèle" } }
        }
        (fields::summary(errors))
        section class="card" {
            h2 { (alert.first_name) " " (alert.last_name) }
            blockquote { p { (alert.message) } }
            p class="hint" { "Un signe dans un message n’est pas un diagnostic. En cas de danger immédiat, appelez les secours." }
            (reach(alert, guardians))
        }
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
        @if alert.role == Role::Eleve.key() { p { a class="button quiet" href={ "/admin/families/" (alert.user_id) } { "La famille" } } }
        p { a class="button quiet" href={ "/messages/" (alert.user_id) } { "Écrire à " (alert.first_name) } }
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

//! `/admin/aria`.

use maud::{Markup, html};

use super::store::{Limit, Subscriber};
use crate::{
    ui::{
        fields::{self, Field},
        icons,
    },
    web::{FieldErrors, format},
};

fn role(key: &str) -> &'static str {
    match key {
        "ELEVE" => "Élève",
        "PARENT" => "Parent",
        "COACH" => "Coach",
        "ASSISTANTE" => "Assistante",
        _ => "Administrateur",
    }
}

fn plan(key: &str) -> &'static str {
    if key == "SUBSCRIBER" { " avec ARIA+" } else { "" }
}

/// What the page shows.
pub(super) struct Shown<'a> {
    /// Limits of all roles and plans.
    pub limits: &'a [Limit],
    /// Students with ARIA+.
    pub subscribers: &'a [Subscriber],
    /// Help contacts, one a line.
    pub contacts: &'a str,
    /// Whether the person sets limits and contacts.
    pub may_set: bool,
    /// What was typed for a new subscriber.
    pub student: &'a str,
    /// Until when.
    pub end: &'a str,
}

/// The whole page.
pub(super) fn page(shown: &Shown<'_>, errors: &FieldErrors) -> Markup {
    let Shown { limits, subscribers, contacts, may_set, student, end } = *shown;
    html! {
        header class="page-head" {
            h1 { "ARIA" }
            p class="actions" {
                a class="button quiet" href="/admin/aria/alertes" { "Alertes" }
                a class="button quiet" href="/admin/aria/reponses" { "Réponses et contextes" }
                a class="button quiet" href="/admin/rag" { "Documents" }
                @if may_set { a class="button quiet" href="/admin/modeles" { "Modèles et dépenses" } }
            }
        }
        (fields::summary(errors))
        section class="card" {
            h2 { "Questions par jour" }
            p class="muted" { "Le compte repart à zéro à minuit, heure de Tunis. Une question restée sans réponse n’est pas comptée." }
            ul class="rows" { @for limit in limits { (row(limit, may_set, errors)) } }
        }
        (subscriptions(subscribers, student, end, errors))
        (help(contacts, may_set, errors))
    }
}

/// Whom a message that worries tells to call.
fn help(contacts: &str, may_set: bool, errors: &FieldErrors) -> Markup {
    let hint = "Un numéro par ligne : TN ou FR | numéro | qui répond | quand. Vide : la liste proposée revient.";
    html! {
        section class="card" {
            h2 { "Numéros d’aide" }
            p class="muted" { "Donnés à qui écrit un message inquiétant. Vérifiez-les chaque année : la liste proposée n’a pas été contrôlée par l’école." }
            @if may_set {
                form method="post" action="/admin/aria/numeros" {
                    (Field { name: "numeros", label: "Numéros", value: contacts, hint, max: 4_000, ..Field::default() }.textarea(errors))
                    div class="actions" { button class="button" type="submit" { "Enregistrer les numéros" } }
                }
            } @else { ul class="rows" { @for line in contacts.lines() { li { (line) } } } }
        }
    }
}

fn row(limit: &Limit, may_set: bool, errors: &FieldErrors) -> Markup {
    let id = format!("{}-{}", limit.role, limit.plan);
    let error = errors.of(&id);
    html! {
        li {
            span class="grow" { label for=(id) { (role(&limit.role)) (plan(&limit.plan)) } br; span class="muted" { "depuis le " (format::date(limit.updated_at)) } }
            @if may_set {
                form method="post" action="/admin/aria/limites" class="inline" {
                    input type="hidden" name="role" value=(limit.role);
                    input type="hidden" name="plan" value=(limit.plan);
                    input id=(id) name="limite" type="number" min="0" max="1000" inputmode="numeric" value=(limit.per_day) required
                        aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| format!("{id}-error"))];
                    button class="button quiet" type="submit" { "Enregistrer" span class="visually-hidden" { "\u{a0}: " (role(&limit.role)) (plan(&limit.plan)) } }
                }
                @if let Some(error) = error { p class="error" id={ (id) "-error" } { (icons::alert()) span { (error) } } }
            } @else { b { (limit.per_day) } }
        }
    }
}

fn subscriptions(subscribers: &[Subscriber], student: &str, end: &str, errors: &FieldErrors) -> Markup {
    html! {
        section class="card" {
            h2 { "Élèves avec ARIA+" }
            form method="post" action="/admin/aria/abonnes" {
                (Field { name: "eleve", label: "Élève", value: student, required: true, max: 254, hint: "Prénom et nom, identifiant ou adresse e-mail", ..Field::default() }.input(errors))
                (Field { name: "fin", label: "Jusqu’au", value: end, kind: "date", hint: "Dernier jour ; vide : sans fin", ..Field::default() }.input(errors))
                div class="actions" { button class="button" type="submit" { "Ouvrir ARIA+" } }
            }
            @if subscribers.is_empty() { p class="muted" { "Aucun élève n’a ARIA+ en ce moment." } }
            @else { ul class="rows" { @for one in subscribers {
                li {
                    span class="grow" { (one.first_name) " " (one.last_name) br; span class="muted" { @match one.ends_at { Some(at) => { "jusqu’au " (format::date(at - chrono::TimeDelta::seconds(1))) }, None => "sans fin" } } }
                    form method="post" action={ "/admin/aria/abonnes/" (one.id) "/fin" } { button class="button quiet" type="submit" { "Retirer" span class="visually-hidden" { "\u{a0}: " (one.first_name) " " (one.last_name) } } }
                }
            } } }
        }
    }
}

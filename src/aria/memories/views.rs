//! The page of memories.

use maud::{Markup, html};

use super::{Kind, LONGEST, store::Memory};
use crate::{
    aria::model,
    ui::{fields, icons},
    web::{FieldErrors, Role, format},
};

fn notice(done: &str) -> Markup {
    let sentence = match done {
        "corrige" => "La correction est enregistrée.",
        "oublie" => "C’est oublié.",
        "tout" => "Tout est oublié.",
        _ => return html! {},
    };
    html! { p class="notice good" role="status" { (icons::check()) span { (sentence) } } }
}

/// `/aria/souvenirs`.
pub(super) fn page(memories: &[Memory], done: &str, errors: &FieldErrors) -> Markup {
    html! {
        p { a class="link" href=(model::home(Role::Eleve)) { (icons::back()) " ARIA" } }
        header class="page-head" {
            h1 { "Ce qu’ARIA retient de toi" }
            p class="muted" { "Pour mieux t’aider la prochaine fois, ARIA garde quelques phrases sur ton travail, rien d’autre. Tu peux les corriger ou les oublier ; chacune s’efface d’elle-même à sa date." }
        }
        (notice(done))
        (fields::summary(errors))
        @if memories.is_empty() {
            div class="empty" { (icons::aria()) h2 { "Rien pour l’instant" } p { "Après une conversation, l’essentiel apparaîtra ici." } p { a class="button" href=(model::home(Role::Eleve)) { "Poser une question" } } }
        }
        @for kind in Kind::ALL {
            @let of: Vec<&Memory> = memories.iter().filter(|memory| memory.kind == kind.key()).collect();
            @if !of.is_empty() {
                section class="card" {
                    h2 { (kind.label()) }
                    ul class="rows" { @for memory in of { (row(memory, errors)) } }
                }
            }
        }
        @if memories.len() > 1 {
            details class="confirm" {
                summary { "Tout oublier" }
                form method="post" action="/aria/souvenirs/tout" {
                    p { "Toutes ces phrases seront effacées pour toujours. Tes conversations restent." }
                    button class="button danger" type="submit" { "Tout oublier pour toujours" }
                }
            }
        }
    }
}

fn row(memory: &Memory, errors: &FieldErrors) -> Markup {
    let address = format!("/aria/souvenirs/{}", memory.id);
    let id = format!("m-{}", memory.id);
    let error = errors.of(&id);
    html! {
        li {
            div class="grow" {
                p dir="auto" { (memory.content) }
                p class="muted" {
                    "De la conversation "
                    @match memory.conversation_id { Some(id) => a href=(model::path(Role::Eleve, id)) { (memory.source_title) }, None => { "« " (memory.source_title) " » (supprimée)" } }
                    ", le " (format::date(memory.created_at)) @if memory.corrected_at.is_some() { ", corrigé par toi" } ". S’efface le " (format::date(memory.expires_at)) "."
                }
                details open[error.is_some()] {
                    summary { "Corriger" span class="visually-hidden" { "\u{a0}: " (memory.content) } }
                    form method="post" action=(address) {
                        div class="field" {
                            label for=(id) { "Texte" }
                            textarea id=(id) name="texte" rows="2" maxlength=(LONGEST) dir="auto" required
                                aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| format!("{id}-error"))] { (memory.content) }
                            @if let Some(error) = error { p class="error" id={ (id) "-error" } { (icons::alert()) span { (error) } } }
                        }
                        div class="actions" { button class="button quiet" type="submit" { "Enregistrer" } }
                    }
                }
            }
            form method="post" action={ (address) "/oubli" } { button class="button quiet" type="submit" { "Oublier" span class="visually-hidden" { "\u{a0}: " (memory.content) } } }
        }
    }
}

//! The page of memories.

use maud::{Markup, html};

use super::{Kind, LONGEST, store::Memory};
use crate::{
    aria::model,
    ui::icons,
    web::{Role, format},
};

/// `/aria/souvenirs`.
pub(super) fn page(memories: &[Memory]) -> Markup {
    html! {
        p { a class="link" href=(model::home(Role::Eleve)) { (icons::back()) " ARIA" } }
        header class="page-head" {
            h1 { "Ce qu’ARIA retient de toi" }
            p class="muted" { "Pour mieux t’aider la prochaine fois, ARIA garde quelques phrases sur ton travail, rien d’autre. Tu peux les corriger ou les oublier ; chacune s’efface d’elle-même à sa date." }
        }
        @if memories.is_empty() {
            div class="empty" { (icons::aria()) h2 { "Rien pour l’instant" } p { "Après une conversation, l’essentiel apparaîtra ici." } p { a class="button" href=(model::home(Role::Eleve)) { "Poser une question" } } }
        }
        @for kind in Kind::ALL {
            @let of: Vec<&Memory> = memories.iter().filter(|memory| memory.kind == kind.key()).collect();
            @if !of.is_empty() {
                section class="card" {
                    h2 { (kind.label()) }
                    ul class="rows" { @for memory in of { (row(memory)) } }
                }
            }
        }
        @if memories.len() > 1 {
            form method="post" action="/aria/souvenirs/tout" {
                p class="hint" { "Tout oublier ne supprime pas tes conversations." }
                button class="button danger" type="submit" { "Tout oublier" }
            }
        }
    }
}

fn row(memory: &Memory) -> Markup {
    let address = format!("/aria/souvenirs/{}", memory.id);
    html! {
        li {
            div class="grow" {
                p { (memory.content) }
                p class="muted" {
                    "De la conversation "
                    @match memory.conversation_id { Some(id) => a href=(model::path(Role::Eleve, id)) { (memory.source_title) }, None => { "« " (memory.source_title) " » (supprimée)" } }
                    ", le " (format::date(memory.created_at)) @if memory.corrected_at.is_some() { ", corrigé par toi" } ". S’efface le " (format::date(memory.expires_at)) "."
                }
                details {
                    summary { "Corriger" span class="visually-hidden" { "\u{a0}: " (memory.content) } }
                    form method="post" action=(address) {
                        div class="field" { label for={ "m-" (memory.id) } { "Texte" } textarea id={ "m-" (memory.id) } name="texte" rows="2" maxlength=(LONGEST) { (memory.content) } }
                        div class="actions" { button class="button quiet" type="submit" { "Enregistrer" } }
                    }
                }
            }
            form method="post" action={ (address) "/oubli" } { button class="button quiet" type="submit" { "Oublier" span class="visually-hidden" { "\u{a0}: " (memory.content) } } }
        }
    }
}

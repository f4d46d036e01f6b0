//! The list of documents, and the form of a new one.

use maud::{Markup, html};
use uuid::Uuid;

use super::{badge, bar, detail_fields, file_field, grade_label, subjects};
use crate::{
    library::{Filter, form::DetailsForm, store::list::Document},
    ui::{
        fields,
        filters::{self, Narrow},
        icons,
    },
    web::{FieldErrors, Person},
};

/// States that the list is narrowed to.
const STATES: &[(&str, &str)] = &[
    ("RUNNING", "En cours de lecture"),
    ("DONE", "Dans la recherche"),
    ("FAILED", "En échec"),
    ("WITHDRAWN", "Retirés"),
];

/// A part of the list.
pub(in crate::library) struct Part<'a> {
    /// The documents.
    pub documents: &'a [Document],
    /// How many there are in all.
    pub total: i64,
    /// Where the next part begins.
    pub next: Option<Uuid>,
}

fn here(filter: &Filter, path: &str, after: &str) -> String {
    filters::link(path, &[("q", &filter.q), ("subject", &filter.subject), ("state", &filter.state), ("after", after)])
}

/// The whole page.
pub(in crate::library) fn page(filter: &Filter, part: &Part<'_>, meaning: &Markup) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Bibliothèque" }
            p class="lead" { "Les cours, fiches et annales dans lesquels ARIA cherche ses réponses, et qu’elle cite." }
        }
        (meaning)
        p class="actions" { a class="button" href="/admin/rag/new" { "Ajouter un document" } }
        (filters::form("/admin/rag", "Titre ou nom de fichier", &filter.q, &[
            Narrow { name: "subject", label: "Matière", value: &filter.subject, all: "Toutes les matières", options: &subjects() },
            Narrow { name: "state", label: "État", value: &filter.state, all: "Tous les états", options: STATES },
        ]))
        section class="card" aria-labelledby="found" {
            h2 id="found" { (filters::total(part.total, "document", "documents")) }
            (documents(filter, part.documents))
            p class="actions" {
                @if let Some(next) = part.next { a class="button quiet" href=(here(filter, "/admin/rag", &next.to_string())) rel="next" { "Page suivante" (icons::arrow()) } }
                @if !filter.after.is_empty() { a href=(here(filter, "/admin/rag", "")) { "Revenir au début" } }
            }
        }
    }
}

/// The documents; they ask for themselves again while one of them is under way.
pub(in crate::library) fn documents(filter: &Filter, documents: &[Document]) -> Markup {
    let running = documents.iter().any(|one| one.progress.running() && one.withdrawn_at.is_none());
    let again = running.then(|| here(filter, "/admin/rag/progress", &filter.after));
    html! {
        div id="documents" hx-get=[again] hx-trigger=[running.then_some("every 2s")] hx-swap="outerHTML" {
            @if documents.is_empty() {
                p { "Aucun document ne correspond. Élargissez la recherche, ou ajoutez un document." }
            } @else {
                ul class="rows" { @for document in documents { (line(document)) } }
            }
            @if running { noscript { p { a href=(here(filter, "/admin/rag", &filter.after)) { "Actualiser" } } } }
        }
    }
}

fn line(document: &Document) -> Markup {
    html! {
        li {
            span class="grow" {
                a href={ "/admin/rag/" (document.id) } { (document.title) } br;
                span class="muted" {
                    (document.subject.label()) " · " (grade_label(document.grade)) " · " (document.authority.words()) " · " (document.visibility.label())
                }
                @if document.progress.running() && document.withdrawn_at.is_none() { (bar(&document.progress)) }
                @if let Some(problem) = &document.progress.problem { br; span { (problem) } }
            }
            (badge(document))
        }
    }
}

/// The form of a new document.
pub(in crate::library) fn new(person: &Person, form: &DetailsForm, errors: &FieldErrors) -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/rag" { "Bibliothèque" } }
            h1 { "Ajouter un document" }
            p class="lead" { "Son texte est lu page par page, puis mis dans la recherche. Vous pouvez quitter la page pendant ce temps." }
        }
        (fields::summary(errors))
        form method="post" action="/admin/rag" enctype="multipart/form-data" class="card" hx-sync="this:drop" {
            (file_field(errors))
            (detail_fields(person, form, errors, false))
            div class="actions" { button class="button" type="submit" { "Ajouter" } a href="/admin/rag" { "Annuler" } }
        }
    }
}

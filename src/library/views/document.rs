//! One document: what it is, its versions, what could not be read, and what can be done with it.

use maud::{Markup, html};

use super::{badge, bar, detail_fields, file_field, grade_label};
use crate::{
    library::{
        form::DetailsForm,
        may_change,
        model::{IngestState, PageState, Visibility},
        store::list::{Document, Version},
    },
    ui::{fields, icons},
    web::{FieldErrors, Person, format},
};

/// What is shown.
pub(in crate::library) struct Shown<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its versions, the newest first.
    pub versions: &'a [Version],
    /// Pages of the newest version that gave no text.
    pub problems: &'a [(i32, PageState, Option<String>)],
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "taken" => "Le document est arrivé. Sa lecture commence ; vous pouvez quitter cette page.",
        "same" => "Ce fichier était déjà dans la bibliothèque\u{a0}: le voici.",
        "saved" => "Les modifications sont enregistrées.",
        "replaced" => {
            "La nouvelle version est arrivée. L’ancienne reste dans la recherche jusqu’à ce qu’elle soit prête."
        }
        "unchanged" => "Ce fichier est identique à la version actuelle\u{a0}: rien n’a changé.",
        "retried" => "La lecture reprend.",
        "withdrawn" => {
            "Le document est retiré\u{a0}: il n’est plus trouvé ni ouvert. Les réponses qui le citaient gardent l’extrait qu’elles montraient."
        }
        "restored" => "Le document est de nouveau dans la recherche.",
        _ => return None,
    })
}

/// The whole page.
pub(in crate::library) fn document(
    person: &Person,
    shown: &Shown<'_>,
    form: &DetailsForm,
    errors: &FieldErrors,
    done: &str,
) -> Markup {
    let document = shown.document;
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/rag" { "Bibliothèque" } }
            h1 { (document.title) }
            p { (document.subject.label()) " · " (grade_label(document.grade)) " " span id="badge" { (badge(document)) } }
        }
        @if let Some(sentence) = notice(done) { p class="notice good" role="status" { (icons::check()) span { (sentence) } } }
        (fields::summary(errors))
        (state(person, shown))
        @if may_change(person, document) {
            section class="card" aria-labelledby="details" {
                h2 id="details" { "Fiche du document" }
                form method="post" action={ "/admin/rag/" (document.id) } hx-sync="this:drop" {
                    (detail_fields(person, form, errors, true))
                    div class="actions" { button class="button" type="submit" { "Enregistrer" } }
                }
            }
        } @else { (facts(document)) }
        (versions(shown.versions, document))
        @if may_change(person, document) { (replace(document, errors)) (removal(document)) }
    }
}

/// How the newest version stands; it asks for itself again while it is under way, with what else on the page says so.
fn state(person: &Person, shown: &Shown<'_>) -> Markup {
    let document = shown.document;
    let (progress, running) = (&document.progress, document.progress.running());
    html! {
        section id="state" class="card" aria-labelledby="reading" hx-get=[running.then(|| format!("/admin/rag/{}", document.id))]
            hx-trigger=[running.then_some("every 2s")] hx-select="#state" hx-select-oob="#badge,#version-list" hx-swap="outerHTML" {
            h2 id="reading" { "Lecture de la version " (document.version) }
            @if running {
                (bar(progress))
                noscript { p { a href={ "/admin/rag/" (document.id) } { "Actualiser" } } }
            }
            @if let Some(problem) = &progress.problem { p class="notice warm" { (icons::alert()) span { (problem) } } }
            @if progress.state == IngestState::Done { (outcome(shown)) }
            (problems(shown.problems))
            @if progress.state == IngestState::Failed && may_change(person, document) {
                form method="post" action={ "/admin/rag/" (document.id) "/retry" } { button class="button quiet" type="submit" { "Relancer la lecture" } }
            }
            @if let Some(label) = reading(person, document) { p { a href={ "/bibliotheque/" (document.id) } { (label) } } }
        }
    }
}

/// What the way to the readers' page is called; none where the person would find nothing there.
fn reading(person: &Person, document: &Document) -> Option<&'static str> {
    let there = document.current_version.is_some() && document.withdrawn_at.is_none();
    match document.visibility {
        Visibility::All => Some("Lire comme les élèves"),
        Visibility::Staff => Some("Lire le document"),
        Visibility::Owner => (document.owner_id == Some(person.id)).then_some("Lire le document"),
    }
    .filter(|_| there)
}

fn outcome(shown: &Shown<'_>) -> Markup {
    let Some(newest) = shown.versions.first() else { return html! {} };
    let passages = if newest.passages > 1 { "passages" } else { "passage" };
    html! {
        @if shown.document.withdrawn_at.is_some() {
            p { "Le document est retiré\u{a0}: " (format::count(newest.passages)) " " (passages) " hors de la recherche." }
        } @else {
            p { (format::count(newest.passages)) " " (passages) " dans la recherche." }
            @if let Some(reason) = &newest.without_vectors {
                p class="muted" { "La recherche s’y fait par les mots seulement\u{a0}: " (reason) "." }
            }
        }
    }
}

/// Pages that gave no text.
fn problems(problems: &[(i32, PageState, Option<String>)]) -> Markup {
    html! {
        @if !problems.is_empty() {
            details {
                summary { (problems.len()) @if problems.len() > 1 { " pages sans texte lisible" } @else { " page sans texte lisible" } }
                ul {
                    @for (page, state, reason) in problems {
                        li { "Page " (page) "\u{a0}: " (reason.as_deref().unwrap_or(state.label())) }
                    }
                }
            }
        }
    }
}

fn facts(document: &Document) -> Markup {
    html! {
        section class="card" {
            h2 { "Fiche du document" }
            dl class="facts" {
                dt { "Poids comme source" } dd { (document.authority.label()) }
                dt { "Qui peut le lire" } dd { (document.visibility.label()) }
                dt { "Droits d’utilisation" } dd { @if document.rights.is_empty() { "–" } @else { (document.rights) } }
            }
        }
    }
}

fn versions(versions: &[Version], document: &Document) -> Markup {
    html! {
        section class="card" aria-labelledby="versions" {
            h2 id="versions" { "Versions" }
            p class="muted" {
                "Ajouté le " (format::date(document.created_at))
                @if let Some(owner) = &document.owner { " par " (owner) }
                @if document.starter { " (fiche de la maison, tenue à jour avec le logiciel)" } "."
            }
            ul id="version-list" class="rows" { @for one in versions { (version(one, document)) } }
        }
    }
}

fn version(one: &Version, document: &Document) -> Markup {
    let searched = document.current_version == Some(one.version) && document.withdrawn_at.is_none();
    html! {
        li {
            span class="grow" {
                "Version " (one.version) " – " (one.original_name) br;
                span class="muted" {
                    (one.media.label()) ", " (size(one.size))
                    @if let Some(pages) = one.pages.filter(|_| one.media.has_pages()) { ", " (pages) @if pages > 1 { " pages" } @else { " page" } }
                    " · " (format::date(one.created_at)) " à " (format::hour(one.created_at))
                }
            }
            @if searched { span class="band excellence" { (icons::check()) "Dans la recherche" } }
            @else if one.passages > 0 && !one.progress.running() { span class="band" { "Citations seulement" } }
            @else { span class="band" { (one.progress.state.label()) } }
        }
    }
}

fn size(bytes: i64) -> String {
    if bytes >= 1 << 20 {
        format!("{}\u{a0}Mo", format::decimal(bytes as f64 / f64::from(1 << 20)))
    } else {
        format!("{}\u{a0}ko", (bytes / 1024).max(1))
    }
}

fn replace(document: &Document, errors: &FieldErrors) -> Markup {
    html! {
        section class="card" aria-labelledby="replace" {
            h2 id="replace" { "Remplacer par une nouvelle version" }
            p { "L’ancienne version quitte la recherche quand la nouvelle est prête. Les citations déjà données restent lisibles." }
            form method="post" action={ "/admin/rag/" (document.id) "/versions" } enctype="multipart/form-data" hx-sync="this:drop" {
                (file_field(errors))
                div class="actions" { button class="button quiet" type="submit" { "Envoyer la nouvelle version" } }
            }
        }
    }
}

fn removal(document: &Document) -> Markup {
    let (path, label, explained) = if document.withdrawn_at.is_some() {
        ("restore", "Remettre dans la recherche", "Ce document est retiré\u{a0}: ARIA ne s’en sert plus.")
    } else {
        (
            "withdraw",
            "Retirer ce document",
            "ARIA ne s’en servira plus. Rien n’est supprimé, et vous pourrez le remettre.",
        )
    };
    html! {
        section class="card" {
            h2 { (label) }
            p { (explained) }
            form method="post" action={ "/admin/rag/" (document.id) "/" (path) } { button class="button quiet" type="submit" { (label) } }
        }
    }
}

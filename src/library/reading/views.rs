//! What readers of the library see.

use maud::{Markup, html};

use super::{
    excerpt::excerpt,
    store::{LISTED, Listed, Marked, Part},
};
use crate::{
    library::search::{Found, Hit, Mode, link},
    subjects::SchoolSubject,
    ui::{
        filters::{self, Narrow},
        icons, markdown, math,
    },
};

/// What was looked for.
pub(super) struct Shown<'a> {
    pub text: &'a str,
    pub subject: Option<SchoolSubject>,
}

impl Shown<'_> {
    fn head(&self) -> Markup {
        let options = SchoolSubject::ALL.map(|subject| (subject.key(), subject.label()));
        let subject = self.subject.map_or("", SchoolSubject::key);
        let narrow = Narrow { name: "matiere", label: "Matière", value: subject, all: "Toutes", options: &options };
        html! {
            div class="page-head" {
                h1 { "Bibliothèque" }
                p class="lead" { "Cours, méthodes et documents de l’école. Posez une question avec vos mots, ou parcourez la liste." }
            }
            (filters::form("/bibliotheque", "Question ou mots du cours", self.text, &[narrow]))
        }
    }
}

/// The list.
pub(super) fn documents(shown: &Shown<'_>, documents: &[Listed]) -> Markup {
    let (page, more) = documents.split_at(documents.len().min(LISTED as usize));
    html! {
        (shown.head())
        @if page.is_empty() {
            div class="empty" { (icons::book()) h2 { "Rien ici pour l’instant" } p { "Les documents apparaissent dès que l’équipe les a déposés." } }
        } @else {
            ul class="rows" {
                @for document in page {
                    li {
                        (icons::book())
                        span class="grow" {
                            a href={ "/bibliotheque/" (document.id) } { b { (document.title) } } br;
                            span class="muted" { (about(&document.subject, document.grade.as_deref())) " · " (authority(&document.authority)) }
                        }
                    }
                }
            }
        }
        @if let (Some(last), false) = (page.last(), more.is_empty()) {
            @let subject = shown.subject.map_or("", SchoolSubject::key);
            p class="actions" { a class="button quiet" href=(filters::link("/bibliotheque", &[("matiere", subject), ("after", &last.id.to_string())])) { "La suite" } }
        }
    }
}

/// The passages that answer.
pub(super) fn answers(shown: &Shown<'_>, found: &Found) -> Markup {
    html! {
        (shown.head())
        section aria-labelledby="found" {
            h2 id="found" { @if found.hits.is_empty() { "Aucun passage trouvé" } @else { "Passages trouvés" } }
            @if found.hits.is_empty() {
                p { "Essayez avec d’autres mots, ou sans choisir de matière. " a href="/bibliotheque" { "Voir tous les documents" } }
            }
            @for hit in &found.hits { (answer(hit, shown.text)) }
            @if found.mode == Mode::Hybrid && !found.hits.is_empty() { p class="muted" { "Recherche par les mots et par le sens." } }
        }
    }
}

fn answer(hit: &Hit, question: &str) -> Markup {
    html! {
        article class="card" {
            h3 { a href=(link(hit)) { (hit.title) } }
            p class="muted" {
                (about(&hit.subject, None))
                @for heading in &hit.heading_path { " › " (math::text(heading)) }
                @if let Some(page) = hit.page { " · page\u{a0}" (page) }
            }
            p { (excerpt(&hit.body, question)) }
        }
    }
}

/// "Mathématiques, Terminale".
fn about(subject: &str, grade: Option<&str>) -> String {
    let subject = SchoolSubject::parse(subject).map_or("Document", SchoolSubject::label);
    match grade {
        Some("SECONDE") => format!("{subject}, Seconde"),
        Some("PREMIERE") => format!("{subject}, Première"),
        Some("TERMINALE") => format!("{subject}, Terminale"),
        _ => subject.to_owned(),
    }
}

/// How much a document can be relied on, in words.
pub(super) fn authority(level: &str) -> &'static str {
    match level {
        "A" => "texte officiel",
        "B" => "académies et examens",
        "C" => "règles de droit",
        _ => "document pédagogique",
    }
}

/// A part of a document.
pub(super) fn document(part: &Part) -> Markup {
    html! {
        p { a class="back" href="/bibliotheque" { (icons::back()) "Bibliothèque" } }
        div class="page-head" {
            h1 { (part.title) }
            p class="lead" {
                (about(&part.subject, part.grade.as_deref())) " · " (authority(&part.authority))
                @if part.parts > 1 { " · partie\u{a0}" (part.part) " sur " (part.parts) }
            }
        }
        @if part.version < part.current { (older(part)) }
        (ways(part))
        article class="card prose" {
            (markdown::rich(&part.before))
            @if let Some(passage) = &part.marked { (marked(passage)) (markdown::rich(&part.after)) }
        }
        (ways(part))
        @if !part.rights.is_empty() { p class="muted" { "Droits\u{a0}: " (part.rights) } }
    }
}

fn older(part: &Part) -> Markup {
    html! {
        div class="notice warm" role="status" {
            (icons::info())
            div { p { "Ceci est une version plus ancienne de ce document. " a href={ "/bibliotheque/" (part.id) } { "Lire la version actuelle" } } }
        }
    }
}

fn marked(passage: &Marked) -> Markup {
    html! {
        div class="passage" id={ "p-" (passage.id) } role="group" aria-label="Passage cité" {
            p class="muted" {
                "Passage cité"
                @if let Some(heading) = passage.heading_path.last() { "\u{a0}: " (math::text(heading)) }
                @if let Some(page) = passage.page { " · page\u{a0}" (page) }
            }
            (markdown::rich(&passage.body))
        }
    }
}

/// Previous and next part.
fn ways(part: &Part) -> Markup {
    let to = |number: i32| format!("/bibliotheque/{}/{}?partie={number}", part.id, part.version);
    html! {
        @if part.parts > 1 {
            nav class="actions" aria-label="Parties du document" {
                @if part.part > 1 { a class="button quiet" rel="prev" href=(to(part.part - 1)) { "Partie précédente" } }
                @if part.part < part.parts { a class="button quiet" rel="next" href=(to(part.part + 1)) { "Partie suivante" } }
            }
        }
    }
}

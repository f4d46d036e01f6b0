//! What readers of the library see.

use maud::{Markup, html};

use super::{
    excerpt::excerpt,
    store::{LISTED, Listed, Marked, Part},
};
use crate::{
    library::{
        model::Authority,
        search::{Found, Hit, Mode, link},
    },
    subjects::SchoolSubject,
    ui::{
        filters::{self, Narrow},
        icons, markdown, math,
    },
    web::Role,
};

/// Up to so many documents, their list stands open.
const FEW: usize = 12;

/// What was looked for, and by whom.
pub(super) struct Shown<'a> {
    pub text: &'a str,
    pub subject: Option<SchoolSubject>,
    pub reader: Role,
}

impl Shown<'_> {
    fn head(&self) -> Markup {
        let options = SchoolSubject::ALL.map(|subject| (subject.key(), subject.label()));
        let subject = self.subject.map_or("", SchoolSubject::key);
        let ask = match self.reader {
            Role::Eleve => "Pose une question avec tes mots, ou parcours la liste.",
            _ => "Posez une question avec vos mots, ou parcourez la liste.",
        };
        let narrow = Narrow { name: "matiere", label: "Matière", value: subject, all: "Toutes", options: &options };
        html! {
            div class="page-head" {
                h1 { "Bibliothèque" }
                p class="lead" { "Cours, méthodes et documents de l’école. " (ask) }
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
            @let open = page.len() <= FEW || shown.subject.is_some();
            @for group in page.chunk_by(|one, next| one.subject == next.subject) { (of_subject(group, open)) }
        }
        @if let (Some(last), false) = (page.last(), more.is_empty()) {
            @let subject = shown.subject.map_or("", SchoolSubject::key);
            p class="actions" { a class="button quiet" href=(filters::link("/bibliotheque", &[("matiere", subject), ("after", &last.id.to_string())])) { "La suite" } }
        }
    }
}

/// The documents of a subject, folded away where there are many.
fn of_subject(group: &[Listed], open: bool) -> Markup {
    let subject = about(&group[0].subject, None);
    html! {
        @if open { section class="card" { h2 { (subject) } (lines(group)) } }
        @else { details class="card" { summary { (subject) } (lines(group)) } }
    }
}

fn lines(documents: &[Listed]) -> Markup {
    html! {
        ul class="rows" {
            @for document in documents {
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
}

/// The passages that answer, those of a document together, where the best of them stands.
pub(super) fn answers(shown: &Shown<'_>, found: &Found) -> Markup {
    html! {
        (shown.head())
        section aria-labelledby="found" {
            h2 id="found" { @if found.hits.is_empty() { "Aucun passage trouvé" } @else { "Passages trouvés" } }
            @if found.hits.is_empty() {
                p { @if shown.reader == Role::Eleve { "Essaie" } @else { "Essayez" } " avec d’autres mots, ou sans choisir de matière. " a href="/bibliotheque" { "Voir tous les documents" } }
            }
            @for of_document in by_document(&found.hits) { (answer(&of_document, shown.text)) }
            @if found.mode == Mode::Hybrid && !found.hits.is_empty() { p class="muted" { "Recherche par les mots et par le sens." } }
        }
    }
}

fn by_document(hits: &[Hit]) -> Vec<Vec<&Hit>> {
    let mut documents: Vec<Vec<&Hit>> = Vec::new();
    for hit in hits {
        match documents.iter_mut().find(|one| one[0].document == hit.document) {
            Some(one) => one.push(hit),
            None => documents.push(vec![hit]),
        }
    }
    documents
}

fn answer(hits: &[&Hit], question: &str) -> Markup {
    html! {
        article class="card" {
            h3 { a href=(link(hits[0])) { (hits[0].title) } }
            p class="muted" { (about(&hits[0].subject, None)) }
            @for hit in hits {
                p {
                    a href=(link(hit)) {
                        @if hit.heading_path.is_empty() { "Le passage" }
                        @for (at, heading) in hit.heading_path.iter().enumerate() { @if at > 0 { " › " } (math::text(heading)) }
                    }
                    @if let Some(page) = hit.page { span class="muted" { " · page\u{a0}" (page) } }
                }
                p { (excerpt(&hit.body, question)) }
            }
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
    Authority::parse(level).unwrap_or(Authority::D).words()
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

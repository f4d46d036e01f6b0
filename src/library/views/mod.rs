//! Views of the library.

mod document;
mod list;
mod meaning;

use maud::{Markup, html};

pub(super) use self::{
    document::{Shown, document},
    list::{Part, documents, new, page},
    meaning::meaning,
};
use super::{
    circles,
    form::{DetailsForm, WHOLE},
    model::{Authority, Grade, IngestState, percent},
    store::list::{Document, Progress},
};
use crate::{
    subjects::SchoolSubject,
    ui::{fields::Field, icons},
    web::{FieldErrors, Person},
};

fn subjects() -> Vec<(&'static str, &'static str)> {
    SchoolSubject::ALL.iter().map(|subject| (subject.key(), subject.label())).collect()
}

fn grade_label(grade: Option<Grade>) -> &'static str {
    grade.map_or("Tout le lycée", Grade::label)
}

/// State of the newest version as a badge: icon and word.
fn badge(document: &Document) -> Markup {
    let progress = &document.progress;
    let (class, icon, label) = match progress.state {
        _ if document.withdrawn_at.is_some() => ("band", icons::cross(), "Retiré"),
        IngestState::Pending | IngestState::Running => ("band fragile", icons::clock(), progress.state.label()),
        IngestState::Done => ("band excellence", icons::check(), progress.state.label()),
        IngestState::Failed => ("band prioritaire", icons::alert(), progress.state.label()),
    };
    html! { span class=(class) { (icon) (label) } }
}

/// How far an ingestion is: its step and a bar.
fn bar(progress: &Progress) -> Markup {
    let percent = percent(progress.state, progress.step, progress.done, progress.total);
    html! {
        div class="work" {
            p {
                span { (progress.step.label()) @if progress.total > 1 { " : " (progress.done) " sur " (progress.total) } }
                span { (percent) "\u{a0}%" }
            }
            progress value=(percent) max="100" aria-label=(progress.step.label()) {}
        }
    }
}

/// The fields that say what a document is.
fn detail_fields(person: &Person, form: &DetailsForm, errors: &FieldErrors, title_needed: bool) -> Markup {
    let circles: Vec<(&str, &str)> = circles(person).iter().map(|circle| (circle.key(), circle.label())).collect();
    let grades: Vec<(&str, &str)> =
        std::iter::once((WHOLE, grade_label(None))).chain(Grade::CHOICES.iter().copied()).collect();
    let title_hint = if title_needed { "" } else { "Sans titre, le nom du fichier est repris." };
    html! {
        (Field { name: "title", label: "Titre", value: &form.title, hint: title_hint, required: title_needed, max: 200, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "subject", label: "Matière", value: &form.subject, required: true, ..Field::default() }.select(errors, &subjects()))
        (Field { name: "grade", label: "Niveau", value: &form.grade, required: true, ..Field::default() }.select(errors, &grades))
        (Field { name: "authority", label: "Poids comme source", value: &form.authority, required: true, hint: "Quand deux documents se contredisent, le plus officiel l’emporte.", ..Field::default() }.select(errors, Authority::CHOICES))
        (Field { name: "visibility", label: "Qui peut le lire", value: &form.visibility, required: true, hint: "Les réponses d’ARIA ne s’appuient que sur ce que la personne peut lire. La direction gère aussi les documents privés.", ..Field::default() }.select(errors, &circles))
        (Field { name: "rights", label: "Droits d’utilisation", value: &form.rights, hint: "Par exemple\u{a0}: rédigé par l’école\u{a0}; licence CC BY-SA\u{a0}; usage en classe seulement.", max: 300, autocomplete: "off", ..Field::default() }.input(errors))
    }
}

/// The field of a file.
fn file_field(errors: &FieldErrors) -> Markup {
    let error = errors.of("file");
    html! {
        div class="field" {
            label for="file" { "Fichier" }
            p class="hint" id="file-hint" { "PDF avec du texte, Word (.docx), Markdown ou texte, jusqu’à 50\u{a0}Mo." }
            input id="file" name="file" type="file" accept=".pdf,.docx,.md,.markdown,.txt" required
                aria-describedby={ "file-hint" @if error.is_some() { " file-error" } } aria-invalid=[error.map(|_| "true")];
            @if let Some(error) = error { p class="error" id="file-error" { (icons::alert()) span { (error) } } }
        }
    }
}

//! Views of the reports.

use maud::{Markup, html};

use super::{
    compose::compose,
    facts::BilanFacts,
    model::{Audience, GenerationStatus},
    result::Reader,
};
use crate::{
    assessments::result::{Report, ResultRow},
    error::Result,
    ui::{icons, markdown},
    web::{Visitor, format},
};

/// The contract's sentence, with the page's apostrophes.
const UNAVAILABLE: &str =
    "L’analyse IA personnalisée est temporairement indisponible. Vos scores et résultats sont disponibles.";

/// How far the writing has come, as this reader sees it.
struct Progress {
    status: GenerationStatus,
    /// Reports that this reader may see.
    all: usize,
    /// Those of them that the model has written.
    written: usize,
}

impl Progress {
    fn of(row: &ResultRow, audiences: &[Audience]) -> Result<Self> {
        let written = audiences.iter().filter(|one| row.report(one.key()).is_some()).count();
        Ok(Self { status: GenerationStatus::parse(&row.generation_status)?, all: audiences.len(), written })
    }

    /// Whether something that this reader waits for may still come.
    fn waiting(&self) -> bool {
        self.status == GenerationStatus::Pending && self.written < self.all
    }

    fn failed(&self) -> bool {
        self.status == GenerationStatus::Failed && self.written < self.all
    }
}

/// `#reports`: what this reader may read, by the model or composed in its place; fetches itself again while the model
/// is still writing.
pub fn section(row: &ResultRow, reader: Reader, visitor: &Visitor) -> Result<Markup> {
    let Some(facts) = BilanFacts::of(row)? else { return Ok(html! {}) };
    let audiences = Audience::readable_by(reader);
    let progress = Progress::of(row, audiences)?;
    let path = format!("/assessments/{}/reports?connus={}", row.id, progress.written);
    let poll = progress.waiting().then_some("every 3s");
    Ok(html! {
        section id="reports" tabindex="-1" aria-label="Bilans" hx-get=[poll.map(|_| path)] hx-trigger=[poll]
            hx-swap=[poll.map(|_| "outerMorph")] hx-target=[poll.map(|_| "this")] {
            @if progress.waiting() { (waiting(&progress)) }
            @if progress.failed() { (failed(row, visitor)) }
            @for audience in audiences { (report(row, &facts, *audience)) }
        }
    })
}

/// [`section`], and what to say aloud when more is written than the page knew of.
pub fn fragment(row: &ResultRow, reader: Reader, visitor: &Visitor, known: Option<usize>) -> Result<Markup> {
    let progress = Progress::of(row, Audience::readable_by(reader))?;
    let news = known.and_then(|known| news(&progress, known));
    Ok(html! {
        (section(row, reader, visitor)?)
        @if let Some(news) = news { hx-partial hx-target="#status" hx-swap="textContent" { (news) } }
    })
}

fn news(progress: &Progress, known: usize) -> Option<&'static str> {
    if progress.written > known {
        Some(if progress.waiting() { "Un bilan vient d’arriver." } else { "Tout est rédigé." })
    } else {
        progress.failed().then_some(UNAVAILABLE)
    }
}

fn waiting(progress: &Progress) -> Markup {
    let (written, all) = (progress.written, progress.all);
    html! {
        div class="notice" { (icons::clock()) div {
            p {
                @if all > 1 { b { "Rédaction en cours : " (written) " sur " (all) ". " } } @else { b { "Rédaction en cours. " } }
                "Un texte personnalisé prendra ici, de lui-même, la place du texte composé à partir des scores. Cela demande quelques minutes ; la page peut être fermée, rien ne se perd."
            }
            @if all > 1 { progress value=(written) max=(all) aria-label="Bilans rédigés" {} }
            noscript { p { a href="" { "Actualiser la page" } } }
        } }
    }
}

fn failed(row: &ResultRow, visitor: &Visitor) -> Markup {
    let staff = visitor.person.as_ref().is_some_and(|person| person.role.is_staff());
    let path = format!("/assessments/{}/reports/retry", row.id);
    html! {
        div class="notice warm" { (icons::info()) div {
            p { (UNAVAILABLE) " Le texte ci-dessous est composé à partir d’eux." }
            @if staff {
                form method="post" action=(path) hx-post=(path) hx-target="#reports" hx-swap="outerHTML" hx-sync="this:drop" class="actions" {
                    button class="button quiet" type="submit" { "Relancer la rédaction" }
                }
            }
        } }
    }
}

fn report(row: &ResultRow, facts: &BilanFacts, audience: Audience) -> Markup {
    let written = row.full_report(audience.key());
    let id = format!("report-{}", audience.key().to_lowercase());
    html! {
        article class="card report" id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (audience.title()) }
            @match written {
                Some(written) => { (origin(row, &written)) (markdown::render(written.markdown)) }
                None => {
                    p class="muted" { "Bilan rédigé automatiquement à partir des scores." }
                    (markdown::render(&compose(audience, facts)))
                }
            }
        }
    }
}

/// Who wrote it and when; and if a recompute has changed the score that it speaks of, that too.
fn origin(row: &ResultRow, report: &Report<'_>) -> Markup {
    let changed = report.ssn.filter(|ssn| row.ssn.is_some_and(|now| now != *ssn));
    html! {
        p class="muted" {
            @if report.model == "stub" { "Texte de démonstration, sans modèle de langage." }
            @else { "Rédigé par une intelligence artificielle à partir des seuls scores, le " (format::date(report.written_at)) " ; ses chiffres ont été comparés aux données." }
            @if let Some(ssn) = changed { " Le SSN était alors de " (format::decimal(ssn)) " ; il a été recalculé depuis." }
        }
    }
}

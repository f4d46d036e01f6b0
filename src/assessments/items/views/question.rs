//! One question: as students see it, with what they chose.

use maud::{Markup, html};

use super::{bank_path, hundredths, known, percent, question_path, seconds};
use crate::{
    assessments::{
        bank::{OPTION_KEYS, Question},
        items::{
            figures::{self, ItemFigures},
            flags,
            report::{Item, Report},
        },
    },
    ui::{charts, icons, math},
    web::format::count,
};

/// The whole page.
pub(in crate::assessments::items) fn question(report: &Report, item: &Item) -> Markup {
    let domain = report.edition.bank.domain(&item.question.domain).map_or("", |domain| domain.title.as_str());
    html! {
        header class="page-head" {
            p class="eyebrow" { a href=(bank_path(&report.edition.edition.id)) { (report.name()) } }
            h1 { (item.number + 1) ". " (item.question.topic) }
            p class="lead" { (domain) ", " (item.question.competence.to_lowercase()) ", " (item.question.weight) @if item.question.weight > 1 { " points" } @else { " point" } "." }
        }
        (judgement(item))
        (tiles(&item.figures))
        div class="grid-2" {
            section class="card" {
                h2 { "La question" }
                @for paragraph in item.question.text.split("\n\n") { p { (math::text(paragraph)) } }
                @if let Some(hint) = &item.question.hint { details { summary { "L’indice" } p { (math::text(hint)) } } }
                (choices(item))
            }
            section class="card" {
                h2 { "L’explication" }
                @for paragraph in item.question.explanation.split("\n\n") { p { (math::text(paragraph)) } }
                h3 { "Pourquoi les autres tentent" }
                (why(item.question))
                h3 { "Compétences travaillées" }
                ul { @for tag in &item.question.skills { li { (report.edition.bank.skill(tag).map_or(tag.as_str(), |skill| skill.label.as_str())) } } }
            }
        }
        (neighbours(report, item))
    }
}

/// What is to be looked at, and what to do.
fn judgement(item: &Item) -> Markup {
    html! {
        @match &item.flags {
            None => p class="notice" { (icons::info()) span { b { "Pas assez de réponses. " } "Sous " (flags::FEWEST) " élèves, le hasard pèse trop pour juger cette question." } },
            Some(flags) if flags.is_empty() => p class="notice good" { (icons::check()) span { "Rien à signaler : cette question fait bien son travail." } },
            Some(flags) => @for flag in flags { p class="notice warm" { (icons::alert()) span { b { (flag.label()) ". " } (flag.advice()) } } },
        }
    }
}

fn tiles(figures: &ItemFigures) -> Markup {
    let share = |value: f64| if figures.n > 0 { percent(value) } else { "–".to_owned() };
    html! {
        dl class="tiles" {
            div class="tile" { dt { "Réussite" } dd class="big" { (share(figures.facility())) } dd class="muted" { (facility_band(figures)) } }
            div class="tile" { dt { "Discrimination" } dd class="big" { (known(figures.discrimination())) } dd class="muted" { (discrimination_band(figures)) } }
            div class="tile" { dt { "Je ne sais pas" } dd class="big" { (share(figures.nsp)) } dd class="muted" { "le disent" } }
            div class="tile" { dt { "Sans réponse" } dd class="big" { (share(figures.unanswered())) } dd class="muted" { @if figures.unseen > 0.0 { "dont " (share(figures.unseen)) " sans l’avoir vue" } @else { "l’ont vue et laissée" } } }
            div class="tile" { dt { "Temps médian" } dd class="big" { (seconds(figures.median_seconds)) } dd class="muted" { "pour répondre" } }
        }
    }
}

/// The uncertainty of the facility, in words.
fn facility_band(figures: &ItemFigures) -> String {
    if figures.n == 0 {
        return "aucun passage".to_owned();
    }
    let (low, high) = figures::share_interval(figures.facility(), figures.n);
    format!("de {} à {}, sur {}", percent(low), percent(high), super::students(figures.n))
}

fn discrimination_band(figures: &ItemFigures) -> String {
    let interval = figures.discrimination().and_then(|r| figures::correlation_interval(r, figures.n));
    match interval {
        Some((low, high)) => format!("de {} à {}, à 95\u{a0}%", hundredths(low), hundredths(high)),
        None => "pas de mesure possible".to_owned(),
    }
}

/// The options in the order of the bank, each with its share; then those without an option.
fn choices(item: &Item) -> Markup {
    let figures = &item.figures;
    html! {
        h3 { "Ce que les élèves ont choisi" }
        ul class="given" {
            @for (at, option) in figures.options.iter().enumerate() {
                li class=[(at == figures.key).then_some("key")] {
                    span { b { (OPTION_KEYS[at]) ". " } (math::text(&item.question.options[at])) }
                    small { @if at == figures.key { "Bonne réponse, " } (part(option.n, option.share, figures.n)) }
                    (charts::share(option.n, figures.n))
                    @if flags::attracts_the_strong(figures, at) {
                        span class="band fragile" { (icons::alert()) "Attire les élèves forts" }
                    }
                }
            }
            (other("Je ne sais pas", figures.nsp, figures.n))
            (other("Vue, sans réponse", figures.left, figures.n))
            @if figures.unseen > 0.0 { (other("Jamais vue", figures.unseen, figures.n)) }
        }
        @if (0..figures::OPTIONS).any(|at| flags::attracts_the_strong(figures, at)) {
            p class="muted" { "« Attire les élèves forts » : ceux qui choisissent cette erreur réussissent mieux que les autres le reste du questionnaire. Cherchez une lecture de l’énoncé qui leur donne raison." }
        }
        p class="muted" { "Chaque élève voit les quatre réponses dans un ordre différent." }
    }
}

fn other(name: &str, share: f64, all: i64) -> Markup {
    let n = (share * all as f64).round() as i64;
    html! { li { span class="muted" { (name) } small { (part(n, share, all)) } (charts::share(n, all)) } }
}

fn part(n: i64, share: f64, all: i64) -> String {
    if all == 0 { "–".to_owned() } else { format!("{} ({})", percent(share), count(n)) }
}

fn why(question: &Question) -> Markup {
    html! {
        @for (at, text) in question.why.iter().enumerate() {
            @if let Some(text) = text { p { b { (OPTION_KEYS[at]) ". " (math::text(&question.options[at])) } br; (math::text(text)) } }
        }
    }
}

fn neighbours(report: &Report, item: &Item) -> Markup {
    let at = |number: usize| report.items.get(number);
    let before = item.number.checked_sub(1).and_then(at);
    let after = at(item.number + 1);
    let path = |item: &Item| question_path(&report.edition.edition.id, &item.question.id);
    html! {
        p class="actions" {
            @if let Some(before) = before { a class="button quiet" href=(path(before)) { (icons::back()) "Question " (before.number + 1) } }
            @if let Some(after) = after { a class="button quiet" href=(path(after)) { "Question " (after.number + 1) (icons::arrow()) } }
        }
    }
}

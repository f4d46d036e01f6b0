//! The questions of an edition.

use maud::{Markup, html};

use super::{bank_path, chip, hundredths, known, percent, question_path, seconds};
use crate::{
    assessments::{
        bank::OPTION_KEYS,
        items::{
            figures::BankFigures,
            report::{Item, Order, Report},
        },
    },
    ui::icons,
    web::format::{count, date, decimal, hour},
};

/// The whole page.
pub(in crate::assessments::items) fn bank(report: &Report, order: Order) -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/questions" { "Qualité des questions" } }
            h1 { (report.edition.bank.title) }
            p class="lead" { (report.edition.edition.grade.label()) ", " (super::questions(report.items.len())) ", " (report.edition.bank.minutes) " minutes." }
        }
        (state(report))
        (tiles(report))
        (to_review(report))
        (table(report, order))
        p class="actions" { a class="button quiet" href={ (bank_path(&report.edition.edition.id)) "/csv" } download { (icons::download()) "Exporter le tableau (CSV)" } }
    }
}

/// What the figures stand on.
fn state(report: &Report) -> Markup {
    html! {
        @match report.measured_at {
            None => p class="notice" { (icons::info()) span { "Ces questions n’ont pas encore été mesurées : les chiffres sont faits chaque nuit." } },
            Some(_) if !report.enough() => p class="notice" { (icons::info()) span { b { "Pas assez de réponses. " } "Sous 30 élèves, les chiffres bougent trop pour juger une question : rien n’est signalé." } },
            Some(at) => p class="muted" { "Mesuré le " (date(at)) " à " (hour(at)) ", sur le premier passage de " (super::students(report.figures.n)) " dans l’application." },
        }
    }
}

fn tiles(report: &Report) -> Markup {
    let figures = &report.figures;
    html! {
        dl class="tiles" {
            div class="tile" { dt { "Résultats" } dd class="big" { (count(figures.n)) } dd class="muted" { "premiers passages" } }
            div class="tile" { dt { "Bonnes réponses" } dd class="big" { (figures.mean.map_or_else(|| "–".to_owned(), decimal)) } dd class="muted" { "en moyenne, sur " (figures.questions) } }
            div class="tile" { dt { "Fidélité (alpha)" } dd class="big" { (known(figures.alpha)) } dd class="muted" { (reliability(figures)) } }
            div class="tile" { dt { "Précision" } dd class="big" { @match figures.error { Some(error) => { "± " (decimal(error)) } None => "–" } } dd class="muted" { "questions, deux fois sur trois" } }
            div class="tile" { dt { "À revoir" } dd class="big" { @if report.enough() { (report.flagged().count()) } @else { "–" } } dd class="muted" { "sur " (super::questions(report.items.len())) } }
        }
    }
}

/// Alpha in words (Nunnally 1978).
fn reliability(figures: &BankFigures) -> &'static str {
    match figures.alpha {
        None => "rien à mesurer encore",
        Some(alpha) if alpha >= 0.9 => "excellente",
        Some(alpha) if alpha >= 0.8 => "bonne : on peut comparer",
        Some(alpha) if alpha >= 0.7 => "suffisante, avec prudence",
        Some(_) => "trop faible pour comparer",
    }
}

fn to_review(report: &Report) -> Markup {
    html! {
        @if report.enough() {
            section class="card" {
                h2 { "À revoir" }
                @if report.flagged().next().is_none() { p { "Aucune question n’est signalée : ce questionnaire fait bien son travail." } }
                @else {
                    p class="muted" { "Un signalement est un indice, pas un verdict. Une forme publiée ne change plus : la correction va dans la prochaine." }
                    ul class="rows" { @for item in report.flagged() { (review_row(report, item)) } }
                }
            }
        }
    }
}

fn review_row(report: &Report, item: &Item) -> Markup {
    html! {
        li {
            span class="grow" {
                a href=(question_path(&report.edition.edition.id, &item.question.id)) { (item.number + 1) ". " (item.question.topic) } br;
                span class="muted" { @if let Some(flag) = item.raised().first() { (flag.advice()) } }
            }
            span { @for flag in item.raised() { (chip(flag)) " " } }
        }
    }
}

fn table(report: &Report, order: Order) -> Markup {
    let heading = |column: Order, name: &str, class: Option<&str>| {
        let here = column == order;
        html! {
            th scope="col" class=[class] aria-sort=[here.then_some(if matches!(column, Order::Unknown | Order::Time) { "descending" } else { "ascending" })] {
                a href={ (bank_path(&report.edition.edition.id)) "?tri=" (column.key()) "#questions" } { (name) }
            }
        }
    };
    html! {
        section class="card" id="questions" {
            h2 { "Toutes les questions" }
            div class="scroll" tabindex="0" role="region" aria-label="Toutes les questions" {
                table {
                    thead { tr {
                        (heading(Order::Bank, "Question", None))
                        (heading(Order::Facility, "Réussite", Some("num")))
                        (heading(Order::Discrimination, "Discrim.", Some("num")))
                        th scope="col" { "Clé" }
                        th scope="col" { "a / b / c / d" }
                        (heading(Order::Unknown, "NSP", Some("num")))
                        th class="num" scope="col" { "Vide" }
                        (heading(Order::Time, "Temps", Some("num")))
                    } }
                    tbody { @for item in order.sorted(&report.items) { (row(report, item)) } }
                }
            }
            p class="muted" { "a / b / c / d : part de chaque réponse, en %. En gras, la bonne réponse. NSP : « je ne sais pas ». Vide : sans réponse. Temps médian ; – : pas mesuré." }
        }
    }
}

fn row(report: &Report, item: &Item) -> Markup {
    let figures = &item.figures;
    let share = |value: f64| if figures.n > 0 { percent(value) } else { "–".to_owned() };
    let domain = report.edition.bank.domain(&item.question.domain).map_or("", |domain| domain.label.as_str());
    html! {
        tr {
            th scope="row" {
                a href=(question_path(&report.edition.edition.id, &item.question.id)) { (item.number + 1) ". " (item.question.topic) } br;
                span class="muted" { (domain) } br;
                @for flag in item.raised() { (chip(flag)) " " }
            }
            td class="num" { (share(figures.facility())) }
            td class="num" { (figures.discrimination().map_or_else(|| "–".to_owned(), hundredths)) }
            td { (OPTION_KEYS[figures.key]) }
            td { span class="nb" { @for (at, option) in figures.options.iter().enumerate() {
                @if at > 0 { " / " }
                @let shown = (100.0 * option.share).round();
                @if at == figures.key { b { (shown) } } @else { (shown) }
            } } }
            td class="num" { (share(figures.nsp)) }
            td class="num" { (share(figures.unanswered())) }
            td class="num" { (seconds(figures.median_seconds)) }
        }
    }
}

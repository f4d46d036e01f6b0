//! Progression: a line for each subject with its uncertainty, the index over all subjects, the projection when it may be
//! shown.

use chrono::{DateTime, Datelike as _, Utc};
use chrono_tz::Africa::Tunis;
use maud::{Markup, html};

use super::head;
use crate::{
    assessments::{
        bank,
        model::{Band, Subject},
        runner::paths,
        standard_score,
    },
    learning::{
        backtest::Figures,
        progression::{self, Change, Scored},
        projection::Projection,
        student::Student,
        uai::Uai,
    },
    ui::{
        bands,
        charts::{self, Point},
        icons,
    },
    web::format::{date, decimal},
};

/// What the page shows.
pub struct Progression {
    /// Scores, oldest first.
    pub history: Vec<Scored>,
    /// The index over all subjects.
    pub uai: Option<Uai>,
    /// Projections by subject.
    pub projections: Vec<(Subject, Projection)>,
    /// What the last back-test found; none before the first.
    pub backtest: Option<Figures>,
}

/// The page.
pub fn page(student: &Student, it: &Progression) -> Markup {
    html! {
        (head(student, "Progression", &student.title("Ma progression", "Progression")))
        @if it.history.is_empty() { (empty(student)) }
        @else {
            @for subject in progression::subjects(&it.history) { (of_subject(student, it, subject)) }
            @if let Some(uai) = &it.uai { (index(uai)) }
            (about(&it.history))
        }
    }
}

fn empty(student: &Student) -> Markup {
    html! {
        div class="empty" {
            (icons::chart())
            h2 { "Pas encore de score" }
            p { (student.say("Ta progression commence avec un premier questionnaire", "La progression commence avec un premier questionnaire")) " ; elle se lit à partir du deuxième." }
            @if student.own { p class="actions" { a class="button" href=(crate::learning::next_step::engine::START) { "Choisir un questionnaire" } } }
        }
    }
}

fn of_subject(student: &Student, it: &Progression, subject: Subject) -> Markup {
    let scores = progression::of_subject(&it.history, subject);
    let labels: Vec<String> = scores.iter().map(|one| short(one.at)).collect();
    let points: Vec<Point<'_>> = scores
        .iter()
        .zip(&labels)
        .map(|(one, label)| Point { label, value: one.ssn, between: Some(one.between()), note: String::new() })
        .collect();
    let projection = it.projections.iter().find(|(of, _)| *of == subject).map(|(_, projection)| projection);
    html! {
        section class="card" {
            h2 { (subject.label()) }
            @if let Some(last) = scores.last() {
                @let band = Band::of(last.ssn);
                p { (bands::badge(band.key(), band.label())) " " b { (decimal(last.ssn)) } " " span class="muted" { "le " (date(last.at)) @if standard_score::is_low_sample(last.cohort_n) { ", score provisoire" } } }
            }
            p { (sentence(student, &scores)) }
            (charts::line(&format!("Score standardisé en {}", subject.label()), &points))
            (projected(it.backtest.as_ref(), projection))
            (sources(&scores))
        }
    }
}

/// "nov. 26".
fn short(at: DateTime<Utc>) -> String {
    const MONTHS: [&str; 12] =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    let at = at.with_timezone(&Tunis);
    format!("{} {}", at.day(), MONTHS[at.month0() as usize])
}

/// How the last score compares with the one before, said with its uncertainty.
fn sentence(student: &Student, scores: &[&Scored]) -> String {
    let [.., before, last] = scores else {
        let sentence = student.say(
            "Un seul score pour l’instant : il dit où tu en es. Le prochain, avec d’autres questions, dira si tu avances.",
            "Un seul score pour l’instant : il dit où en est l’élève. Le prochain, avec d’autres questions, dira la progression.",
        );
        return sentence.to_owned();
    };
    let points = decimal((last.ssn - before.ssn).abs());
    match Change::between((before.ssn, before.standard_error), (last.ssn, last.standard_error)) {
        Change::Up => {
            format!("En hausse de {points} points depuis le score d’avant : c’est plus que le hasard des questions.")
        }
        Change::Down => format!(
            "En baisse de {points} points depuis le score d’avant : c’est plus que le hasard des questions. Les compétences disent quoi reprendre."
        ),
        Change::Level => format!(
            "Stable : {points} points d’écart avec le score d’avant, ce qui peut venir du hasard des questions."
        ),
    }
}

/// Each score with its result, and what a recompute made of it.
fn sources(scores: &[&Scored]) -> Markup {
    html! {
        ul class="rows" {
            @for one in scores.iter().rev() {
                li {
                    span class="grow" {
                        a href=(paths::result(one.assessment)) { (bank::find(&one.bank).map_or(one.bank.as_str(), |it| it.bank.title.as_str())) } br;
                        span class="muted" { (date(one.at)) @if (one.now - one.ssn).abs() >= 0.05 { " · recalculé depuis avec une cohorte plus grande : " (decimal(one.now)) } }
                    }
                    b class="num" { (decimal(one.ssn)) }
                }
            }
        }
    }
}

/// Only when the back-test allows it (decision 9): a band, with what it stands on.
fn projected(backtest: Option<&Figures>, projection: Option<&Projection>) -> Markup {
    let shown = backtest.filter(|it| it.allows()).and_then(|it| it.spread).zip(projection);
    html! {
        @if let Some((spread, it)) = shown {
            div class="notice" { (icons::rise()) p {
                "À ce rythme, le score pourrait se situer entre " b { (decimal((it.ssn - spread).max(0.0).round())) } " et " b { (decimal((it.ssn + spread).min(100.0).round())) } " dans huit semaines. C’est une estimation, faite sur "
                (it.bilans) @if it.bilans > 1 { " scores" } @else { " score" } " : neuf fois sur dix, la réalité tombe dans cet intervalle."
            } }
        }
    }
}

fn index(uai: &Uai) -> Markup {
    html! {
        section class="card" {
            h2 { "Toutes matières" }
            p { span class="big" { (decimal(uai.uai)) } " " span class="muted" { "indice académique, de 0 à 100" } }
            details {
                summary { "D’où il vient" }
                p { "Le dernier score de chaque matière, pondéré." }
                dl class="facts" { @for one in &uai.components { dt { (one.subject.label()) } dd { (decimal(one.ssn)) " × " (format!("{:.3}", one.weight).replace('.', ",")) " = " (decimal(one.contribution)) } } }
            }
        }
    }
}

fn about(history: &[Scored]) -> Markup {
    let moved = history.iter().any(|one| (one.now - one.ssn).abs() >= 0.05);
    html! {
        details {
            summary { "Comment lire ces scores" }
            p { "50 est le milieu de la cohorte. La bande autour de la ligne dit ce que le hasard des questions peut changer : avec d’autres questions du même niveau, le score serait dedans neuf fois sur dix." }
            p { "Chaque score est celui qui a été annoncé le jour même." @if moved { " Quand la cohorte a été recalculée depuis, le score d’aujourd’hui est indiqué à côté." } }
            p { "Refaire les mêmes questions est un entraînement : cela nourrit les compétences, pas cette ligne." }
        }
    }
}

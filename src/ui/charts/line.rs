//! Progression: one point a period, with the uncertainty of each if it is known.

use maud::{Markup, html};

use super::{
    frame::{Frame, WIDTH, nothing, percent, unit},
    text::{Anchor, label, width},
};
use crate::web::format::decimal;

/// A score at a moment.
#[derive(Debug, Clone)]
pub struct Point<'a> {
    /// Short name of the period: "nov."
    pub label: &'a str,
    /// 0 to 100.
    pub value: f64,
    /// Where the true value lies, most likely.
    pub between: Option<(f64, f64)>,
    /// What else the table says of it: "12 bilans"; may be empty.
    pub note: String,
}

const LEFT: f64 = 34.0;
const RIGHT: f64 = WIDTH - 16.0;
const TOP: f64 = 20.0;
const BASE: f64 = 150.0;
const HEIGHT: f64 = 178.0;

/// Scores from 0 to 100 over time, the oldest first.
pub fn line(title: &str, points: &[Point<'_>]) -> Markup {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return nothing(title, "Pas encore de résultat à montrer dans le temps.");
    };
    Frame {
        title,
        class: "plot",
        height: HEIGHT,
        body: html! { (scale()) (uncertainty(points)) (trace(points)) (periods(points)) },
        summary: summary(first, last, points.len()),
        head: &["Période", "Score", "Détail"],
        rows: points.iter().map(row).collect(),
        links: Vec::new(),
    }
    .figure()
}

fn x(at: usize, count: usize) -> f64 {
    if count < 2 { f64::midpoint(LEFT, RIGHT) } else { LEFT + (RIGHT - LEFT) * at as f64 / (count - 1) as f64 }
}

fn y(value: f64) -> f64 {
    BASE - (BASE - TOP) * percent(value) / 100.0
}

fn scale() -> Markup {
    html! {
        @for value in [0.0, 50.0, 100.0] {
            line class="ring" x1=(unit(LEFT)) y1=(unit(y(value))) x2=(unit(WIDTH)) y2=(unit(y(value))) {}
            (label(LEFT - 6.0, y(value) + 4.5, Anchor::End, "", LEFT - 6.0, &decimal(value)))
        }
    }
}

/// The band of uncertainty, if every point has one.
fn uncertainty(points: &[Point<'_>]) -> Markup {
    let bounds: Option<Vec<(f64, f64)>> = points.iter().map(|point| point.between).collect();
    let Some(bounds) = bounds.filter(|bounds| bounds.len() > 1) else { return html! {} };
    let count = bounds.len();
    let low = bounds.iter().enumerate().map(|(at, bounds)| (x(at, count), y(bounds.0)));
    let high = bounds.iter().enumerate().rev().map(|(at, bounds)| (x(at, count), y(bounds.1)));
    html! { polygon class="area" points=(list(low.chain(high))) {} }
}

fn trace(points: &[Point<'_>]) -> Markup {
    let count = points.len();
    let places: Vec<(f64, f64)> = points.iter().enumerate().map(|(at, point)| (x(at, count), y(point.value))).collect();
    let last = places.last().zip(points.last());
    html! {
        polyline class="trace" points=(list(places.iter().copied())) {}
        @for (x, y) in &places { circle class="dot" cx=(unit(*x)) cy=(unit(*y)) r="3.5" {} }
        @if let Some(((x, y), point)) = last {
            (label(x.min(WIDTH - 18.0), y - 10.0, Anchor::Middle, "strong halo", 60.0, &decimal(percent(point.value))))
        }
    }
}

/// Names of the periods; some are left out when they have no room, never the last.
fn periods(points: &[Point<'_>]) -> Markup {
    let count = points.len();
    let widest = points.iter().map(|point| width(point.label)).fold(1.0, f64::max) + 8.0;
    let step = (widest * count as f64 / (RIGHT - LEFT)).ceil().max(1.0) as usize;
    html! {
        @for (at, point) in points.iter().enumerate().filter(|(at, _)| (count - 1 - at).is_multiple_of(step)) {
            @let half = width(point.label) / 2.0;
            (label(x(at, count).clamp(half, (WIDTH - half).max(half)), HEIGHT - 6.0, Anchor::Middle, "", WIDTH, point.label))
        }
    }
}

fn row(point: &Point<'_>) -> Vec<String> {
    let between =
        point.between.map(|(low, high)| format!("entre {} et {}", decimal(percent(low)), decimal(percent(high))));
    let detail: Vec<String> = between.into_iter().chain((!point.note.is_empty()).then(|| point.note.clone())).collect();
    vec![point.label.to_owned(), decimal(percent(point.value)), detail.join(", ")]
}

fn summary(first: &Point<'_>, last: &Point<'_>, count: usize) -> String {
    let now = format!("{} : {}", last.label, decimal(percent(last.value)));
    if count < 2 {
        format!("{now}.")
    } else {
        format!("{} : {} ; {now}.", first.label, decimal(percent(first.value)))
    }
}

fn list(points: impl Iterator<Item = (f64, f64)>) -> String {
    points.map(|(x, y)| format!("{},{}", unit(x), unit(y))).collect::<Vec<_>>().join(" ")
}

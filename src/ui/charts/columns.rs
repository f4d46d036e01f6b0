//! Amounts side by side: activity by week, revenue by month.

use maud::{Markup, html};

use super::{
    frame::{Frame, WIDTH, finite, nothing, unit},
    text::{Anchor, label, width},
};

/// One column.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// Short name under it.
    pub label: &'a str,
    /// Height; negative counts as 0.
    pub value: f64,
    /// The value as people read it: "12", "1 240 TND".
    pub shown: String,
    /// Class that gives the colour (key of a band); empty: the accent.
    pub class: &'a str,
    /// Where the rows behind the value are.
    pub href: Option<String>,
}

const TOP: f64 = 22.0;
const BASE: f64 = 146.0;
const HEIGHT: f64 = 172.0;
const WIDEST: f64 = 44.0;

/// Columns from left to right; `what` says what they count, for the table.
pub fn columns(title: &str, what: &str, columns: &[Column<'_>]) -> Markup {
    let Some(tallest) = columns.iter().max_by(|one, other| height(one).total_cmp(&height(other))) else {
        return nothing(title, "Rien à montrer pour l’instant.");
    };
    let step = WIDTH / columns.len() as f64;
    Frame {
        title,
        class: "plot",
        height: HEIGHT,
        body: html! {
            line class="ring" x1="0" y1=(unit(BASE)) x2=(unit(WIDTH)) y2=(unit(BASE)) {}
            @for (at, column) in columns.iter().enumerate() { (one(column, step * (at as f64 + 0.5), step, height(tallest))) }
            (names(columns, step))
        },
        summary: format!("Le plus haut : {} ({}).", tallest.label, tallest.shown),
        head: &["Période", what],
        rows: columns.iter().map(|column| vec![column.label.to_owned(), column.shown.clone()]).collect(),
        links: columns.iter().map(|column| column.href.clone()).collect(),
    }
    .figure()
}

fn height(column: &Column<'_>) -> f64 {
    finite(column.value).max(0.0)
}

/// A column and its value, which is written when there is room for it.
fn one(column: &Column<'_>, middle: f64, step: f64, tallest: f64) -> Markup {
    let breadth = (step * 0.66).clamp(2.0, WIDEST);
    let tall = if tallest > 0.0 { (BASE - TOP) * height(column) / tallest } else { 0.0 };
    let class = if column.class.is_empty() { "plain" } else { column.class };
    html! {
        @if tall > 0.0 {
            rect class={ "col here " (class) } x=(unit(middle - breadth / 2.0)) y=(unit(BASE - tall.max(2.0))) width=(unit(breadth)) height=(unit(tall.max(2.0))) rx="3" {}
        }
        @if width(&column.shown) <= step + 2.0 {
            (label(middle, BASE - tall - 6.0, Anchor::Middle, "strong", WIDTH, &column.shown))
        }
    }
}

/// Names under the columns; some are left out when they have no room, never the last.
fn names(columns: &[Column<'_>], step: f64) -> Markup {
    let widest = columns.iter().map(|column| width(column.label)).fold(1.0, f64::max) + 6.0;
    let every = if columns.len() <= 6 { 1 } else { (widest / step).ceil().max(1.0) as usize };
    let last = columns.len() - 1;
    html! {
        @for (at, column) in columns.iter().enumerate().filter(|(at, _)| (last - at).is_multiple_of(every)) {
            @let room = step * every as f64 - 4.0;
            @let half = width(column.label).min(room) / 2.0;
            (label((step * (at as f64 + 0.5)).clamp(half, (WIDTH - half).max(half)), HEIGHT - 7.0, Anchor::Middle, "", room, column.label))
        }
    }
}

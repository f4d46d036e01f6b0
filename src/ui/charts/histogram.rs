//! Distribution of a cohort, with the place of one person in it.

use maud::{Markup, html};

use super::{
    frame::{Frame, WIDTH, finite, nothing, unit},
    text::{Anchor, label, width},
};
use crate::web::format::{count, decimal};

/// How many results lie in `from..to`.
#[derive(Debug, Clone, Copy)]
pub struct Bin {
    /// Lower bound.
    pub from: f64,
    /// Upper bound, above `from`.
    pub to: f64,
    /// Number of results.
    pub count: i64,
}

/// A part of the scale with its own colour.
#[derive(Debug, Clone, Copy)]
pub struct Zone<'a> {
    /// Lower bound.
    pub from: f64,
    /// Upper bound.
    pub to: f64,
    /// Class that gives the colour: the key of a band.
    pub class: &'a str,
}

/// The person whom the picture is shown to.
#[derive(Debug, Clone, Copy)]
pub struct You<'a> {
    /// Place on the scale.
    pub at: f64,
    /// "tu es ici", "votre enfant est ici".
    pub label: &'a str,
}

const MARGIN: f64 = 10.0;
/// Top of the tallest column, under the label of the person or without one.
const TOP: (f64, f64) = (38.0, 6.0);
const BASE: f64 = 150.0;
const HEIGHT: f64 = 180.0;

/// The distribution in `bins` (in order, side by side), coloured by `zones`.
pub fn histogram(title: &str, bins: &[Bin], you: Option<You<'_>>, zones: &[Zone<'_>]) -> Markup {
    let bins: Vec<Bin> =
        bins.iter().filter(|bin| bin.from.is_finite() && bin.to > bin.from && bin.count >= 0).copied().collect();
    let total: i64 = bins.iter().map(|bin| bin.count).sum();
    let (Some(first), Some(last), true) = (bins.first(), bins.last(), total > 0) else {
        return nothing(title, "Pas encore de résultat dans cette cohorte.");
    };
    let top = if you.is_some() { TOP.0 } else { TOP.1 };
    let scale = Scale { from: first.from, to: last.to, top };
    let you = you.map(|you| You { at: finite(you.at).clamp(scale.from, scale.to), ..you });
    Frame {
        title,
        class: "plot",
        height: HEIGHT,
        body: html! {
            (columns(&bins, you, zones, &scale))
            (axis(zones, &scale))
            @if let Some(you) = you { (marker(you, &scale)) }
        },
        summary: summary(total, you),
        head: &["Score", "Élèves"],
        rows: bins.iter().map(|bin| vec![range(bin), count(bin.count)]).collect(),
        links: Vec::new(),
    }
    .figure()
}

/// Values to units across the drawing.
struct Scale {
    from: f64,
    to: f64,
    /// Height where the tallest column ends.
    top: f64,
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        let part = (value.clamp(self.from, self.to) - self.from) / (self.to - self.from);
        MARGIN + part * (WIDTH - 2.0 * MARGIN)
    }
}

fn columns(bins: &[Bin], you: Option<You<'_>>, zones: &[Zone<'_>], scale: &Scale) -> Markup {
    let tallest = bins.iter().map(|bin| bin.count).max().unwrap_or(1).max(1) as f64;
    html! {
        @for bin in bins.iter().filter(|bin| bin.count > 0) {
            @let height = ((BASE - scale.top) * bin.count as f64 / tallest).max(2.0);
            @let (left, right) = (scale.x(bin.from) + 0.75, scale.x(bin.to) - 0.75);
            @let here = match you { Some(you) if holds(bin, you.at, scale) => " here", Some(_) => "", None => " even" };
            rect class={ "col " (zone_of(bin, zones)) (here) } x=(unit(left)) y=(unit(BASE - height)) width=(unit((right - left).max(1.0))) height=(unit(height)) rx="1.5" {}
        }
    }
}

fn holds(bin: &Bin, at: f64, scale: &Scale) -> bool {
    at >= bin.from && (at < bin.to || at >= scale.to)
}

fn zone_of<'a>(bin: &Bin, zones: &[Zone<'a>]) -> &'a str {
    let middle = f64::midpoint(bin.from, bin.to);
    zones.iter().find(|zone| middle >= zone.from && middle < zone.to).map_or("", |zone| zone.class)
}

/// The coloured strip of the zones and the bounds under it.
fn axis(zones: &[Zone<'_>], scale: &Scale) -> Markup {
    let mut bounds: Vec<f64> =
        zones.iter().flat_map(|zone| [zone.from, zone.to]).chain([scale.from, scale.to]).collect();
    bounds.retain(|bound| *bound >= scale.from && *bound <= scale.to);
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    html! {
        @for zone in zones.iter().filter(|zone| zone.to > scale.from && zone.from < scale.to) {
            @let (left, right) = (scale.x(zone.from), scale.x(zone.to));
            rect class={ "zone " (zone.class) } x=(unit(left + 0.75)) y=(unit(BASE + 3.0)) width=(unit((right - left - 1.5).max(1.0))) height="5" rx="2.5" {}
        }
        @for bound in bounds {
            @let half = width(&decimal(bound)) / 2.0;
            (label(scale.x(bound).clamp(half, (WIDTH - half).max(half)), HEIGHT - 5.0, Anchor::Middle, "", 40.0, &decimal(bound)))
        }
    }
}

/// A line at the person's place with its label in a pill that never leaves the drawing.
fn marker(you: You<'_>, scale: &Scale) -> Markup {
    let x = scale.x(you.at);
    let pill = (width(you.label) + 18.0).min(WIDTH - 4.0);
    let left = (x - pill / 2.0).clamp(2.0, WIDTH - 2.0 - pill);
    html! {
        line class="you" x1=(unit(x)) y1="26" x2=(unit(x)) y2=(unit(BASE + 9.0)) {}
        rect class="pill" x=(unit(left)) y="2" width=(unit(pill)) height="25" rx="12.5" {}
        (label(left + pill / 2.0, 19.0, Anchor::Middle, "pill-text", pill - 14.0, you.label))
    }
}

fn range(bin: &Bin) -> String {
    format!("{} à {}", decimal(bin.from), decimal(bin.to))
}

fn summary(total: i64, you: Option<You<'_>>) -> String {
    let results = if total == 1 { "1 élève".to_owned() } else { format!("{} élèves", count(total)) };
    match you {
        Some(you) => format!("{results} dans la cohorte ; {} : {}.", you.label, decimal(you.at)),
        None => format!("{results} dans la cohorte."),
    }
}

//! Radar: one axis a domain, from 0 in the middle to 100 on the rim.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use maud::{Markup, html};

use super::{
    frame::{Frame, WIDTH, nothing, percent, unit},
    text::{Anchor, LEADING, label, two_lines, width},
};
use crate::web::format::decimal;

/// Room that a line of a label should not exceed before it is broken, in units.
const LABEL_ROOM: f64 = 96.0;
/// Largest and smallest distance of the rim from the middle, in units.
const RIM: (f64, f64) = (116.0, 76.0);
/// A label next to the middle axis is tied by its middle.
const NEARLY_VERTICAL: f64 = 0.3;

/// Scores of 3 to 8 domains, each from 0 to 100. With fewer than 3 only the sentence and the table are shown.
pub fn radar(title: &str, scores: &[(&str, f64)]) -> Markup {
    if scores.is_empty() {
        return nothing(title, "Pas encore de score par domaine.");
    }
    let scores: Vec<(&str, f64)> = scores.iter().map(|(name, score)| (*name, percent(*score))).collect();
    let axes = axes(&scores);
    let rim = rim(&axes);
    let above = overhang(&axes, rim, -1.0);
    let centre = (WIDTH / 2.0, above);
    Frame {
        title,
        class: "radar",
        height: above + overhang(&axes, rim, 1.0),
        body: if scores.len() < 3 {
            html! {}
        } else {
            drawing(&axes, centre, rim)
        },
        summary: summary(&scores),
        head: &["Domaine", "Score sur 100"],
        rows: scores.iter().map(|(name, score)| vec![(*name).to_owned(), decimal(*score)]).collect(),
        links: Vec::new(),
    }
    .figure()
}

/// One domain: direction of its axis and lines of its label.
struct Axis {
    cos: f64,
    sin: f64,
    score: f64,
    lines: Vec<String>,
}

/// Directions start at the top; with 4 or 8 domains half a step later, because labels have no room straight to the
/// sides.
fn axes(scores: &[(&str, f64)]) -> Vec<Axis> {
    let count = scores.len() as f64;
    let shift = if scores.len().is_multiple_of(4) { PI / count } else { 0.0 };
    let axis = |(at, (name, score)): (usize, &(&str, f64))| {
        let (sin, cos) = (TAU * at as f64 / count - FRAC_PI_2 + shift).sin_cos();
        Axis { cos, sin, score: *score, lines: two_lines(name, LABEL_ROOM) }
    };
    scores.iter().enumerate().map(axis).collect()
}

impl Axis {
    fn anchor(&self) -> Anchor {
        match self.cos {
            cos if cos.abs() < NEARLY_VERTICAL => Anchor::Middle,
            cos if cos > 0.0 => Anchor::Start,
            _ => Anchor::End,
        }
    }

    /// Whether the label stands above its point or below.
    fn above(&self) -> bool {
        self.sin < 0.1
    }

    fn label_width(&self) -> f64 {
        self.lines.iter().map(|line| width(line)).fold(0.0, f64::max)
    }

    /// Lines of the label with that of the score.
    fn label_height(&self) -> f64 {
        (self.lines.len() + 1) as f64 * LEADING
    }

    fn point(&self, centre: (f64, f64), distance: f64) -> (f64, f64) {
        (centre.0 + self.cos * distance, centre.1 + self.sin * distance)
    }
}

/// Side labels reach back over their point by this much, in units.
const BACK: f64 = 16.0;

/// As large as the side labels leave room for.
fn rim(axes: &[Axis]) -> f64 {
    let side = axes.iter().filter(|axis| axis.anchor() != Anchor::Middle);
    let room = side.map(|axis| (WIDTH / 2.0 - 2.0 + BACK - axis.label_width()) / axis.cos.abs());
    room.fold(RIM.0, f64::min).max(RIM.1)
}

/// From the middle to the upper (-1) or lower (1) end of the drawing, labels included.
fn overhang(axes: &[Axis], rim: f64, side: f64) -> f64 {
    let reach = |axis: &Axis| {
        let label = if axis.above() == (side < 0.0) { axis.label_height() + 11.0 } else { 0.0 };
        axis.sin * side * rim + label
    };
    axes.iter().map(reach).fold(rim * 0.5, f64::max) + 4.0
}

fn drawing(axes: &[Axis], centre: (f64, f64), rim: f64) -> Markup {
    let ring = |part: f64| polygon(axes.iter().map(|axis| axis.point(centre, rim * part)));
    let shape = polygon(axes.iter().map(|axis| axis.point(centre, rim * axis.score / 100.0)));
    html! {
        @for part in [0.25, 0.5, 0.75] { polygon class="ring" points=(ring(part)) {} }
        @for axis in axes {
            @let (x, y) = axis.point(centre, rim);
            line class="ring" x1=(unit(centre.0)) y1=(unit(centre.1)) x2=(unit(x)) y2=(unit(y)) {}
        }
        polygon class="ring edge" points=(ring(1.0)) {}
        polygon class="area" points=(shape) {}
        polygon class="trace" points=(shape) {}
        @for axis in axes {
            @let (x, y) = axis.point(centre, rim * axis.score / 100.0);
            circle class="dot" cx=(unit(x)) cy=(unit(y)) r="3.5" {}
        }
        @for axis in axes { (axis_label(axis, axis.point(centre, rim))) }
    }
}

/// Name and score outside the rim.
fn axis_label(axis: &Axis, (x, y): (f64, f64)) -> Markup {
    let anchor = axis.anchor();
    let (x, room) = match anchor {
        Anchor::Start => (x - BACK, WIDTH - 1.0 - (x - BACK)),
        Anchor::End => (x + BACK, x + BACK - 1.0),
        Anchor::Middle => (x, 2.0 * x.min(WIDTH - x) - 2.0),
    };
    let first = if axis.above() { y - axis.label_height() + LEADING - 11.0 } else { y + LEADING + 6.0 };
    html! {
        @for (at, line) in axis.lines.iter().enumerate() {
            (label(x, first + at as f64 * LEADING, anchor, "halo", room, line))
        }
        (label(x, first + axis.lines.len() as f64 * LEADING, anchor, "strong halo", room, &decimal(axis.score)))
    }
}

fn polygon(points: impl Iterator<Item = (f64, f64)>) -> String {
    points.map(|(x, y)| format!("{},{}", unit(x), unit(y))).collect::<Vec<_>>().join(" ")
}

fn summary(scores: &[(&str, f64)]) -> String {
    let best = scores.iter().max_by(|one, other| one.1.total_cmp(&other.1));
    let last = scores.iter().min_by(|one, other| one.1.total_cmp(&other.1));
    match (best, last) {
        (Some(best), Some(last)) if best.1 > last.1 => format!(
            "Le score le plus haut : {} ({}). Le plus bas : {} ({}).",
            best.0,
            decimal(best.1),
            last.0,
            decimal(last.1)
        ),
        (Some(best), _) => format!("Le même score partout : {} sur 100.", decimal(best.1)),
        _ => String::new(),
    }
}

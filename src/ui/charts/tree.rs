//! Things that stand on each other, as an outline: each under the one it mainly needs, tied to it by a line.

use maud::{Markup, html};

use super::{
    frame::{WIDTH, unit},
    text::{Anchor, LEADING, label, width},
};

/// One thing.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// Its name.
    pub label: &'a str,
    /// What is said under the name.
    pub note: &'a str,
    /// Class of the colour; empty for none.
    pub class: &'static str,
    /// The sign in its circle.
    pub sign: Sign,
    /// Whether it stands out.
    pub marked: bool,
    /// Place in the list of what it mainly needs.
    pub under: Option<usize>,
}

/// A sign that tells things apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A check mark.
    Done,
    /// A wave.
    Half,
    /// A cross.
    Missing,
    /// Nothing, in a dashed circle.
    Open,
}

const RADIUS: f64 = 9.0;
const STEP: f64 = 20.0;
const TOP: f64 = 4.0;
const GAP: f64 = 13.0;
/// Deeper ones are not moved further to the right: the names need the room.
const DEEPEST: usize = 4;

/// An item at its place.
struct Placed<'a> {
    item: &'a Item<'a>,
    depth: usize,
    lines: Vec<String>,
    /// Middle of its circle.
    y: f64,
}

/// The outline, with an accessible name and a sentence that says the same.
pub fn tree(title: &str, items: &[Item<'_>], summary: &str) -> Markup {
    let order = order(items);
    let mut height = TOP;
    let mut places = vec![0.0; items.len()];
    let placed: Vec<Placed<'_>> = order
        .iter()
        .map(|&(at, depth)| {
            let lines = lines(items[at].label, WIDTH - text_x(depth));
            let y = height + RADIUS + 1.0;
            places[at] = y;
            height += LEADING * (lines.len() + 1) as f64 + GAP;
            Placed { item: &items[at], depth, lines, y }
        })
        .collect();
    let depths = |at: usize| order.iter().find(|(it, _)| *it == at).map_or(0, |(_, depth)| *depth);
    html! {
        figure class="chart" {
            svg class="plot tree" viewBox={ "0 0 " (unit(WIDTH)) " " (unit(height)) } role="img" {
                title { (title) }
                @for one in &placed { @if let Some(under) = one.item.under { (tie(depths(under), places[under], one)) } }
                @for one in &placed { (node(one)) }
            }
            figcaption { (summary) }
        }
    }
}

/// The outline's order, with depths: each after what it stands under, siblings in the order of the list. Whatever stands
/// in a circle is left at the root, so that nothing is lost.
fn order(items: &[Item<'_>]) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = Vec::new();
    let roots: Vec<usize> = (0..items.len()).filter(|at| items[*at].under.is_none()).collect();
    roots.into_iter().for_each(|root| descend(items, root, 0, &mut order));
    let lost: Vec<usize> = (0..items.len()).filter(|at| !order.iter().any(|(known, _)| known == at)).collect();
    order.extend(lost.into_iter().map(|at| (at, 0)));
    order
}

fn descend(items: &[Item<'_>], at: usize, depth: usize, order: &mut Vec<(usize, usize)>) {
    order.push((at, depth.min(DEEPEST)));
    for (child, item) in items.iter().enumerate() {
        if item.under == Some(at) {
            descend(items, child, depth + 1, order);
        }
    }
}

fn node_x(depth: usize) -> f64 {
    RADIUS + 2.0 + STEP * depth as f64
}

fn text_x(depth: usize) -> f64 {
    node_x(depth) + RADIUS + 8.0
}

/// Down from the one below, then across.
fn tie(depth: usize, from: f64, one: &Placed<'_>) -> Markup {
    let (x, to) = (node_x(depth), node_x(one.depth) - RADIUS);
    let path = if to > x {
        format!("M{} {}V{}H{}", unit(x), unit(from + RADIUS), unit(one.y), unit(to))
    } else {
        format!("M{} {}V{}", unit(x), unit(from + RADIUS), unit(one.y - RADIUS))
    };
    html! { path class="tie" d=(path) {} }
}

fn node(one: &Placed<'_>) -> Markup {
    let (x, y) = (node_x(one.depth), one.y);
    let class = if one.item.sign == Sign::Open { "open" } else { one.item.class };
    let room = WIDTH - text_x(one.depth);
    let name = if one.item.marked { "strong" } else { "ink" };
    html! {
        g class=(class) {
            circle cx=(unit(x)) cy=(unit(y)) r=(unit(RADIUS)) {}
            @if let Some(path) = sign(one.item.sign, x, y) { path d=(path) {} }
        }
        @for (at, line) in one.lines.iter().enumerate() {
            (label(text_x(one.depth), y + 4.5 + LEADING * at as f64, Anchor::Start, name, room, line))
        }
        (label(text_x(one.depth), y + 4.5 + LEADING * one.lines.len() as f64, Anchor::Start, "", room, one.item.note))
    }
}

fn sign(sign: Sign, x: f64, y: f64) -> Option<String> {
    let at = |dx: f64, dy: f64| format!("{} {}", unit(x + dx), unit(y + dy));
    match sign {
        Sign::Done => Some(format!("M{}L{}L{}", at(-4.0, 0.5), at(-1.0, 3.5), at(4.0, -3.0))),
        Sign::Half => Some(format!("M{}Q{} {}T{}", at(-4.5, 0.0), at(-2.2, -4.0), at(0.0, 0.0), at(4.5, 0.0))),
        Sign::Missing => Some(format!("M{}L{}M{}L{}", at(-3.0, -3.0), at(3.0, 3.0), at(3.0, -3.0), at(-3.0, 3.0))),
        Sign::Open => None,
    }
}

/// The name in as many lines as it needs.
fn lines(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(last) if width(last) + width(word) + width(" ") <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(under: Option<usize>) -> Item<'static> {
        Item { label: "Savoir", note: "solide", class: "excellence", sign: Sign::Done, marked: false, under }
    }

    #[test]
    fn each_stands_after_what_it_needs_and_deeper() {
        let items = [item(None), item(None), item(Some(0)), item(Some(2)), item(Some(1))];
        assert_eq!(order(&items), [(0, 0), (2, 1), (3, 2), (1, 0), (4, 1)]);
    }

    #[test]
    fn nothing_is_lost_even_in_a_circle() {
        let items = [item(Some(1)), item(Some(0)), item(None)];
        assert_eq!(order(&items), [(2, 0), (0, 0), (1, 0)]);
    }

    #[test]
    fn a_long_name_takes_several_lines_that_fit() {
        let text = "Utiliser le théorème des valeurs intermédiaires pour compter";
        let lines = lines(text, 220.0);
        assert!(lines.len() > 1 && lines.join(" ") == text, "{lines:?}");
        assert!(lines.iter().all(|line| width(line) <= 220.0), "{lines:?}");
    }

    #[test]
    fn signs_tell_the_states_apart_without_colour() {
        let paths: Vec<Option<String>> =
            [Sign::Done, Sign::Half, Sign::Missing, Sign::Open].map(|it| sign(it, 10.0, 10.0)).into();
        let mut different = paths.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), paths.len());
    }
}

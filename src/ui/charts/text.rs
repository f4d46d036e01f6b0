//! Labels inside drawings. The server cannot measure text: widths are estimated on the wide side, and a label that
//! surely does not fit is told its length, which makes the browser squeeze it rather than clip it.

use maud::{Markup, html};

use super::frame::unit;

/// Height of the text, in units.
const SIZE: f64 = 13.5;
/// Distance of two lines, in units.
pub const LEADING: f64 = 15.0;

/// Where a label is tied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// By its left end.
    Start,
    /// By its middle.
    Middle,
    /// By its right end.
    End,
}

impl Anchor {
    fn class(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " mid",
            Self::End => " end",
        }
    }
}

/// How much an estimate may exceed the room before the text is squeezed: told a length, short text would be stretched.
const LIKELY: f64 = 1.15;

/// One line of text at a point, squeezed to `room` if it is longer.
pub fn label(x: f64, y: f64, anchor: Anchor, class: &str, room: f64, text: &str) -> Markup {
    let squeezed = (width(text) > room * LIKELY).then(|| unit(room.max(1.0)));
    let adjust = squeezed.as_ref().map(|_| "spacingAndGlyphs");
    let class = format!("{class}{}", anchor.class());
    let class = class.trim();
    html! {
        text x=(unit(x)) y=(unit(y)) class=[(!class.is_empty()).then_some(class)] textLength=[squeezed] lengthAdjust=[adjust] { (text) }
    }
}

/// Estimated width of a line, in units, for a wide system font.
pub fn width(text: &str) -> f64 {
    text.chars().map(em).sum::<f64>() * SIZE
}

fn em(sign: char) -> f64 {
    match sign {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '’' | 'î' | 'ï' | '|' => 0.32,
        ' ' | '\u{a0}' | '\u{202f}' | 't' | 'f' | 'r' | '(' | ')' => 0.4,
        'm' | 'w' | 'M' | 'W' | 'œ' | '&' | '%' => 0.9,
        sign if sign.is_uppercase() => 0.7,
        _ => 0.6,
    }
}

/// The text in at most two lines of about the same length; a single word stays whole.
pub fn two_lines(text: &str, room: f64) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() < 2 || width(text) <= room {
        return vec![text.trim().to_owned()];
    }
    let cuts = (1..words.len()).map(|at| (words[..at].join(" "), words[at..].join(" ")));
    let best = cuts.min_by(|one, other| longer(one).total_cmp(&longer(other)));
    best.map_or_else(Vec::new, |(first, second)| vec![first, second])
}

fn longer((first, second): &(String, String)) -> f64 {
    width(first).max(width(second))
}

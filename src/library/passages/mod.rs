//! Cutting a document's clean text: [`split`] into the passages that are searched and cited, [`sections`] into their
//! surroundings, which the model receives. Pure; time grows with the length of the text and no faster.
//!
//! A token is estimated as four characters ([`tokens`]), which is a little more than French prose and a little less
//! than LaTeX needs.
//!
//! Always true: spans are characters of the text, in order, without overlap, and between two of them stands nothing but
//! white space; a piece's `body` is the text of its span. A piece has [`LEAST`] to [`MOST`] tokens wherever the text has
//! that many and can be cut there; no formula, list item, row of a table or group of code lines is cut, unless it alone
//! is longer than [`CAP`].

mod blocks;
mod inline;
mod pack;
mod units;

#[cfg(test)]
mod tests;

use std::ops::Range;

use self::{
    pack::{Item, Limits},
    units::Unit,
};

/// Fewest tokens of a passage, where the text around it allows.
pub const LEAST: usize = 150;
/// Most tokens of a passage that can be cut.
pub const MOST: usize = 300;
/// Most tokens of anything: what cannot be cut otherwise is cut here.
pub const CAP: usize = 600;

const PASSAGE: Limits = Limits { least: LEAST, most: MOST };
const SECTION: Limits = Limits { least: 800, most: 1200 };

/// A passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Place in the text, from 0.
    pub ordinal: usize,
    /// Which of the [`sections`] it lies in.
    pub section: usize,
    /// The titles above it, the highest first.
    pub heading_path: Vec<String>,
    /// Number of the page that it begins on, where the text has pages.
    pub page: Option<u32>,
    /// Where it stands in the text, in characters.
    pub span: Range<usize>,
    /// Estimated length.
    pub tokens: usize,
    /// The text of the span.
    pub body: String,
}

/// The surroundings of some passages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Place in the text, from 0.
    pub section: usize,
    /// The titles above all of it, the highest first.
    pub heading_path: Vec<String>,
    /// Where it stands in the text, in characters.
    pub span: Range<usize>,
    /// Estimated length.
    pub tokens: usize,
}

/// How many tokens that many characters are, roughly.
pub const fn tokens(chars: usize) -> usize {
    chars.div_ceil(4)
}

/// The passages of a text in Markdown. `pages`: the character at which each page begins; none where there are no pages.
pub fn split(body: &str, pages: &[usize]) -> Vec<Piece> {
    let units = units::units(body);
    let items: Vec<Item> = units.iter().map(Unit::item).collect();
    let groups = pack::pack(&items, PASSAGE);
    let whole: Vec<Item> = groups.iter().map(|group| Item::of(&items[group.clone()])).collect();
    let sections = pack::pack(&whole, SECTION);
    let mut titles = Titles::default();
    let mut pieces = Vec::with_capacity(groups.len());
    for (section, groups_of_it) in sections.into_iter().enumerate() {
        for group in &groups[groups_of_it] {
            let units = &units[group.clone()];
            let (Some(first), Some(last)) = (units.first(), units.last()) else { continue };
            let span = first.chars.start..last.chars.end;
            pieces.push(Piece {
                ordinal: pieces.len(),
                section,
                heading_path: titles.over(units),
                page: page(pages, span.start),
                tokens: tokens(span.len()),
                body: body[first.bytes.start..last.bytes.end].to_owned(),
                span,
            });
        }
    }
    pieces
}

/// The surroundings of the passages that [`split`] gave.
pub fn sections(pieces: &[Piece]) -> Vec<Section> {
    pieces
        .chunk_by(|one, next| one.section == next.section)
        .filter_map(|of_it| {
            let (first, last) = (of_it.first()?, of_it.last()?);
            let common = |path: &[String], piece: &Piece| {
                path.iter().zip(&piece.heading_path).take_while(|(one, other)| one == other).count()
            };
            let mut path = first.heading_path.as_slice();
            for piece in of_it {
                path = &path[..common(path, piece)];
            }
            let span = first.span.start..last.span.end;
            Some(Section { section: first.section, heading_path: path.to_vec(), tokens: tokens(span.len()), span })
        })
        .collect()
}

fn page(pages: &[usize], start: usize) -> Option<u32> {
    let begun = pages.partition_point(|page| *page <= start);
    (!pages.is_empty()).then(|| u32::try_from(begun.max(1)).unwrap_or(u32::MAX))
}

/// The titles that are open at a place of the text.
#[derive(Default)]
struct Titles(Vec<(u8, String)>);

impl Titles {
    /// The titles above the first text of a passage. Those further down in it are open from then on.
    fn over(&mut self, units: &[Unit]) -> Vec<String> {
        let before = units.iter().take_while(|unit| unit.title.is_some()).count();
        self.open(&units[..before]);
        let path = self.0.iter().map(|(_, title)| title.clone()).collect();
        self.open(&units[before..]);
        path
    }

    fn open(&mut self, units: &[Unit]) {
        for (level, title) in units.iter().filter_map(|unit| unit.title.as_ref()) {
            self.0.retain(|(other, _)| other < level);
            self.0.push((*level, title.clone()));
        }
    }
}

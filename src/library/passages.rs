//! Cutting a text into passages and their surroundings.

use std::ops::Range;

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

/// The passages of a text: a thousand characters each. `pages`: the character at which each page begins.
pub fn split(body: &str, pages: &[usize]) -> Vec<Piece> {
    let signs: Vec<char> = body.chars().collect();
    let piece = |(ordinal, part): (usize, &[char])| {
        let from = ordinal * 1000;
        let page = pages.iter().rposition(|start| *start <= from).map(|at| at as u32 + 1);
        let body = part.iter().collect();
        let span = from..from + part.len();
        Piece {
            ordinal,
            section: ordinal / 4,
            heading_path: Vec::new(),
            page,
            span,
            tokens: part.len().div_ceil(4),
            body,
        }
    };
    signs.chunks(1000).enumerate().map(piece).collect()
}

/// The surroundings of the passages that [`split`] gave.
pub fn sections(pieces: &[Piece]) -> Vec<Section> {
    let section = |of_it: &[Piece]| {
        let (first, last) = (of_it.first()?, of_it.last()?);
        let span = first.span.start..last.span.end;
        Some(Section { section: first.section, heading_path: Vec::new(), tokens: span.len().div_ceil(4), span })
    };
    pieces.chunk_by(|one, next| one.section == next.section).filter_map(section).collect()
}

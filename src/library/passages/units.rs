//! What is never cut: titles, sentences, list items, rows, groups of code lines; and what is cut because it is too long.

use std::ops::Range;

use super::{
    CAP, MOST,
    blocks::{self, Block, Kind, trimmed},
    inline,
    pack::Item,
    tokens,
};

/// Tokens of a paragraph that is short enough to stay whole.
const SHORT: usize = MOST / 5;

/// Something that is never cut.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Where it stands, in bytes.
    pub bytes: Range<usize>,
    /// Where it stands, in characters.
    pub chars: Range<usize>,
    /// Level and text, if it is a title.
    pub title: Option<(u8, String)>,
    cut: Cut,
}

/// How well a passage begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Title(u8),
    Block,
    Item,
    /// After a line that announces it with a colon.
    Announced,
    Row,
    Lines,
    Sentence,
    Word,
    Nowhere,
}

impl Cut {
    const fn cost(self) -> u32 {
        match self {
            Self::Title(_) => 0,
            Self::Block => 8,
            Self::Item => 14,
            Self::Announced => 45,
            Self::Row | Self::Lines => 35,
            Self::Sentence => 40,
            Self::Word => 90,
            Self::Nowhere => 120,
        }
    }
}

impl Unit {
    pub fn item(&self) -> Item {
        let join = match self.cut {
            Cut::Title(level) if level <= 2 => 60,
            Cut::Title(_) => 30,
            _ => 0,
        };
        Item { chars: self.chars.clone(), cut: self.cut.cost(), join, opens: self.title.is_some() }
    }
}

/// All of a text, in order.
pub(super) fn units(body: &str) -> Vec<Unit> {
    let mut cutter = Cutter { body, at: (0, 0), units: Vec::new() };
    let mut announced = false;
    for block in blocks::blocks(body) {
        cutter.block(&block, announced);
        announced = body[block.bytes.clone()].trim_end_matches(['*', '_']).ends_with(':');
    }
    cutter.units
}

struct Cutter<'a> {
    body: &'a str,
    /// The same place in bytes and in characters.
    at: (usize, usize),
    units: Vec<Unit>,
}

impl Cutter<'_> {
    fn block(&mut self, block: &Block, announced: bool) {
        let Block { kind, bytes } = block;
        let text = &self.body[bytes.clone()];
        let first = match kind {
            Kind::Title(level) => Cut::Title(*level),
            _ if announced => Cut::Announced,
            Kind::Item => Cut::Item,
            _ => Cut::Block,
        };
        match kind {
            Kind::Title(level) => self.title(bytes.clone(), *level),
            Kind::Paragraph if length(text) <= SHORT => self.add(bytes.clone(), first, MOST),
            Kind::Paragraph => self.parts(bytes, &inline::sentences(text), first, Cut::Sentence),
            Kind::Item if length(text) <= CAP => self.add(bytes.clone(), first, CAP),
            Kind::Item => self.long_item(bytes, first),
            Kind::Table | Kind::Code if length(text) <= MOST => self.add(bytes.clone(), first, MOST),
            Kind::Table => self.parts(bytes, &rows(self.body, bytes), first, Cut::Row),
            Kind::Code => self.long_code(bytes, first),
        }
    }

    fn title(&mut self, bytes: Range<usize>, level: u8) {
        let name = self.body[bytes.clone()].trim_matches('#').trim().trim_matches('*').trim().to_owned();
        let from = self.units.len();
        self.add(bytes, Cut::Title(level), CAP);
        if let Some(unit) = self.units.get_mut(from).filter(|_| !name.is_empty()) {
            unit.title = Some((level, name));
        }
    }

    /// Cut where its own items begin, else at sentences.
    fn long_item(&mut self, bytes: &Range<usize>, first: Cut) {
        let nested = |line: &Range<usize>| blocks::marker(self.body[line.clone()].trim()).is_some();
        let lines = blocks::lines(self.body, bytes.clone());
        let inner: Vec<usize> =
            lines.iter().skip(1).filter(|line| nested(line)).map(|line| line.start - bytes.start).collect();
        let mut cut = first;
        for part in between(bytes, &inner) {
            let text = &self.body[part.clone()];
            if length(text) <= CAP {
                self.add(part, cut, CAP);
            } else {
                self.parts(&part, &inline::sentences(text), cut, Cut::Sentence);
            }
            cut = Cut::Item;
        }
    }

    /// Cut at empty lines; what is too long even then, at lines.
    fn long_code(&mut self, bytes: &Range<usize>, first: Cut) {
        let lines = blocks::lines(self.body, bytes.clone());
        let is_empty = |line: &Range<usize>| self.body[line.clone()].trim().is_empty();
        let groups: Vec<usize> = lines
            .windows(2)
            .filter(|pair| is_empty(&pair[0]) && !is_empty(&pair[1]))
            .map(|pair| pair[1].start - bytes.start)
            .collect();
        let mut cut = first;
        for group in between(bytes, &groups) {
            if length(&self.body[group.clone()]) <= CAP {
                self.add(group, cut, CAP);
            } else {
                self.parts(&group, &rows(self.body, &group), cut, Cut::Lines);
            }
            cut = Cut::Lines;
        }
    }

    fn parts(&mut self, bytes: &Range<usize>, inner: &[usize], first: Cut, then: Cut) {
        let mut cut = first;
        for part in between(bytes, inner) {
            self.add(part, cut, if then == Cut::Sentence { MOST } else { CAP });
            cut = then;
        }
    }

    /// A unit; several when it is longer than that.
    fn add(&mut self, bytes: Range<usize>, cut: Cut, most: usize) {
        let bytes = trimmed(self.body, bytes);
        let text = &self.body[bytes.clone()];
        if length(text) <= most {
            self.push(bytes, cut);
            return;
        }
        let mut cut = cut;
        for part in runs(text, &inline::words(text)) {
            let part = bytes.start + part.start..bytes.start + part.end;
            for piece in capped(self.body, trimmed(self.body, part)) {
                // A cut within a long formula may fall on a space.
                self.push(trimmed(self.body, piece), cut);
                cut = Cut::Nowhere;
            }
            cut = Cut::Word;
        }
    }

    fn push(&mut self, bytes: Range<usize>, cut: Cut) {
        if bytes.is_empty() {
            return;
        }
        let start = self.chars(bytes.start);
        let end = self.chars(bytes.end);
        self.units.push(Unit { bytes, chars: start..end, title: None, cut });
    }

    /// The character at a byte; asked for in order.
    fn chars(&mut self, byte: usize) -> usize {
        self.at = (byte, self.at.1 + self.body[self.at.0..byte].chars().count());
        self.at.1
    }
}

fn length(text: &str) -> usize {
    // No text has more characters than bytes: most are short enough without counting.
    if tokens(text.len()) <= SHORT { tokens(text.len()) } else { tokens(text.chars().count()) }
}

/// The parts of a range that begin at its start and at these places within it.
fn between(bytes: &Range<usize>, inner: &[usize]) -> Vec<Range<usize>> {
    let starts = std::iter::once(bytes.start).chain(inner.iter().map(|at| bytes.start + at));
    let ends = inner.iter().map(|at| bytes.start + at).chain([bytes.end]);
    starts.zip(ends).map(|(start, end)| start..end).collect()
}

/// Where the lines of a part begin, from its start; the first one not counted.
fn rows(body: &str, part: &Range<usize>) -> Vec<usize> {
    blocks::lines(body, part.clone()).iter().skip(1).map(|line| line.start - part.start).collect()
}

/// A long text as runs of words that are about a fifth of a passage each, so that they can be grouped well.
fn runs(text: &str, words: &[usize]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for pair in words.windows(2) {
        if tokens(pair[1] - start) > SHORT {
            runs.push(start..pair[0]);
            start = pair[0];
        }
    }
    runs.extend(words.last().filter(|last| **last > start && text.len() - start > 4 * MOST).map(|last| {
        let run = start..*last;
        start = *last;
        run
    }));
    runs.push(start..text.len());
    runs.retain(|run| !run.is_empty());
    runs
}

/// What is longer than [`CAP`], cut there.
fn capped(body: &str, bytes: Range<usize>) -> Vec<Range<usize>> {
    let text = &body[bytes.clone()];
    let starts: Vec<usize> = text.char_indices().step_by(4 * CAP).map(|(at, _)| at).skip(1).collect();
    between(&bytes, &starts)
}

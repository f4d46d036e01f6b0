//! The blocks of a text in Markdown: titles, paragraphs, list items with all that is indented under them, tables, code.

use std::ops::Range;

use super::inline;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A title of this level, 1 to 6.
    Title(u8),
    /// Lines of text, with the formulas among them.
    Paragraph,
    /// A list item.
    Item,
    /// Rows that start with `|`.
    Table,
    /// Lines between fences.
    Code,
}

/// A block and where it stands, in bytes, without white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub kind: Kind,
    pub bytes: Range<usize>,
}

/// The lines of a part of a text, without their ends.
pub(super) fn lines(body: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut at = part.start;
    body[part]
        .split('\n')
        .map(|line| {
            let start = at;
            at += line.len() + 1;
            start..start + line.len()
        })
        .collect()
}

/// The part without the white space around it; empty at its end if there is nothing else.
pub(super) fn trimmed(body: &str, part: Range<usize>) -> Range<usize> {
    let text = &body[part.clone()];
    let start = part.end - text.trim_start().len();
    start..start + text.trim().len()
}

/// The blocks of the whole text.
pub(super) fn blocks(body: &str) -> Vec<Block> {
    let lines = lines(body, 0..body.len());
    let reader = Reader { body, lines: &lines };
    let (mut blocks, mut at) = (Vec::new(), 0);
    while at < lines.len() {
        let first = at;
        let Some(kind) = reader.kind(at) else {
            at += 1;
            continue;
        };
        at = match kind {
            Kind::Title(_) => at + 1,
            Kind::Paragraph => reader.end_of_paragraph(at),
            Kind::Item => reader.end_of_item(at),
            Kind::Table => reader.end_of_table(at),
            Kind::Code => reader.end_of_code(at),
        };
        let bytes = trimmed(body, lines[first].start..lines[at - 1].end);
        if !bytes.is_empty() {
            blocks.push(Block { kind, bytes });
        }
    }
    blocks
}

struct Reader<'a> {
    body: &'a str,
    lines: &'a [Range<usize>],
}

impl<'a> Reader<'a> {
    fn line(&self, at: usize) -> &'a str {
        &self.body[self.lines[at].clone()]
    }

    /// What begins on this line; nothing on an empty one.
    fn kind(&self, at: usize) -> Option<Kind> {
        let text = self.line(at).trim();
        Some(if text.is_empty() {
            return None;
        } else if let Some(level) = title_level(text) {
            Kind::Title(level)
        } else if fence(text).is_some() {
            Kind::Code
        } else if text.starts_with('|') {
            Kind::Table
        } else if marker(text).is_some() {
            Kind::Item
        } else {
            Kind::Paragraph
        })
    }

    fn indent(&self, at: usize) -> usize {
        let line = self.line(at);
        line.len() - line.trim_start().len()
    }

    fn end_of_code(&self, opening: usize) -> usize {
        let Some((sign, length)) = fence(self.line(opening).trim()) else { return opening + 1 };
        let closes = |at: &usize| {
            let text = self.line(*at).trim();
            text.len() >= length && text.chars().all(|other| other == sign)
        };
        (opening + 1..self.lines.len()).find(closes).map_or(self.lines.len(), |at| at + 1)
    }

    fn end_of_table(&self, first: usize) -> usize {
        (first + 1..self.lines.len()).find(|at| self.kind(*at) != Some(Kind::Table)).unwrap_or(self.lines.len())
    }

    /// A line inside of an open `$$` never begins something else, whatever it looks like.
    fn end_of_paragraph(&self, first: usize) -> usize {
        let mut open = inline::toggles_formula(self.line(first));
        for at in first + 1..self.lines.len() {
            let ends = match self.kind(at) {
                None => true,
                Some(Kind::Paragraph) => false,
                // As in Markdown: only a list that begins with 1 interrupts a paragraph.
                Some(Kind::Item) => !open && marker(self.line(at).trim()).is_some_and(|number| number <= 1),
                Some(_) => !open,
            };
            if ends {
                return at;
            }
            open ^= inline::toggles_formula(self.line(at));
        }
        self.lines.len()
    }

    fn end_of_item(&self, first: usize) -> usize {
        let indent = self.indent(first);
        let mut open = inline::toggles_formula(self.line(first));
        let (mut at, mut end) = (first + 1, first + 1);
        while at < self.lines.len() {
            let Some(kind) = self.kind(at) else {
                open = false;
                at += 1;
                continue;
            };
            let inside = self.indent(at) > indent;
            // Text that follows without an empty line is still the item's.
            let follows = at == end && (open || kind == Kind::Paragraph);
            if !inside && !follows {
                break;
            }
            open ^= inline::toggles_formula(self.line(at));
            at = if kind == Kind::Code && !open { self.end_of_code(at) } else { at + 1 };
            end = at;
        }
        end
    }
}

/// The level of a title.
fn title_level(text: &str) -> Option<u8> {
    let level = text.bytes().take_while(|sign| *sign == b'#').count();
    let rest = &text[level..];
    (1..=6).contains(&level).then_some(())?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| u8::try_from(level).unwrap_or(6))
}

/// The sign and the length of a fence of code.
fn fence(text: &str) -> Option<(char, usize)> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = text.chars().take_while(|other| *other == sign).count();
    (length >= 3 && !text[length..].contains('`')).then_some((sign, length))
}

/// The number of a list item; 0 for one without.
pub(super) fn marker(text: &str) -> Option<u32> {
    let spaced = |rest: &str| rest.starts_with([' ', '\t', '\u{a0}']);
    if let Some(rest) = text.strip_prefix(['-', '*', '+', '•', '–']) {
        return spaced(rest).then_some(0);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(['.', ')'])?;
    if (1..=3).contains(&digits) && spaced(rest) { text[..digits].parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<(Kind, &str)> {
        blocks(body).into_iter().map(|block| (block.kind, &body[block.bytes])).collect()
    }

    #[test]
    fn a_text_is_titles_paragraphs_items_tables_and_code() {
        let body = "# Suites\n\nUne phrase\nsur deux lignes.\n- un\n- deux\n  suite\n\n  encore\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\n# pas un titre\n\nx = 1\n```\nFin";
        assert_eq!(
            found(body),
            [
                (Kind::Title(1), "# Suites"),
                (Kind::Paragraph, "Une phrase\nsur deux lignes."),
                (Kind::Item, "- un"),
                (Kind::Item, "- deux\n  suite\n\n  encore"),
                (Kind::Table, "| a | b |\n|---|---|\n| 1 | 2 |"),
                (Kind::Code, "```python\n# pas un titre\n\nx = 1\n```"),
                (Kind::Paragraph, "Fin"),
            ]
        );
    }

    #[test]
    fn a_formula_on_lines_of_its_own_belongs_to_its_paragraph() {
        let body = "Donc :\n$$\n\\begin{aligned}\n- x &= 2 \\\\\n# y\n\\end{aligned}\n$$\nSoit x.";
        assert_eq!(found(body), [(Kind::Paragraph, body)]);
    }

    #[test]
    fn an_item_holds_what_is_indented_under_it() {
        let body = "1. Poser :\n   - a\n   - b\n\n   ```python\nx\n   ```\n2. Conclure";
        assert_eq!(found(body).len(), 2, "{:?}", found(body));
    }

    #[test]
    fn a_year_at_the_start_of_a_line_is_no_list() {
        assert_eq!(found("En\n1986. Une année.").len(), 1);
        assert_eq!(
            found("###### x\n####### y").iter().map(|it| it.0).collect::<Vec<_>>(),
            [Kind::Title(6), Kind::Paragraph]
        );
    }
}

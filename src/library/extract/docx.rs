//! The text of a Word file as Markdown: headings, paragraphs, lists and tables of its main part. Nothing else of the
//! archive is opened.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Cursor, Read},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::Refusal;

/// Most bytes of XML that are read, whatever the archive says of itself.
const MOST_XML: u64 = 64 << 20;
/// Deepest nesting of tables that keeps its cells.
const DEEPEST: usize = 16;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The Markdown of a Word file.
pub(super) fn read(bytes: &[u8]) -> Result<String, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Broken)?;
    let levels = heading_styles(&mut archive)?;
    let part = part(&mut archive, "word/document.xml")?.ok_or(Refusal::Broken)?;
    let mut writer = Writer { levels, ..Writer::default() };
    each(part.as_slice(), |event| writer.take(event))?;
    Ok(writer.out.trim().to_owned())
}

/// A part of the archive, within the limit.
fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(MOST_XML + 1).read_to_end(&mut bytes).map_err(|_| Refusal::Broken)?;
    if bytes.len() as u64 > MOST_XML { Err(Refusal::TooLarge) } else { Ok(Some(bytes)) }
}

/// Calls with every event of an XML text. References to entities of its own are left out, so none can grow.
fn each(xml: &[u8], mut take: impl FnMut(&Event<'_>)) -> Result<(), Refusal> {
    let mut reader = Reader::from_reader(BufReader::new(xml));
    each_of(&mut reader, &mut take)
}

fn each_of(reader: &mut Reader<impl BufRead>, take: &mut impl FnMut(&Event<'_>)) -> Result<(), Refusal> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Refusal::Broken)? {
            Event::Eof => return Ok(()),
            event => take(&event),
        }
    }
}

/// Style id to heading level, from `word/styles.xml`: the ids depend on the language of Word, the outline level does not.
fn heading_styles(archive: &mut Archive<'_>) -> Result<HashMap<String, usize>, Refusal> {
    let mut levels = HashMap::new();
    let Some(styles) = part(archive, "word/styles.xml")? else { return Ok(levels) };
    let mut style = String::new();
    each(&styles, |event| {
        let (Event::Start(tag) | Event::Empty(tag)) = event else { return };
        match tag.local_name().as_ref() {
            "style" => style = attribute(tag, "styleId").unwrap_or_default(),
            "outlineLvl" => {
                let level = attribute(tag, "val").and_then(|level| level.parse::<usize>().ok());
                if let Some(level) = level.filter(|level| *level < 6) {
                    levels.insert(style.clone(), level + 1);
                }
            }
            _ => {}
        }
    })?;
    Ok(levels)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}

/// Writes Markdown from the events of the main part.
#[derive(Default)]
struct Writer {
    levels: HashMap<String, usize>,
    out: String,
    paragraph: String,
    level: usize,
    bullet: Option<usize>,
    /// Cells of the row being read, for each table around it.
    tables: Vec<Table>,
    /// Inside of `w:t` or `m:t`.
    in_text: bool,
    /// Inside of something that was deleted, or a second form of what stands elsewhere.
    skipped: usize,
}

#[derive(Default)]
struct Table {
    cells: Vec<String>,
    rows: usize,
}

impl Writer {
    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::Empty(tag) => {
                self.open(tag);
                self.close(tag.local_name().as_ref());
            }
            Event::End(tag) => self.close(tag.local_name().as_ref()),
            Event::Text(text) if self.in_text && self.skipped == 0 => {
                self.paragraph.push_str(text);
            }
            Event::GeneralRef(name) if self.in_text && self.skipped == 0 => {
                let known = match &**name {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => name.resolve_char_ref().ok().flatten(),
                };
                self.paragraph.extend(known);
            }
            _ => {}
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "del" | "moveFrom" | "Fallback" => self.skipped += 1,
            "p" => (self.level, self.bullet) = (0, None),
            "pStyle" => self.level = attribute(tag, "val").and_then(|id| self.levels.get(&id).copied()).unwrap_or(0),
            "outlineLvl" => {
                self.level = attribute(tag, "val")
                    .and_then(|level| level.parse::<usize>().ok())
                    .map_or(0, |level| if level < 6 { level + 1 } else { 0 });
            }
            "numPr" => self.bullet = Some(self.bullet.unwrap_or(0)),
            "ilvl" => self.bullet = attribute(tag, "val").and_then(|level| level.parse().ok()),
            "t" => self.in_text = true,
            "tab" if self.bullet.is_none() || !self.paragraph.is_empty() => self.paragraph.push(' '),
            "br" | "cr" => self.paragraph.push('\n'),
            "tbl" if self.tables.len() < DEEPEST => self.tables.push(Table::default()),
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.cells.push(String::new());
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "del" | "moveFrom" | "Fallback" => self.skipped = self.skipped.saturating_sub(1),
            "t" => self.in_text = false,
            "p" => self.end_paragraph(),
            "tr" => self.end_row(),
            "tbl" => {
                self.tables.pop();
                self.out.push('\n');
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.cells.last_mut()) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&text.replace('\n', " ").replace('|', "\\|"));
            return;
        }
        match (self.level, self.bullet) {
            (0, Some(depth)) => {
                self.out.push_str(&"  ".repeat(depth.min(8)));
                self.out.push_str("- ");
                self.out.push_str(&text.replace('\n', " "));
                self.out.push('\n');
                return;
            }
            (0, None) => self.out.push('\n'),
            (level, _) => {
                self.out.push('\n');
                self.out.push_str(&"#".repeat(level));
                self.out.push(' ');
            }
        }
        self.out.push_str(&if self.level > 0 { text.replace('\n', " ") } else { text.to_owned() });
        self.out.push('\n');
    }

    fn end_row(&mut self) {
        let inner = self.tables.len() > 1;
        let Some(table) = self.tables.last_mut() else { return };
        let cells = std::mem::take(&mut table.cells);
        table.rows += 1;
        let first = table.rows == 1;
        if inner {
            // A table in a cell is told in that cell.
            let told = cells.join(", ");
            if let Some(cell) = self.tables.iter_mut().rev().nth(1).and_then(|outer| outer.cells.last_mut()) {
                if !cell.is_empty() {
                    cell.push_str(" ; ");
                }
                cell.push_str(&told);
            }
            return;
        }
        if first {
            self.out.push('\n');
        }
        self.out.push_str(&format!("| {} |\n", cells.join(" | ")));
        if first {
            self.out.push_str(&format!("|{}\n", " --- |".repeat(cells.len().max(1))));
        }
    }
}

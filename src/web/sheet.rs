//! Lists as files that a French spreadsheet opens with a double click: UTF-8 with its mark, semicolons, and no cell that
//! is taken for a formula.

use chrono::{DateTime, Utc};
use chrono_tz::Africa::Tunis;
use poem::{Response, http::header};

use crate::error::{Error, Result};

/// Most lines of a file.
pub const MOST_LINES: i64 = 100_000;
/// Tells spreadsheets that the file is UTF-8.
pub const BOM: &str = "\u{feff}";

/// An answer that the browser saves under this name.
pub fn attachment(name: &str, content: String) -> Response {
    Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(header::CACHE_CONTROL, "no-store")
        .body(content)
}

/// The file: names of the columns, then the lines.
pub fn table<const COLUMNS: usize>(
    head: [&str; COLUMNS],
    lines: impl IntoIterator<Item = [String; COLUMNS]>,
) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(head).map_err(Error::internal)?;
    for cells in lines {
        writer.write_record(cells.map(harmless)).map_err(Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
    Ok(format!("{BOM}{}", String::from_utf8(bytes).map_err(Error::internal)?))
}

/// A day as spreadsheets know one: "02/03/2026".
pub fn day(at: DateTime<Utc>) -> String {
    at.with_timezone(&Tunis).format("%d/%m/%Y").to_string()
}

/// An hour as they know one: "00:30".
pub fn hour(at: DateTime<Utc>) -> String {
    at.with_timezone(&Tunis).format("%H:%M").to_string()
}

/// A cell that no spreadsheet takes for a formula; phones begin with a plus sign.
fn harmless(cell: String) -> String {
    let dialled =
        cell.starts_with('+') && cell.chars().skip(1).all(|sign| sign.is_ascii_digit() || " .-()/".contains(sign));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !dialled { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let cell = |text: &str| harmless(text.to_owned());
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("+1+cmd|' /C calc'!A0"), "'+1+cmd|' /C calc'!A0");
        assert_eq!(cell("+216 20 123 456"), "+216 20 123 456");
        assert_eq!(cell("Ben Salah"), "Ben Salah");
    }

    #[test]
    fn a_file_has_its_mark_its_head_and_its_lines() {
        let file = table(["Nom", "Note"], [["Ben Salah".to_owned(), "a;b".to_owned()]]).expect("file");
        assert_eq!(file, "\u{feff}Nom;Note\nBen Salah;\"a;b\"\n");
    }
}

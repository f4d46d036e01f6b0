//! Lists as files that a French spreadsheet opens with a double click: UTF-8 with its mark, semicolons.

use poem::{Response, http::header};

use crate::error::{Error, Result};

/// Tells spreadsheets that the file is UTF-8.
pub const BOM: &str = "\u{feff}";
/// Most lines of a file.
pub const MOST_LINES: i64 = 100_000;

/// The whole file: a head and its lines, every cell harmless.
pub fn table<const N: usize>(head: [&str; N], lines: impl IntoIterator<Item = [String; N]>) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(head).map_err(Error::internal)?;
    for cells in lines {
        writer.write_record(cells.map(|cell| harmless(&cell))).map_err(Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::internal(anyhow::anyhow!("{error}")))?;
    Ok(format!("{BOM}{}", String::from_utf8(bytes).map_err(Error::internal)?))
}

/// An answer that the browser saves under this name.
pub fn attachment(name: &str, content: String) -> Response {
    Response::builder()
        .content_type("text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(header::CACHE_CONTROL, "no-store")
        .body(content)
}

/// A cell that no spreadsheet takes for a formula; phones begin with a plus sign.
fn harmless(cell: &str) -> String {
    let dialled =
        cell.starts_with('+') && cell.chars().skip(1).all(|sign| sign.is_ascii_digit() || " .-()/".contains(sign));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !dialled { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("+1+cmd|' /C calc'!A0"), "'+1+cmd|' /C calc'!A0");
        assert_eq!(harmless("+216 20 123 456"), "+216 20 123 456");
        assert_eq!(harmless("Ben Salah"), "Ben Salah");
    }

    #[test]
    fn a_table_opens_in_a_spreadsheet() {
        let file = table(["Nom", "Note"], [["Élève; un".to_owned(), "=1".to_owned()]]).expect("file");
        assert_eq!(file, "\u{feff}Nom;Note\n\"Élève; un\";'=1\n");
    }
}

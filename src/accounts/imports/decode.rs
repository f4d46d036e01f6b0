//! The text of a file, whatever program wrote it: UTF-8 (with or without its mark) or Windows-1252, `;` or `,`.

/// The text, with the line ends of Unix. What is not UTF-8 is Windows-1252: the two never look alike once there is an accent.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    // One kind of line end: the csv crate counts two bytes of one as it pleases.
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The sign between cells: the one that the first line has more of, outside quotes.
pub(super) fn delimiter(text: &str) -> u8 {
    let (mut quoted, mut semicolons, mut commas, mut tabs) = (false, 0, 0, 0);
    for sign in text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().chars() {
        match sign {
            '"' => quoted = !quoted,
            ';' if !quoted => semicolons += 1,
            ',' if !quoted => commas += 1,
            '\t' if !quoted => tabs += 1,
            _ => {}
        }
    }
    if tabs > semicolons.max(commas) {
        b'\t'
    } else if commas > semicolons {
        b','
    } else {
        b';'
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_usual_program_is_read() {
        assert_eq!(text("Éloïse;Œuvrard".as_bytes()), "Éloïse;Œuvrard");
        assert_eq!(text(b"\xef\xbb\xbfnom;pr\xc3\xa9nom"), "nom;prénom");
        assert_eq!(text(b"\xc9lo\xefse;\x8cuvrard;L\x92H\xf4te"), "Éloïse;Œuvrard;L’Hôte");
        assert_eq!(text(b""), "");
    }

    #[test]
    fn the_sign_between_cells_is_found() {
        assert_eq!(delimiter("nom;prénom,s;classe"), b';');
        assert_eq!(delimiter("nom,prénom,classe"), b',');
        assert_eq!(delimiter("\"nom, prénom\";classe"), b';');
        assert_eq!(delimiter("nom"), b';');
    }
}

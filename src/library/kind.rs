//! What an uploaded file is: its content decides, never its name alone.

use std::io::{self, Read, Seek, SeekFrom};

use super::{
    extract::{Bomb, look_into_archive},
    model::Media,
};

/// Why a file is not taken, as the person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing in it.
    Empty,
    /// Text, but not in UTF-8.
    OtherEncoding,
    /// An old Word file.
    OldWord,
    /// A picture.
    Picture,
    /// An archive that expands beyond bounds.
    Bomb,
    /// Anything else.
    Unknown,
}

impl Unfit {
    /// What happened and what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Ce fichier est vide.",
            Self::OtherEncoding => {
                "Ce texte n’est pas en UTF-8. Enregistrez-le avec l’encodage UTF-8, puis envoyez-le de nouveau."
            }
            Self::OldWord => {
                "Ce fichier est d’un ancien format de Word (.doc). Enregistrez-le au format .docx ou en PDF."
            }
            Self::Picture => {
                "Ce fichier est une image : son texte ne peut pas encore être lu. Envoyez un PDF avec du texte, un fichier Word, Markdown ou texte."
            }
            Self::Bomb => "Cette archive est refusée : une fois ouverte, elle serait démesurée.",
            Self::Unknown => {
                "Ce type de fichier n’est pas accepté. Envoyez un PDF, un fichier Word (.docx), Markdown ou texte (UTF-8)."
            }
        }
    }
}

/// What the file is. Reads it once, a piece at a time.
pub fn of(mut file: impl Read + Seek, name: &str) -> io::Result<Result<Media, Unfit>> {
    let mut head = Vec::new();
    file.by_ref().take(1024).read_to_end(&mut head)?;
    if head.is_empty() {
        return Ok(Err(Unfit::Empty));
    }
    if head.trim_ascii_start().starts_with(b"%PDF-") {
        return Ok(Ok(Media::Pdf));
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok(match look_into_archive(&mut file)? {
            Ok(Some(names)) if names.iter().any(|name| name == "word/document.xml") => Ok(Media::Docx),
            Ok(_) => Err(Unfit::Unknown),
            Err(Bomb) => Err(Unfit::Bomb),
        });
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Ok(Err(Unfit::OldWord));
    }
    let pictures: [&[u8]; 6] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"BM", b"II*\0", b"MM\0*"];
    let picture = pictures.iter().any(|mark| head.starts_with(mark));
    file.seek(SeekFrom::Start(0))?;
    Ok(match text(file)? {
        Ok(()) if is_markdown(name) => Ok(Media::Markdown),
        Ok(()) => Ok(Media::Text),
        Err(_) if picture => Err(Unfit::Picture),
        Err(unfit) => Err(unfit),
    })
}

fn is_markdown(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}

/// Whether it is text in UTF-8, all of it, and not blank.
fn text(mut file: impl Read) -> io::Result<Result<(), Unfit>> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut kept, mut blank, mut wrong) = (0, true, false);
    loop {
        let read = file.read(&mut buffer[kept..])?;
        let filled = kept + read;
        let bytes = &buffer[..filled];
        if bytes[kept..].iter().any(|byte| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)) {
            return Ok(Err(Unfit::Unknown));
        }
        let whole = match std::str::from_utf8(bytes) {
            Ok(text) => text.len(),
            // A sign that the buffer cuts is looked at with what follows.
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(error) => {
                wrong = true;
                // Looked at to the end: a NUL says that this is no text at all.
                if read == 0 { error.valid_up_to() } else { filled }
            }
        };
        blank &= bytes.iter().all(u8::is_ascii_whitespace);
        if read == 0 {
            return Ok(match (wrong, blank) {
                (true, _) => Err(Unfit::OtherEncoding),
                (_, true) => Err(Unfit::Empty),
                _ => Ok(()),
            });
        }
        buffer.copy_within(whole..filled, 0);
        kept = filled - whole;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn kind(name: &str, bytes: &[u8]) -> Result<Media, Unfit> {
        of(Cursor::new(bytes.to_vec()), name).expect("read")
    }

    #[test]
    fn the_content_decides_and_the_name_only_tells_markdown_from_text() {
        assert_eq!(kind("cours.exe", b"%PDF-1.7\n"), Ok(Media::Pdf));
        assert_eq!(kind("cours.pdf", b"MZ\x90\0\x03\0\0\0programme"), Err(Unfit::Unknown));
        assert_eq!(kind("cours.MD", "# Été".as_bytes()), Ok(Media::Markdown));
        assert_eq!(kind("cours.pdf", "Été".as_bytes()), Ok(Media::Text));
        assert_eq!(kind("photo.pdf", b"\x89PNG\r\n\x1a\n\0\0"), Err(Unfit::Picture));
        assert_eq!(kind("vieux.docx", b"\xD0\xCF\x11\xE0\xA1\xB1"), Err(Unfit::OldWord));
    }

    #[test]
    fn text_that_is_empty_or_holds_nuls_or_latin_1_is_refused_and_says_why() {
        assert_eq!(kind("a.txt", b""), Err(Unfit::Empty));
        assert_eq!(kind("a.txt", b" \n\n "), Err(Unfit::Empty));
        assert_eq!(kind("a.txt", b"texte\0nul"), Err(Unfit::Unknown));
        assert_eq!(kind("a.txt", b"\xE9t\xE9 en latin-1"), Err(Unfit::OtherEncoding));
        assert_eq!(
            kind("a.txt", "coupé en deux \u{e9}".as_bytes().split_last().expect("bytes").1),
            Err(Unfit::OtherEncoding)
        );
    }

    #[test]
    fn a_sign_across_two_readings_is_one_sign() {
        let long = format!("{}é{}", "a".repeat(64 * 1024 - 1), "œ".repeat(70_000));
        assert_eq!(kind("a.txt", long.as_bytes()), Ok(Media::Text));
    }
}

//! Files for tests, made by hand.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

/// A PDF whose pages hold these lines, in Helvetica and the Windows alphabet; what is drawn is where a program puts it.
pub fn pdf(pages: &[&[&str]]) -> Vec<u8> {
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".as_bytes().to_vec(), Vec::new()];
    objects.push(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec());
    let mut kids = String::new();
    for lines in pages {
        let mut content = b"BT /F1 11 Tf 14 TL 60 780 Td\n".to_vec();
        for line in *lines {
            content.push(b'(');
            let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(line);
            for byte in bytes.iter() {
                if b"()\\".contains(byte) {
                    content.push(b'\\');
                }
                content.push(*byte);
            }
            content.extend_from_slice(b") Tj T*\n");
        }
        content.extend_from_slice(b"ET");
        let stream = objects.len() + 1;
        let mut object = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
        object.extend_from_slice(&content);
        object.extend_from_slice(b"\nendstream");
        objects.push(object);
        objects.push(
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {stream} 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
                .into_bytes(),
        );
        kids.push_str(&format!("{} 0 R ", stream + 1));
    }
    objects[1] = format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", pages.len()).into_bytes();
    assemble(&objects, "")
}

/// A PDF that was cut off before what is on its page.
pub fn cut_pdf() -> Vec<u8> {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>".to_vec(),
        b"<< /Length 9000 >>\nstream\n".to_vec(),
    ];
    let whole = assemble(&objects, "");
    let cut = whole.windows(6).position(|six| six == b"stream").unwrap_or_default();
    whole[..cut].to_vec()
}

/// A PDF that needs a password.
pub fn locked_pdf() -> Vec<u8> {
    let key = "00".repeat(32);
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{key}> /U <{key}> >>").into_bytes(),
    ];
    assemble(&objects, "/Encrypt 3 0 R /ID [<0123456789ABCDEF0123456789ABCDEF> <0123456789ABCDEF0123456789ABCDEF>]")
}

fn assemble(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", at + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let size = objects.len() + 1;
    file.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n").as_bytes(),
    );
    file
}

/// A zip archive.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).expect("entry");
        archive.write_all(content).expect("content");
    }
    archive.finish().expect("archive").into_inner()
}

/// A Word file with a heading, accents, a list, a table, a deleted word and a formula.
pub fn docx() -> Vec<u8> {
    let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="Titre1"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>"#;
    let body = r#"<w:document xmlns:w="w" xmlns:m="m"><w:body>
        <w:p><w:pPr><w:pStyle w:val="Titre1"/></w:pPr><w:r><w:t>Dérivation &amp; variations</w:t></w:r></w:p>
        <w:p><w:r><w:t xml:space="preserve">Soit </w:t></w:r><m:oMath><m:r><m:t>f(x) &lt; 3</m:t></m:r></m:oMath><w:del><w:r><w:t>effacé</w:t></w:r></w:del></w:p>
        <w:p><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr><w:r><w:t>un point</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>f(x)</w:t></w:r></w:p></w:tc></w:tr>
        <w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>a|b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
        </w:body></w:document>"#;
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/styles.xml", styles.as_bytes()),
        ("word/document.xml", body.as_bytes()),
    ])
}

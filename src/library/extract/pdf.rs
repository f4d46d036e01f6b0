//! The text of a PDF, page by page. hayro reads the file (no unsafe code of its own, made for hostile files); where
//! letters stand decides the order ([`super::layout`]), since many files draw their columns line by line.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt as _,
    font::{Glyph as Shape, GlyphRun},
    hayro_cmap::BfString,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page},
    interpret_page,
    kurbo::{BezPath, Point, Rect},
};

use super::{MOST_CHARS, Refusal, Said, Say, layout};

/// Most glyphs of a page that are looked at: a poster full of small print has fewer.
const MOST_GLYPHS: usize = 200_000;
/// How far from its end a whole file says that it ends.
const TAIL: usize = 1024;
/// Most pages of a document.
const MOST_PAGES: usize = 3_000;

/// Says the pages from this one on.
pub(super) fn read(bytes: Vec<u8>, from: u32, say: &mut Say<'_>) -> anyhow::Result<()> {
    let cut = is_cut(&bytes);
    let pdf = match Pdf::new(bytes) {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm)) => {
            return say(&Said::Refused(Refusal::Locked));
        }
        Err(_) => return say(&Said::Refused(Refusal::Broken)),
    };
    let pages = pdf.pages();
    match pages.len() {
        0 => return say(&Said::Refused(Refusal::Broken)),
        count if count > MOST_PAGES => return say(&Said::Refused(Refusal::TooLarge)),
        count => say(&Said::Pages(count as u32))?,
    }
    let cache = InterpreterCache::new();
    let mut length = 0;
    for (at, page) in pages.iter().enumerate().skip(from.saturating_sub(1) as usize) {
        let number = at as u32 + 1;
        match catch_unwind(AssertUnwindSafe(|| text_of(&pdf, page, &cache))) {
            Ok(text) => {
                length += text.len();
                if length > 2 * MOST_CHARS {
                    return say(&Said::Refused(Refusal::TooLarge));
                }
                // The pages of a file that is cut off may be there without what is on them: that is no scan.
                let lost = cut && text.trim().is_empty();
                say(&if lost { Said::Bad(number) } else { Said::Page(number, text) })?;
            }
            Err(_) => say(&Said::Bad(number))?,
        }
    }
    Ok(())
}

/// Whether the end of the file is missing.
fn is_cut(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    !tail.windows(5).any(|five| five == b"%%EOF")
}

fn text_of<'a>(pdf: &'a Pdf, page: &Page<'a>, cache: &InterpreterCache<'a>) -> String {
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let place = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(place, area, cache, pdf.xref(), InterpreterSettings::default());
    let mut reader = Reader { area, glyphs: Vec::new() };
    interpret_page(page, &mut context, &mut reader);
    layout::text(&reader.glyphs)
}

/// Hears what is drawn and keeps the letters.
struct Reader {
    area: Rect,
    glyphs: Vec<layout::Glyph>,
}

impl Device<'_> for Reader {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(sign)) => sign.to_string(),
                Some(BfString::String(text)) => text,
                None => continue,
            };
            let advance = match &**glyph {
                Shape::Outline(outline) => outline.advance_width(),
                Shape::Type3(shape) => shape.advance_width(),
            };
            let place = props.transform * glyph.transform();
            let [a, b, c, d, x, y] = place.as_coeffs();
            // A thousandth of the font's size is the unit of a glyph; letters that stand on their side or head are
            // no part of the text (stamps, axes).
            let (size, upright) = (1000.0 * c.hypot(d), a > 0.0 && b.abs() < 0.2 * a);
            if upright && self.area.contains(Point::new(x, y)) && self.glyphs.len() < MOST_GLYPHS {
                let width = f64::from(advance.unwrap_or(500.0)) * a.hypot(b);
                self.glyphs.push(layout::Glyph { x, y, width, size, text });
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

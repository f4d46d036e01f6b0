//! QR codes as inline SVG: dark on white in every colour scheme, because cameras expect it.

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around a code, as the standard wants.
const QUIET: usize = 4;

/// The text as a QR code with a title; the text itself when it is too long for one.
pub fn code(text: &str, title: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return html! { p { code { (text) } } };
    };
    let size = code.width() + 2 * QUIET;
    let view = format!("0 0 {size} {size}");
    html! {
        svg class="qr" viewBox=(view) role="img" aria-label=(title) shape-rendering="crispEdges" {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(dark(&code)) fill="#000" {}
        }
    }
}

/// One horizontal bar for each run of dark modules.
fn dark(code: &QrCode) -> String {
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run[0] == Color::Dark {
                path.push_str(&format!("M{} {}h{len}v1h-{len}z", x + QUIET, y + QUIET, len = run.len()));
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bars_cover_exactly_the_dark_modules() {
        let text = "https://nexus.example/auth/activate?token=act_0123456789abcdef0123456789abcdef";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("fits");
        let covered: usize = dark(&code)
            .split('h')
            .skip(1)
            .step_by(2)
            .filter_map(|part| part.split('v').next()?.parse::<usize>().ok())
            .sum();
        assert_eq!(covered, code.to_colors().iter().filter(|color| **color == Color::Dark).count());
        let svg = super::code(text, "Lien").into_string();
        assert!(svg.contains("aria-label=\"Lien\"") && !svg.contains("style="), "{svg}");
    }

    #[test]
    fn what_is_too_long_is_shown_as_text() {
        assert!(code(&"x".repeat(5000), "Lien").into_string().starts_with("<p><code>"));
    }
}

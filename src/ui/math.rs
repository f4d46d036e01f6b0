//! Text with formulas: `$…$` and `$$…$$` in LaTeX become MathML on the server; everything else is escaped.
//!
//! Always true: a formula that cannot be rendered is shown as its source, never as an error.

use maud::{Markup, PreEscaped, html};
use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, push_mathml};

/// A piece of a text: plain, code between backticks, or a formula.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Code(&'a str),
    Inline(&'a str),
    Block(&'a str),
}

/// The text with its formulas as MathML and its `code` as code.
pub fn text(source: &str) -> Markup {
    html! {
        @for piece in pieces(source) {
            @match piece {
                Piece::Plain(text) => (text),
                Piece::Code(code) => code { (code) },
                Piece::Inline(latex) => (formula(latex, DisplayMode::Inline)),
                Piece::Block(latex) => (formula(latex, DisplayMode::Block)),
            }
        }
    }
}

/// One formula, or its source if it is not valid LaTeX.
fn formula(latex: &str, display: DisplayMode) -> Markup {
    match mathml(latex, display) {
        Some(mathml) => PreEscaped(mathml),
        None => html! { code { (latex) } },
    }
}

/// MathML of a formula; `None` when the LaTeX is not valid.
pub fn mathml(latex: &str, display_mode: DisplayMode) -> Option<String> {
    let storage = Storage::new();
    let parser = Parser::new(latex, &storage);
    let mut out = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    push_mathml(&mut out, parser, config).ok()?;
    (!out.contains("<merror")).then_some(out)
}

fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let start = rest.find(['$', '`']).unwrap_or(rest.len());
        if start > 0 {
            pieces.push(Piece::Plain(&rest[..start]));
            rest = &rest[start..];
            continue;
        }
        let fence = if rest.starts_with("$$") { "$$" } else { &rest[..1] };
        let Some(end) = rest[fence.len()..].find(fence) else {
            pieces.push(Piece::Plain(rest));
            break;
        };
        let inside = &rest[fence.len()..fence.len() + end];
        pieces.push(match fence {
            "$$" => Piece::Block(inside),
            "$" => Piece::Inline(inside),
            _ => Piece::Code(inside),
        });
        rest = &rest[end + 2 * fence.len()..];
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml_and_the_rest_is_escaped() {
        let html = text("Si $x<1$ & <b> : `a[i]`").into_string();
        assert!(html.contains("<math") && html.contains("&lt;b&gt;") && html.contains("<code>a[i]</code>"), "{html}");
        assert!(!html.contains('$'));
    }

    #[test]
    fn a_formula_that_cannot_be_read_is_shown_as_its_source() {
        let html = text(r"$\frac{1$").into_string();
        assert!(html.contains(r"\frac{1") && !html.contains("merror"), "{html}");
    }

    #[test]
    fn a_lonely_dollar_stays_a_dollar() {
        assert_eq!(pieces("5 $ en tout"), [Piece::Plain("5 "), Piece::Plain("$ en tout")]);
    }
}

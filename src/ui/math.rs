//! Text with formulas: `$…$` and `$$…$$` in LaTeX become MathML on the server; everything else is escaped. Code stands
//! between backticks, or in blocks (see [`super::code`]); it holds no formula.
//!
//! Always true: a formula that cannot be rendered is shown as its source, never as an error. Browsers do not break
//! lines inside MathML: a long formula in a line of text becomes several, cut before its relations, so that it fits on
//! a phone.

use maud::{Markup, PreEscaped, html};
use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, push_mathml};

use super::code::{self, Part};

/// A piece of a text: plain, code between backticks, or a formula.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Code(&'a str),
    Inline(&'a str),
    Block(&'a str),
}

/// The text with its formulas as MathML and its `code` as code, for inside a paragraph, a label or a list.
pub fn text(source: &str) -> Markup {
    html! {
        @for part in code::parts(source) {
            @match part {
                Part::Text(text) => (line(text)),
                Part::Block { code, .. } => (code::lines(code)),
            }
        }
    }
}

/// The same as paragraphs, which an empty line separates, and blocks of code between them.
pub fn paragraphs(source: &str) -> Markup {
    html! {
        @for part in code::parts(source) {
            @match part {
                Part::Text(text) => {
                    @for paragraph in text.split("\n\n").map(str::trim).filter(|one| !one.is_empty()) { p { (line(paragraph)) } }
                },
                Part::Block { language, code } => (code::block(language, code)),
            }
        }
    }
}

/// A text without blocks.
fn line(source: &str) -> Markup {
    let mut pieces = pieces(source).into_iter().peekable();
    let mut out = String::new();
    while let Some(piece) = pieces.next() {
        let markup = match piece {
            Piece::Plain(text) => html! { (text) },
            Piece::Code(code) => html! { code { (code) } },
            Piece::Block(latex) => formula(latex, DisplayMode::Block),
            Piece::Inline(latex) => {
                let mut sign = "";
                if let Some(Piece::Plain(after)) = pieces.peek_mut() {
                    (sign, *after) = after.split_at(after.len() - after.trim_start_matches(CLOSING).len());
                }
                inline(latex, sign)
            }
        };
        out.push_str(&markup.0);
    }
    PreEscaped(out)
}

/// Signs that never start a line.
const CLOSING: [char; 7] = ['.', ',', ';', ')', ']', '…', '?'];
/// From this many characters of LaTeX on, a formula in a line of text may be broken.
const LONG: usize = 24;

/// A formula in a line of text, with the closing signs that follow it on the same line.
fn inline(latex: &str, closing: &str) -> Markup {
    let parts = if latex.len() < LONG { vec![latex] } else { before_relations(latex) };
    let Some((last, before)) = parts.split_last() else { return html! {} };
    if before.is_empty() {
        return kept_together(formula(latex, DisplayMode::Inline), closing);
    }
    let before: Option<Vec<String>> = before.iter().enumerate().map(|(at, part)| piece(at, part)).collect();
    match before.zip(piece(parts.len() - 1, last)) {
        Some((before, last)) => {
            html! { (PreEscaped(before.join("<wbr>"))) wbr; (kept_together(PreEscaped(last), closing)) }
        }
        None => kept_together(formula(latex, DisplayMode::Inline), closing),
    }
}

fn kept_together(formula: Markup, closing: &str) -> Markup {
    if closing.is_empty() {
        formula
    } else {
        html! { span class="nb" { (formula) (closing) } }
    }
}

/// A part of a broken formula. The empty group keeps the sign that a part starts with between two operands, with its
/// spaces.
fn piece(at: usize, part: &str) -> Option<String> {
    if at == 0 { mathml(part, DisplayMode::Inline) } else { mathml(&format!("{{}}{part}"), DisplayMode::Inline) }
}

/// Relations and sums that a line may start with.
const RELATIONS: [&str; 15] = [
    "=",
    "<",
    ">",
    "+",
    "\\approx",
    "\\leqslant",
    "\\geqslant",
    "\\le",
    "\\ge",
    "\\neq",
    "\\times",
    "\\cdot",
    "\\Leftrightarrow",
    "\\iff",
    "\\Longleftrightarrow",
];

/// The formula cut before each relation that stands outside of braces, parentheses, fences and environments.
fn before_relations(latex: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    let mut at = 0;
    while at < latex.len() {
        let token = token(&latex[at..]);
        match token {
            "{" | "(" | "\\left" | "\\begin" => depth += 1,
            "}" | ")" | "\\right" | "\\end" => depth -= 1,
            relation if depth == 0 && RELATIONS.contains(&relation) && !latex[start..at].trim().is_empty() => {
                parts.push(&latex[start..at]);
                start = at;
            }
            _ => {}
        }
        at += token.len();
    }
    parts.push(&latex[start..]);
    parts
}

/// A command (`\frac`, `\{`) or one character.
fn token(latex: &str) -> &str {
    let Some(command) = latex.strip_prefix('\\') else {
        return &latex[..latex.chars().next().map_or(0, char::len_utf8)];
    };
    let letters = command.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(command.len());
    let length = if letters > 0 { letters } else { command.chars().next().map_or(0, char::len_utf8) };
    &latex[..=length]
}

/// One formula, or its source if it is not valid LaTeX.
pub(super) fn formula(latex: &str, display: DisplayMode) -> Markup {
    match mathml(latex, display) {
        Some(mathml) => PreEscaped(mathml),
        None => html! { code { (latex) } },
    }
}

/// How `0{,}5` comes out: a separator with a space after it, where French writes one number.
const DECIMAL_COMMA: &str = "</mn><mrow><mo>,</mo></mrow><mn>";

/// MathML of a formula; `None` when the LaTeX is not valid.
pub fn mathml(latex: &str, display_mode: DisplayMode) -> Option<String> {
    let storage = Storage::new();
    let parser = Parser::new(latex, &storage);
    let mut out = String::new();
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    push_mathml(&mut out, parser, config).ok()?;
    (!out.contains("<merror")).then(|| out.replace(DECIMAL_COMMA, ","))
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
    fn a_long_formula_may_be_broken_before_its_relations_only() {
        let parts = before_relations(r"P(X = 2) = \binom{5}{2} \times \left(\frac{a=b}{2}\right) \approx 0{,}3");
        assert_eq!(parts, ["P(X = 2) ", r"= \binom{5}{2} ", r"\times \left(\frac{a=b}{2}\right) ", r"\approx 0{,}3"]);
        assert_eq!(before_relations(r"= 2").len(), 1);
        assert_eq!(before_relations(r"\{x \le 2\").len(), 2);
        let html = text(r"$\overrightarrow{AB} \cdot \overrightarrow{AC} = 12$").into_string();
        assert!(html.matches("<math").count() == 3 && html.contains("<wbr>"), "{html}");
        assert_eq!(text("$x = 2$").into_string().matches("<math").count(), 1);
    }

    #[test]
    fn a_decimal_comma_is_part_of_its_number() {
        assert!(text("$0{,}083$").into_string().contains("<mn>0,083</mn>"));
    }

    #[test]
    fn a_closing_sign_stays_on_the_line_of_its_formula() {
        let html = text("Si $x$, alors ($y$). Fin").into_string();
        assert!(html.contains("</math>,</span> alors (") && html.contains("</math>).</span> Fin"), "{html}");
    }

    #[test]
    fn a_text_with_a_block_becomes_paragraphs_around_it_and_a_dollar_in_code_is_no_formula() {
        let source = "Soit $x$ :\n\n```python\nprix = \"5 $\"\n\nn = \"$\"\n```\n\nPuis `$x$`.\n\nFin.";
        let html = paragraphs(source).into_string();
        assert_eq!((html.matches("<p>").count(), html.matches("<math").count()), (3, 1), "{html}");
        assert!(
            html.contains("prix = &quot;5 $&quot;\n\nn = &quot;$&quot;</code></pre><p>Puis <code>$x$</code>"),
            "{html}"
        );
        assert_eq!(paragraphs("Une seule.").into_string(), "<p>Une seule.</p>");
    }

    #[test]
    fn inside_a_label_a_block_is_no_paragraph() {
        let html = text("```python\ndef f(x):\n    return x\n```").into_string();
        assert_eq!(html, "<code class=\"lines\">def f(x):\n    return x</code>");
    }

    #[test]
    fn a_lonely_dollar_stays_a_dollar() {
        assert_eq!(pieces("5 $ en tout"), [Piece::Plain("5 "), Piece::Plain("$ en tout")]);
    }
}

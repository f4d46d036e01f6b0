//! Markdown to safe HTML. The only place where HTML from a text that we did not write enters a page.
//!
//! Always true: raw HTML is shown as it was typed, images are left out, links carry no script; formulas between `$…$`,
//! `$$…$$`, `\(…\)` and `\[…\]` become MathML ([`super::math`]), and code is shown character for character.

use maud::{Markup, PreEscaped, html as markup};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use pulldown_latex::config::DisplayMode;

use super::{code, math};

/// Stands around the number of a formula while the rest is made safe; nobody can type them into a text.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// Safe HTML of a Markdown text; titles start at `<h3>`, raw HTML is shown as text, images are left out.
pub fn render(source: &str) -> Markup {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).map(plain);
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(cleaned(&out))
}

/// The same with formulas, and blocks of code that can be reached with the keyboard.
pub fn rich(source: &str) -> Markup {
    let source = with_dollars(&source.replace([OPEN, CLOSE], ""));
    let options = Options::ENABLE_TABLES | Options::ENABLE_MATH | Options::ENABLE_STRIKETHROUGH;
    let mut kept: Vec<String> = Vec::new();
    let mut keep = |html: Markup| {
        kept.push(html.into_string());
        format!("{OPEN}{}{CLOSE}", kept.len() - 1).into()
    };
    let mut block: Option<(String, String)> = None;
    let events = Parser::new_ext(&source, options).filter_map(|event| match (event, &mut block) {
        (Event::Start(Tag::CodeBlock(kind)), _) => {
            let language = match &kind {
                CodeBlockKind::Fenced(language) => language.split(' ').next().unwrap_or_default().to_owned(),
                CodeBlockKind::Indented => String::new(),
            };
            block = Some((language, String::new()));
            None
        }
        (Event::Text(text), Some((_, inside))) => {
            inside.push_str(&text);
            None
        }
        (Event::End(TagEnd::CodeBlock), _) => {
            let (language, inside) = block.take()?;
            Some(Event::Text(keep(code::block(&language, inside.trim_end_matches('\n')))))
        }
        (Event::InlineMath(latex), _) => Some(Event::Text(keep(sourced(&latex)))),
        (Event::DisplayMath(latex), _) => Some(Event::Text(keep(wide(&latex)))),
        (event, _) => Some(plain(event)),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(put_back(&scrollable(&cleaned(&out)), &kept))
}

/// A formula in its line, with its source (`data-tex`) for who copies the text.
fn sourced(latex: &str) -> Markup {
    markup! { span data-tex=(latex) { (math::text(&format!("${latex}$"))) } }
}

/// A formula that may be wider than the screen scrolls with the keyboard, too.
fn wide(latex: &str) -> Markup {
    let formula = math::formula(latex, DisplayMode::Block).into_string();
    markup! { span data-tex=(latex) { (PreEscaped(formula.replacen("<math ", "<math tabindex=\"0\" ", 1))) } }
}

/// So does a table. In clean HTML the sign `<` opens elements only.
fn scrollable(html: &str) -> String {
    html.replace("<table>", "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Tableau\"><table>")
        .replace("</table>", "</table></div>")
}

fn plain(event: Event<'_>) -> Event<'_> {
    match event {
        // Shown as it was typed: nothing that somebody wrote disappears.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lowered(level), id: None, classes: vec![], attrs: vec![] })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        other => other,
    }
}

fn cleaned(html: &str) -> String {
    let mut rules = ammonia::Builder::default();
    rules.rm_tags(["img"]).link_rel(Some("noopener noreferrer nofollow"));
    rules.clean(html).to_string()
}

/// Our own HTML, in the places that were kept for it.
fn put_back(html: &str, kept: &[String]) -> String {
    let mut out = String::with_capacity(html.len() + kept.iter().map(String::len).sum::<usize>());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        let (number, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        out.push_str(number.parse().ok().and_then(|at: usize| kept.get(at)).map_or("", String::as_str));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `\(…\)` and `\[…\]`, which models like, as dollars; not inside code.
fn with_dollars(source: &str) -> String {
    if !source.contains("\\(") && !source.contains("\\[") {
        return source.to_owned();
    }
    let parts = source.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 1 {
            return part.to_owned();
        }
        part.replace("\\( ", "$")
            .replace(" \\)", "$")
            .replace("\\(", "$")
            .replace("\\)", "$")
            .replace("\\[", "$$")
            .replace("\\]", "$$")
    });
    parts.collect::<Vec<_>>().join("`")
}

fn lowered(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        deeper => deeper,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTILE: &str =
        "# Titre\n\nEt <script>alert(1)</script> [x](javascript:alert(1)) ![y](http://evil.example/p.png) **gras**";

    #[test]
    fn what_a_model_writes_can_run_nothing() {
        for html in [render(HOSTILE).into_string(), rich(HOSTILE).into_string()] {
            assert!(html.contains("<h3>Titre</h3>") && html.contains("<strong>gras</strong>"), "{html}");
            assert!(
                !html.contains("<script") && !html.contains("href=\"javascript") && !html.contains("evil.example"),
                "{html}"
            );
        }
    }

    #[test]
    fn formulas_become_mathml_and_code_stays_as_it_is() {
        let html =
            rich("Soit $x^2$ et \\(y\\).\n\n$$\\frac{1}{2}$$\n\n```python\nprint(\"$a$\" < 1)\n```\n\n`\\(z\\)`")
                .into_string();
        assert_eq!(html.matches("<math").count(), 3, "{html}");
        assert!(html.contains("data-tex=\"x^2\"") && html.contains("data-tex=\"\\frac{1}{2}\""), "{html}");
        assert!(
            html.contains("print(&quot;$a$&quot; &lt; 1)") && html.contains("aria-label=\"Code Python\""),
            "{html}"
        );
        assert!(html.contains("<code>\\(z\\)</code>"), "{html}");
    }

    #[test]
    fn a_formula_that_is_none_is_shown_as_it_was_typed() {
        let html = rich("Voici $\\frac{$ et cela coûte 5$ ou 6$ en tout.").into_string();
        assert!(!html.contains("merror") && html.contains("en tout"), "{html}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_place(text in "[<>a-z$`\\\\(){}\\[\\]#*_ \n\u{e000}\u{e001}0-9]{0,80}") {
            let html = rich(&text).into_string();
            prop_assert!(!html.contains("<script") && !html.contains(OPEN) && !html.contains(CLOSE));
        }
    }
}

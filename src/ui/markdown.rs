//! Markdown to safe HTML. The only place where HTML from a text that we did not write enters a page.
//!
//! Always true: raw HTML is shown as it was typed, images are left out (their words stay), links carry no script; formulas
//! between `$…$`, `$$…$$`, `\(…\)` and `\[…\]` become MathML ([`super::math`]), and code is shown character for character.
//! HTML of ours is put where a formula, a block of code or a citation stood, and nowhere else: never into an attribute.

use maud::{Markup, PreEscaped, html as markup};
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use pulldown_latex::config::DisplayMode;
use uuid::Uuid;

use super::{code, math};

/// Stand around the number of a piece of our own HTML while the rest is made safe.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// Safe HTML of a Markdown text; titles start at `<h3>`, raw HTML is shown as text, images are left out.
pub fn render(source: &str) -> Markup {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).filter_map(plain);
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(cleaned(&out))
}

/// The same with formulas, and blocks of code that can be reached with the keyboard.
pub fn rich(source: &str) -> Markup {
    written(source, true, &|_| markup! {})
}

/// The same for a text of the tutor: what stands for a citation, `〔n〕`, becomes what `cite` makes of `n`. Without
/// `links`, nothing leads anywhere else: their words stay.
pub fn answer(source: &str, links: bool, cite: &dyn Fn(usize) -> Markup) -> Markup {
    written(source, links, cite)
}

fn written(source: &str, links: bool, cite: &dyn Fn(usize) -> Markup) -> Markup {
    let mut marks = Marks::new();
    let source = marks.sign(&with_dollars(&source.replace([OPEN, CLOSE], "")));
    let options = Options::ENABLE_TABLES | Options::ENABLE_MATH | Options::ENABLE_STRIKETHROUGH;
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
            inside.push_str(&marks.unsigned(&text));
            None
        }
        (Event::End(TagEnd::CodeBlock), _) => {
            let (language, inside) = block.take()?;
            Some(Event::Text(marks.keep(code::block(&language, inside.trim_end_matches('\n')))))
        }
        (Event::InlineMath(latex), _) => Some(Event::Text(marks.keep(sourced(&marks.unsigned(&latex))))),
        (Event::DisplayMath(latex), _) => Some(Event::Text(marks.keep(wide(&marks.unsigned(&latex))))),
        (Event::Code(text), _) => Some(Event::Code(marks.unsigned(&text).into())),
        (Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link), _) if !links => None,
        (Event::Text(text), _) => Some(Event::Text(marks.cited(&text, cite))),
        (event, _) => plain(event),
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(marks.put_back(&scrollable(&cleaned(&out))))
}

/// Our own HTML, and how its places are known: by a secret that nobody can have typed into the text, not even as `&#…;`.
struct Marks {
    secret: String,
    kept: Vec<String>,
}

impl Marks {
    fn new() -> Self {
        Self { secret: Uuid::new_v4().simple().to_string(), kept: Vec::new() }
    }

    fn keep(&mut self, html: Markup) -> CowStr<'static> {
        self.kept.push(html.into_string());
        format!("{OPEN}{}{}{CLOSE}", self.secret, self.kept.len() - 1).into()
    }

    /// The source with the secret in each citation: `&#12308;1&#12309;` is none.
    fn sign(&self, source: &str) -> String {
        source.replace('〔', &format!("〔{}", self.secret))
    }

    /// What was there before [`Self::sign`], without what stands for citations.
    fn unsigned(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut parts = text.split('〔');
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let rest = part.strip_prefix(&self.secret).unwrap_or(part);
            let number = rest.split_once('〕').filter(|(number, _)| is_number(number));
            out.push_str(number.map_or(rest, |(_, behind)| behind));
        }
        out
    }

    /// A text of which the citations are kept.
    fn cited<'a>(&mut self, text: &str, cite: &dyn Fn(usize) -> Markup) -> CowStr<'a> {
        let mut out = String::with_capacity(text.len());
        let mut parts = text.split('〔');
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let signed = part.strip_prefix(&self.secret).and_then(|rest| rest.split_once('〕'));
            match signed.and_then(|(number, behind)| Some((number.parse().ok()?, behind))) {
                Some((number, behind)) => {
                    out.push_str(&self.keep(cite(number)));
                    out.push_str(behind);
                }
                None => out.push_str(part.strip_prefix(&self.secret).unwrap_or(part)),
            }
        }
        out.into()
    }

    /// Our own HTML, in the places that were kept for it.
    fn put_back(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len() + self.kept.iter().map(String::len).sum::<usize>());
        let mut parts = html.split(OPEN);
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let ours = part.strip_prefix(&self.secret).and_then(|rest| rest.split_once(CLOSE));
            match ours.and_then(|(number, behind)| Some((self.kept.get(number.parse::<usize>().ok()?)?, behind))) {
                Some((html, behind)) => {
                    out.push_str(html);
                    out.push_str(behind);
                }
                None => out.push_str(part),
            }
        }
        out
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
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

/// Nothing of an image but its words.
fn plain(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        // Shown as it was typed: nothing that somebody wrote disappears.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lowered(level), id: None, classes: vec![], attrs: vec![] })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        other => other,
    })
}

/// Safe, and with no attribute that holds words of the text.
fn cleaned(html: &str) -> String {
    let mut rules = ammonia::Builder::default();
    rules.rm_tags(["img"]).rm_generic_attributes(["title"]).link_rel(Some("noopener noreferrer nofollow"));
    rules.clean(html).to_string()
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

    #[test]
    fn our_own_html_cannot_be_called_into_an_attribute() {
        let formula = "$$x hx-post=/admin hx-trigger=load z$$";
        for mark in ["\u{e000}0\u{e001}", "&#xE000;0&#xE001;", "&#57344;0&#57345;"] {
            for place in ["[ici](/x \"M\")", "![M](/x \"M\")", "[ici](/M)", "```M\nM\n```", "`M`", "$M$", "M"] {
                let html = rich(&format!("{formula}\n\n{}", place.replace('M', mark))).into_string();
                assert_eq!(html.matches("hx-post").count(), rich(formula).into_string().matches("hx-post").count());
                assert!(!html.contains("title="), "{html}");
            }
        }
    }

    #[test]
    fn a_citation_is_one_in_words_only_and_cannot_be_written_as_an_entity() {
        let cite = |number| markup! { a href="/lire" { (number) } };
        let html = |source| answer(source, false, &cite).into_string();
        assert_eq!(html("Vrai〔12〕."), "<p>Vrai<a href=\"/lire\">12</a>.</p>\n");
        assert!(!html("Faux&#x3014;1&#x3015; &#12308;2&#12309;").contains("/lire"));
        for source in ["$x〔1〕$", "`x〔1〕`", "```\nx〔1〕\n```", "[x](/y \"〔1〕\")", "![x](〔1〕)"] {
            assert!(!html(source).contains("/lire") && !html(source).contains('〔'), "{}", html(source));
        }
        assert!(html("**Vrai〔1〕** [mot〔2〕](https://a.example)").matches("/lire").count() == 2);
    }

    #[test]
    fn without_links_their_words_stay_and_lead_nowhere() {
        let html = answer("[ici](https://evil.example/) <https://evil.example>", false, &|_| markup! {}).into_string();
        assert!(!html.contains("<a ") && html.contains("ici"), "{html}");
    }

    const PARTS: [&str; 22] = [
        "<script>",
        "mot",
        "$",
        "$$",
        "`",
        "```",
        "\n",
        "[",
        "](/x",
        " \"",
        "\")",
        "![",
        "\u{e000}0\u{e001}",
        "&#xE000;0&#xE001;",
        "〔1〕",
        "&#x3014;1&#x3015;",
        "x hx-get=/y z",
        "#",
        "*",
        "|",
        "<a title=",
        ">",
    ];

    /// The names of all attributes of a text of clean HTML, outside of what stands between quotes.
    fn attributes(html: &str) -> Vec<String> {
        let tags = html.split('<').skip(1).map(|tag| tag.split_once('>').map_or(tag, |(inside, _)| inside));
        let names = tags.flat_map(|tag| tag.split('"').step_by(2).flat_map(str::split_whitespace).skip(1));
        names.map(|name| name.trim_end_matches(['=', '/']).to_owned()).collect()
    }

    proptest! {
        #[test]
        fn no_text_breaks_out_of_its_place(text in "[<>a-z$`\\\\(){}\\[\\]#*_ \n\u{e000}\u{e001}0-9]{0,80}") {
            let html = rich(&text).into_string();
            prop_assert!(!html.contains("<script") && !html.contains(OPEN));
        }

        #[test]
        fn no_words_of_a_text_become_an_attribute(parts in prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..30)) {
            let cite = |number| markup! { a class="cite" href="/s" { (number) } };
            let html = answer(&parts.concat(), true, &cite).into_string();
            prop_assert!(!attributes(&html).iter().any(|name| name.starts_with("hx-") || name == "title"), "{}", html);
        }
    }
}

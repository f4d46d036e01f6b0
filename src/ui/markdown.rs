//! Markdown to safe HTML. The only place where HTML from a text that we did not write enters a page.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Safe HTML of a Markdown text; titles start at `<h3>`, raw HTML is shown as text, images are left out.
pub fn render(source: &str) -> Markup {
    let events = Parser::new_ext(source, Options::ENABLE_TABLES).map(|event| match event {
        // Shown as it was typed: nothing that somebody wrote disappears.
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lowered(level), id: None, classes: vec![], attrs: vec![] })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    let clean = ammonia::Builder::default().rm_tags(["img"]).link_rel(Some("noopener noreferrer nofollow")).clean(&out);
    PreEscaped(clean.to_string())
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
    use super::*;

    #[test]
    fn what_a_model_writes_can_run_nothing() {
        let html = render(
            "# Titre\n\nEt <script>alert(1)</script> [x](javascript:alert(1)) ![y](http://evil.example/p.png) **gras**",
        )
        .into_string();
        assert!(html.contains("<h3>Titre</h3>") && html.contains("<strong>gras</strong>"), "{html}");
        assert!(
            !html.contains("<script") && !html.contains("href=\"javascript") && !html.contains("evil.example"),
            "{html}"
        );
    }
}

//! The plain text of a mail, made from its HTML: what we wrote ourselves, so no general HTML is understood here.

use maud::Markup;

/// Paragraphs, lists and line breaks become lines; a link is followed by its address.
pub fn text(html: &Markup) -> String {
    let mut out = Out::default();
    let mut rest = html.0.as_str();
    while let Some((words, tail)) = rest.split_once('<') {
        out.words(words);
        let (tag, after) = tail.split_once('>').unwrap_or((tail, ""));
        out.tag(tag);
        rest = after;
    }
    out.words(rest);
    out.finish()
}

#[derive(Default)]
struct Out {
    text: String,
    link: Option<Link>,
}

struct Link {
    address: String,
    /// Where the words of the link begin in the text.
    from: usize,
}

impl Out {
    fn words(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        let words = unescape(words);
        let line_open = !self.text.is_empty() && !self.text.ends_with('\n');
        if words.starts_with(char::is_whitespace) && line_open {
            self.space();
        }
        for word in words.split_ascii_whitespace() {
            self.text.push_str(word);
            self.text.push(' ');
        }
        if !words.ends_with(char::is_whitespace) && self.text.ends_with(' ') {
            self.text.pop();
        }
    }

    fn space(&mut self) {
        if !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.split_ascii_whitespace().next().unwrap_or_default().trim_end_matches('/');
        match name {
            "br" | "tr" | "/tr" => self.break_to(1),
            "p" | "/p" | "div" | "/div" | "h1" | "/h1" | "h2" | "/h2" | "h3" | "/h3" | "ul" | "/ul" | "ol" | "/ol"
            | "table" | "/table" => self.break_to(2),
            "li" => {
                self.break_to(1);
                self.text.push_str("- ");
            }
            "a" => self.link = address(tag).map(|address| Link { address, from: self.text.len() }),
            "/a" => self.end_link(),
            _ => {}
        }
    }

    /// The address of a link after its words, unless the words are the address.
    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        if self.text.get(link.from..) != Some(link.address.as_str()) {
            self.text.push_str(" : ");
            self.text.push_str(&link.address);
        }
    }

    /// Ends the line, with one empty line after it for 2.
    fn break_to(&mut self, newlines: usize) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        if self.text.is_empty() {
            return;
        }
        let have = self.text.len() - self.text.trim_end_matches('\n').len();
        self.text.extend(std::iter::repeat_n('\n', newlines.saturating_sub(have)));
    }

    fn finish(self) -> String {
        self.text.trim().to_owned()
    }
}

fn address(tag: &str) -> Option<String> {
    let (_, value) = tag.split_once("href=\"")?;
    value.split('"').next().map(unescape)
}

/// The entities that maud writes.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::*;
    use crate::messaging::button;

    #[test]
    fn the_text_says_what_the_html_says() {
        let mail = html! {
            p { "Bonjour " strong { "Amina & Ali" } "," }
            p { "Le bilan de <Yanis> est prêt." br; "Il est à vous." }
            (button("https://a.example/x?a=1&b=2", "Lire le bilan"))
            ul { li { "résultat" } li { "conseils" } }
            p { "Ou : " a href="https://a.example" { "https://a.example" } "." }
        };
        let expected = "Bonjour Amina & Ali,\n\nLe bilan de <Yanis> est prêt.\nIl est à vous.\n\n\
            Lire le bilan\u{20}: https://a.example/x?a=1&b=2\n\n- résultat\n- conseils\n\nOu : https://a.example.";
        assert_eq!(text(&mail), expected);
    }

    #[test]
    fn a_link_in_a_list_keeps_its_distance_from_the_dash() {
        let mail = html! { ul { li { a href="/a" { "Un" } } li { b { "Deux" } } } };
        assert_eq!(text(&mail), "- Un\u{20}: /a\n- Deux");
    }

    #[test]
    fn a_space_that_does_not_break_stays() {
        assert_eq!(text(&html! { p { "à 19\u{a0}h\u{a0}05" } }), "à 19\u{a0}h\u{a0}05");
    }
}

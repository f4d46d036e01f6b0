//! Code in a text: blocks between fences of three backticks, each on a line of its own, the first with the name of the
//! language.
//!
//! Always true: code is shown as it is written, character for character; nothing in it is a formula. A block as wide as
//! it likes scrolls inside itself, with the keyboard too; where only a part of a line may stand, long lines are broken.

use maud::{Markup, html};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// What stands outside of blocks.
    Text(&'a str),
    /// A block, without its fences.
    Block { language: &'a str, code: &'a str },
}

const OPENING: &str = "```";
const CLOSING: &str = "\n```";

/// The text cut at its blocks. A fence that is not closed, or that does not start its line, is text.
pub(super) fn parts(source: &str) -> Vec<Part<'_>> {
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some((before, block, after)) = first_block(rest) {
        if !before.is_empty() {
            found.push(Part::Text(before));
        }
        found.push(block);
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Part::Text(rest));
    }
    found
}

fn first_block(source: &str) -> Option<(&str, Part<'_>, &str)> {
    let (before, opened) = source.split_once(OPENING)?;
    if !before.is_empty() && !before.ends_with('\n') {
        return None;
    }
    let (language, inside) = opened.split_once('\n')?;
    let (code, after) = inside.split_once(CLOSING)?;
    Some((before, Part::Block { language, code }, after))
}

/// A block between paragraphs.
pub(super) fn block(language: &str, code: &str) -> Markup {
    let label = match language {
        "python" => "Code Python",
        "sql" => "Requête SQL",
        _ => "Données",
    };
    html! { pre tabindex="0" role="group" aria-label=(label) { code { (code) } } }
}

/// A block inside a line of text, such as an option: HTML allows no paragraph there.
pub(super) fn lines(code: &str) -> Markup {
    html! { code class="lines" { (code) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_blocks() {
        let cut = parts("Soit :\n\n```python\nx = 1\n\ny = 2\n```\n\nQue vaut `y` ?\n```sql\nSELECT 1;\n```");
        assert_eq!(
            cut,
            [
                Part::Text("Soit :\n\n"),
                Part::Block { language: "python", code: "x = 1\n\ny = 2" },
                Part::Text("\n\nQue vaut `y` ?\n"),
                Part::Block { language: "sql", code: "SELECT 1;" },
            ]
        );
    }

    #[test]
    fn what_is_no_block_stays_text() {
        for text in ["", "sans code", "```python\nx = 1", "ici ```x``` et\n```", "```x```"] {
            let whole: Vec<_> = [Part::Text(text)].into_iter().filter(|_| !text.is_empty()).collect();
            assert_eq!(parts(text), whole);
        }
    }

    #[test]
    fn a_block_can_be_reached_with_the_keyboard_and_has_a_name() {
        let html = block("python", "if a < b:\n    x = \"$1\"").into_string();
        assert!(
            html.starts_with("<pre tabindex=\"0\" role=\"group\" aria-label=\"Code Python\"><code>if a &lt; b:\n    x")
        );
        assert!(block("text", "").into_string().contains("aria-label=\"Données\""));
    }
}

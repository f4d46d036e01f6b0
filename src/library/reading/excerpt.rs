//! The lines of a passage that say most about a question, with the words of the question marked.

use maud::{Markup, html};

use crate::{library::search::roots, ui::math};

/// About how many characters are shown.
const LENGTH: usize = 320;

/// Some lines of a passage. Formulas are shown as such; they are never cut.
pub(super) fn excerpt(body: &str, question: &str) -> Markup {
    let wanted = roots(question);
    let lines: Vec<&str> = body.lines().map(str::trim).filter(|line| is_prose(line)).collect();
    let lines = if lines.is_empty() { vec![body] } else { lines };
    let worth = |line: &str| words(line).filter(|word| is_wanted(word, &wanted)).count();
    let best = (0..lines.len()).max_by_key(|at| (worth(lines[*at]), usize::MAX - at)).unwrap_or_default();
    let mut shown = String::new();
    for line in &lines[best..] {
        if !shown.is_empty() && shown.chars().count() + line.chars().count() > LENGTH {
            break;
        }
        shown.push_str(&start(line));
        shown.push(' ');
    }
    html! { @if best > 0 { "… " } (marked(shown.trim(), &wanted)) }
}

/// Neither a title nor a part of a table or of a fence.
fn is_prose(line: &str) -> bool {
    !line.is_empty() && !line.starts_with(['#', '|', '`', '+'])
}

/// The line, or its start where it is long: never inside of a formula.
fn start(line: &str) -> String {
    let line = line.trim_start_matches(['-', '*', ' ']).replace("**", "");
    let mut open = false;
    for (count, (at, sign)) in line.char_indices().enumerate() {
        open ^= matches!(sign, '$' | '`');
        if count >= LENGTH && !open && sign == ' ' {
            return format!("{} …", &line[..at]);
        }
    }
    line
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_wanted(word: &str, wanted: &[String]) -> bool {
    roots(word).iter().any(|root| wanted.contains(root))
}

/// The text with its formulas, and the wanted words marked.
fn marked(text: &str, wanted: &[String]) -> Markup {
    let whole = text.matches('$').count().is_multiple_of(2);
    html! {
        @for (at, part) in text.split('$').enumerate() {
            @if whole && at % 2 == 1 { (math::text(&format!("${part}$"))) }
            @else { @for word in part.split_inclusive(|sign: char| !sign.is_alphanumeric()) { (one(word, wanted)) } }
        }
    }
}

/// A word with the sign that follows it.
fn one(word: &str, wanted: &[String]) -> Markup {
    let bare = word.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    html! { @if !bare.is_empty() && is_wanted(bare, wanted) { mark { (bare) } (word[bare.len()..]) } @else { (word) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_say_most_are_shown_with_the_words_of_the_question_marked() {
        let body =
            "## Titre\n\nUne introduction.\n\nLa **dérivée** d’une <fonction> $f'(x)$ est une pente.\n\n| a | b |";
        let html = excerpt(body, "c’est quoi les dérivées ?").into_string();
        assert!(html.starts_with("… La <mark>dérivée</mark> d’une &lt;fonction&gt; <math"), "{html}");
        assert!(!html.contains("**") && !html.contains("Titre"), "{html}");
    }

    #[test]
    fn a_passage_of_code_or_without_an_end_is_shown_too() {
        assert!(excerpt("| a | b |", "a").into_string().contains("| a | b |"));
        let long = format!("$x$ {}", "mot ".repeat(400));
        assert!(excerpt(&long, "mot").into_string().len() < 3000);
        assert!(excerpt("5 $ en tout", "prix").into_string().contains("5 "));
    }
}

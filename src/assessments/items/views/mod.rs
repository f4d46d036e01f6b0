//! Views of the quality of questions.

mod bank;
mod list;
mod question;

use maud::{Markup, html};

pub(super) use self::{
    bank::bank,
    list::{list, run_progress},
    question::question,
};
use super::flags::Flag;
use crate::{ui::icons, web::format};

/// Address of an edition's page.
fn bank_path(edition: &str) -> String {
    format!("/admin/questions/{edition}")
}

/// Address of a question's page.
fn question_path(edition: &str, question: &str) -> String {
    format!("/admin/questions/{edition}/{question}")
}

/// "61 %".
fn percent(share: f64) -> String {
    format!("{}\u{a0}%", (100.0 * share).round())
}

/// "0,42", "−0,08".
fn hundredths(value: f64) -> String {
    let text = format!("{value:.2}").replace('.', ",");
    if text == "-0,00" { "0,00".to_owned() } else { text.replace('-', "\u{2212}") }
}

/// [`hundredths`], or a dash.
fn known(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), hundredths)
}

/// "48 s", "1 min 20 s", or a dash.
fn seconds(time: Option<i16>) -> String {
    match time {
        None => "–".to_owned(),
        Some(time) if time < 60 => format!("{time}\u{a0}s"),
        Some(time) if time % 60 == 0 => format!("{}\u{a0}min", time / 60),
        Some(time) => format!("{}\u{a0}min\u{a0}{:02}\u{a0}s", time / 60, time % 60),
    }
}

/// "1 question", "12 questions".
fn questions(n: usize) -> String {
    format!("{n}\u{a0}question{}", if n > 1 { "s" } else { "" })
}

/// "1 élève", "1 240 élèves".
fn students(n: i64) -> String {
    format!("{}\u{a0}élève{}", format::count(n), if n > 1 { "s" } else { "" })
}

/// A flag in two or three words.
fn chip(flag: &Flag) -> Markup {
    html! { span class="band fragile" { (icons::alert()) (flag.label()) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_in_french() {
        assert_eq!((percent(0.605), percent(1.0)), ("61\u{a0}%".to_owned(), "100\u{a0}%".to_owned()));
        assert_eq!(
            (hundredths(0.417), hundredths(-0.08), hundredths(-0.001)),
            ("0,42".to_owned(), "−0,08".to_owned(), "0,00".to_owned())
        );
        let times = [None, Some(48), Some(60), Some(65)].map(seconds);
        assert_eq!(times, ["–", "48\u{a0}s", "1\u{a0}min", "1\u{a0}min\u{a0}05\u{a0}s"]);
        assert_eq!(
            (questions(1), students(1240)),
            ("1\u{a0}question".to_owned(), "1\u{202f}240\u{a0}élèves".to_owned())
        );
    }
}

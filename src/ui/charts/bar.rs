//! Small horizontal bars, always beside their number, so hidden from screen readers.

use maud::{Markup, html};

use super::frame::{finite, percent, unit};

/// A score from 0 to 100.
pub fn bar(score: f64) -> Markup {
    html! {
        svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect class="track" width="100" height="8" {}
            rect class="fill" width=(unit(percent(score))) height="8" {}
        }
    }
}

/// A part of a whole, such as the students of one band among all.
pub fn share(part: i64, whole: i64) -> Markup {
    bar(finite(100.0 * part as f64 / whole as f64))
}

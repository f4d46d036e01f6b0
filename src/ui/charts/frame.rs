//! What all charts have around them: figure, title, sentence, table of the numbers.

use maud::{Markup, html};

/// Width of every drawing, in units.
pub const WIDTH: f64 = 320.0;

/// A drawing and what says the same in words and numbers.
pub struct Frame<'a> {
    /// Accessible name.
    pub title: &'a str,
    /// `radar` or `plot`: how wide it may become.
    pub class: &'a str,
    /// Height of the drawing, in units.
    pub height: f64,
    /// The shapes.
    pub body: Markup,
    /// The sentence under the drawing.
    pub summary: String,
    /// Heads of the columns of the table; the first column names the row.
    pub head: &'a [&'a str],
    /// Rows of the table.
    pub rows: Vec<Vec<String>>,
    /// For each row, where what it counts is listed; may be shorter than the rows.
    pub links: Vec<Option<String>>,
}

impl Frame<'_> {
    /// The whole figure.
    pub fn figure(self) -> Markup {
        html! {
            figure class="chart" {
                svg class=(self.class) viewBox={ "0 0 " (unit(WIDTH)) " " (unit(self.height)) } role="img" {
                    title { (self.title) }
                    (self.body)
                }
                figcaption { (self.summary) }
                details {
                    summary { "Voir les chiffres" }
                    table {
                        caption class="visually-hidden" { (self.title) }
                        thead { tr { @for (at, head) in self.head.iter().enumerate() { th scope="col" class=[number(at)] { (head) } } } }
                        tbody { @for (at, row) in self.rows.iter().enumerate() { (table_row(row, self.links.get(at).and_then(Option::as_deref))) } }
                    }
                }
            }
        }
    }
}

fn table_row(cells: &[String], link: Option<&str>) -> Markup {
    html! {
        tr {
            @for (at, cell) in cells.iter().enumerate() {
                @if at == 0 { th scope="row" { @if let Some(link) = link { a href=(link) { (cell) } } @else { (cell) } } } @else { td class="num" { (cell) } }
            }
        }
    }
}

fn number(column: usize) -> Option<&'static str> {
    (column > 0).then_some("num")
}

/// What stands in for a chart that has nothing to draw.
pub fn nothing(title: &str, sentence: &str) -> Markup {
    html! { figure class="chart" { figcaption { span class="visually-hidden" { (title) " : " } (sentence) } } }
}

/// A coordinate: one decimal, none when it is zero.
pub fn unit(value: f64) -> String {
    let text = format!("{:.1}", finite(value));
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The value, or 0 when it is not a number.
pub fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// A score from 0 to 100.
pub fn percent(value: f64) -> f64 {
    finite(value).clamp(0.0, 100.0)
}

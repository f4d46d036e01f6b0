//! The head of a long list: what was searched, how the list was narrowed, how many there are, and the way to the next page.

use maud::{Markup, html};

use crate::web::format;

/// Most rows that are counted: what a page costs does not grow with the school.
pub const MOST_COUNTED: i64 = 10_000;

/// One narrowing of a list: its name in the query, label, what is chosen, the label of "all", and the choices.
pub struct Narrow<'a> {
    /// Name in the query.
    pub name: &'a str,
    /// Visible label.
    pub label: &'a str,
    /// What is chosen; empty for all.
    pub value: &'a str,
    /// Label of no choice.
    pub all: &'a str,
    /// (value, label).
    pub options: &'a [(&'a str, &'a str)],
}

impl Narrow<'_> {
    /// Its field in a form.
    pub fn field(&self) -> Markup {
        html! {
            div class="field" {
                label for=(self.name) { (self.label) }
                select id=(self.name) name=(self.name) {
                    option value="" { (self.all) }
                    @for (value, label) in self.options { option value=(value) selected[*value == self.value] { (label) } }
                }
            }
        }
    }
}

/// The form: a search field and the narrowings; it works as a link does, without JavaScript.
pub fn form(action: &str, search_label: &str, searched: &str, narrows: &[Narrow<'_>]) -> Markup {
    html! {
        form method="get" action=(action) class="card" role="search" {
            div class="grid-3" {
                div class="field" {
                    label for="q" { (search_label) }
                    input id="q" name="q" type="search" value=(searched) maxlength="200" autocomplete="off";
                }
                @for one in narrows { (one.field()) }
            }
            button class="button quiet" type="submit" { "Chercher" }
        }
    }
}

/// The form of a list that is narrowed to days (`from` and `to`, both included) rather than searched.
pub fn period(action: &str, narrows: &[Narrow<'_>], from: &str, to: &str) -> Markup {
    let day = |name: &str, label: &str, value: &str| {
        html! { div class="field" { label for=(name) { (label) } input id=(name) name=(name) type="date" value=(value); } }
    };
    html! {
        form method="get" action=(action) class="card" role="search" {
            div class="grid-3" {
                @for one in narrows { (one.field()) }
                (day("from", "Du", from))
                (day("to", "Au", to))
            }
            button class="button quiet" type="submit" { "Afficher" }
        }
    }
}

/// "12 personnes", "plus de 10 000 personnes".
pub fn total(count: i64, one: &str, several: &str) -> String {
    if count > MOST_COUNTED {
        format!("plus de {} {several}", format::count(MOST_COUNTED))
    } else {
        format!("{} {}", format::count(count), if count > 1 { several } else { one })
    }
}

/// `path?name=value&…` of what is given.
pub fn link(path: &str, query: &[(&str, &str)]) -> String {
    let given: Vec<(&str, &str)> = query.iter().filter(|(_, value)| !value.is_empty()).copied().collect();
    let query = serde_html_form::to_string(given).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_what_is_given_and_nothing_else() {
        assert_eq!(link("/admin/users", &[("q", "ben salah"), ("role", "")]), "/admin/users?q=ben+salah");
        assert_eq!(link("/admin/users", &[("q", "")]), "/admin/users");
    }

    #[test]
    fn a_total_that_is_too_long_to_count_says_so() {
        assert_eq!(total(1, "personne", "personnes"), "1 personne");
        assert_eq!(total(10_001, "personne", "personnes"), "plus de 10\u{202f}000 personnes");
    }
}

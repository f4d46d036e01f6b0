//! The assistante's page.

use maud::{Markup, html};

use crate::{
    desk::{self, store::Queue},
    web::Person,
};

/// What waits.
pub(super) fn assistante(person: &Person, queue: &Queue) -> Markup {
    html! { header class="page-head" { h1 { "Bonjour " (person.first_name) } } (desk::views::queue(queue, person)) }
}

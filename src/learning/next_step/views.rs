//! The card of the next step, for the dashboards.

use maud::{Markup, html};

use super::Step;
use crate::ui::icons;

/// The card: `#next-step`, with the one main action of the page.
pub fn card(step: &Step) -> Markup {
    html! {
        section class="card" id="next-step" aria-labelledby="next-step-title" {
            h2 id="next-step-title" { "Prochaine étape" }
            div class="notice" { (icon(step.icon)) p { (step.message) } }
            @match (&step.start, &step.link) {
                (Some(form), _) => form method="post" action="/assessments" hx-sync="this:drop" {
                    input type="hidden" name="bank" value=(form);
                    p class="actions" { button class="button" type="submit" { (step.action) (icons::arrow()) } }
                },
                (None, Some(link)) => p class="actions" { a class="button" href=(link) { (step.action) (icons::arrow()) } },
                (None, None) => {},
            }
        }
    }
}

fn icon(name: &str) -> Markup {
    match name {
        "clock" => icons::clock(),
        "chart" => icons::chart(),
        "rise" => icons::rise(),
        "target" => icons::target(),
        "person" => icons::person(),
        "book" => icons::book(),
        "message" => icons::message(),
        "alert" => icons::alert(),
        _ => icons::check(),
    }
}

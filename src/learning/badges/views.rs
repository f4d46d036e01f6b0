//! The page of badges: those earned, with when and why; those that can be earned.

use maud::{Markup, html};

use super::{Badge, Category, Held, all, find};
use crate::{
    learning::{student::Student, views},
    ui::icons,
    web::format,
};

pub(super) fn badges(student: &Student, held: &[Held]) -> Markup {
    let open: Vec<&Badge> =
        all().iter().filter(|badge| badge.is_open() && !held.iter().any(|it| it.badge == badge.key)).collect();
    let earned: Vec<(&Badge, &Held)> = held.iter().filter_map(|it| Some((find(&it.badge)?, it))).collect();
    html! {
        (views::head(student, "Badges", &student.title("Tes badges", "Badges")))
        section class="card" {
            h2 { "Gagnés (" (earned.len()) ")" }
            @if earned.is_empty() { p { "Pas encore de badge. Le premier vient vite : terminer un questionnaire suffit." } }
            @else { ul class="rows" { @for (badge, held) in &earned { (row_earned(badge, held)) } } }
        }
        @if !open.is_empty() {
            section class="card" {
                h2 { "À gagner" }
                @for category in [Category::Assiduite, Category::Progression, Category::Curiosite] {
                    @let of: Vec<&&Badge> = open.iter().filter(|badge| badge.category == category).collect();
                    @if !of.is_empty() {
                        h3 { (category.label()) }
                        ul class="rows" { @for badge in of { li { span class="muted" { (icons::lock()) } div class="grow" { b { (badge.name) } br; span class="muted" { (badge.description) } } } } }
                    }
                }
            }
        }
    }
}

fn row_earned(badge: &Badge, held: &Held) -> Markup {
    html! {
        li {
            span class="band excellence" { (icons::star()) (badge.category.label()) }
            div class="grow" { b { (badge.name) } br; (held.reason) br; span class="muted" { "Le " (format::date(held.earned_at)) } }
        }
    }
}

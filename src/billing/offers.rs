//! `/dashboard/parent/abonnements`: what ARIA+ is and how to have it.

use maud::{Markup, html};
use poem::{handler, web::Data};

use crate::{
    config::School,
    ctx::Ctx,
    error::Result,
    ui::icons,
    web::{Page, Role, Visitor},
};

/// For every signed-in person: a student comes here from the limit of the day.
#[handler]
pub(super) async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    let person = visitor.signed_in()?;
    let per_day = per_day(&ctx).await?;
    Ok(Page::new("ARIA+", page(&ctx.config.school, person.role == Role::Eleve, per_day)))
}

/// Questions a day with ARIA+ and without.
async fn per_day(ctx: &Ctx) -> Result<(i32, i32)> {
    let row = sqlx::query!(
        r#"select (select per_day from aria_limits where role = 'ELEVE' and plan = 'FREE') as "free!",
                  (select per_day from aria_limits where role = 'ELEVE' and plan = 'SUBSCRIBER') as "plus!""#
    )
    .fetch_one(&ctx.pool)
    .await?;
    Ok((row.free, row.plus))
}

fn page(school: &School, tu: bool, (free, plus): (i32, i32)) -> Markup {
    html! {
        header class="page-head" { h1 { "ARIA+" } }
        section class="card" {
            p { "Sans abonnement, un élève pose " b { (free) " questions par jour" } " à ARIA. Avec ARIA+, " b { (plus) " questions par jour" } ", dans toutes les matières." }
            p { @if tu { "ARIA+ s’ouvre à l’école, avec l’accord d’un parent : parles-en chez toi, ou demande à l’équipe." } @else { "ARIA+ s’ouvre auprès de l’école, pour chaque enfant. L’équipe vous dit le tarif et l’ouvre aussitôt." } }
            p class="actions" {
                a class="button" href="/messages" { (icons::message()) "Écrire à l’équipe" }
            }
            p class="muted" {
                @if let Some(phone) = school.known_phone() { "Ou par téléphone\u{a0}: " (phone) ", par courriel\u{a0}: " (school.email) "." }
                @else { "Ou par courriel\u{a0}: " (school.email) "." }
            }
        }
    }
}

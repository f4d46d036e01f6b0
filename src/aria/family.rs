//! What guardians see of a child's work with ARIA: subjects and time, never what was written. A stated policy, shown to
//! both (the child reads it on the page of ARIA).

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use poem::{handler, web::Data};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    ctx::Ctx,
    error::Result,
    subjects::SchoolSubject,
    ui::icons,
    web::{Page, Role, Visitor, format},
};

/// A child's work in a subject over thirty days.
struct Work {
    student_id: Uuid,
    first_name: String,
    subject: Option<String>,
    questions: i64,
    minutes: i64,
    last_at: Option<DateTime<Utc>>,
}

/// Questions closer than this to the one before count as one stretch of work; each stretch has two minutes more, for
/// reading the last answer.
async fn list(pool: &PgPool, guardian: Uuid) -> Result<Vec<Work>> {
    let work = sqlx::query_as!(
        Work,
        r#"with children as (
               select s.user_id, u.first_name from guardianships g
               join students s on s.user_id = g.student_id join users u on u.id = s.user_id
               where g.guardian_id = $1 and 'VIEW' = any (g.rights) and u.deactivated_at is null
           ), asked as (
               select q.user_id, c.subject, q.created_at,
                      q.created_at - lag(q.created_at) over (partition by q.user_id, c.subject order by q.created_at) as pause
               from children k join aria_questions q on q.user_id = k.user_id
               join aria_conversations c on c.id = q.conversation_id
               where q.created_at > now() - interval '30 days'
           )
           select k.user_id as "student_id!", k.first_name as "first_name!", a.subject as "subject?", count(a.created_at) as "questions!",
                  coalesce(ceil(sum(case when a.created_at is null then 0
                                         when a.pause < interval '15 minutes' then extract(epoch from a.pause) / 60
                                         else 2 end)), 0)::bigint as "minutes!",
                  max(a.created_at) as last_at
           from children k left join asked a on a.user_id = k.user_id
           group by 1, 2, 3 order by 2, 1, 4 desc"#,
        guardian
    )
    .fetch_all(pool)
    .await?;
    Ok(work)
}

/// `/aria/famille`.
#[handler]
pub(super) async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    let person = visitor.in_role(&[Role::Parent])?;
    let work = list(&ctx.pool, person.id).await?;
    Ok(Page::new("Le travail avec ARIA", page(&work)))
}

fn page(work: &[Work]) -> Markup {
    html! {
        p { a class="link" href="/aria" { (icons::back()) " ARIA" } }
        header class="page-head" {
            h1 { "Le travail avec ARIA" }
            p class="muted" { "Les trente derniers jours, par matière. Vous voyez les matières et le temps, jamais ce que votre enfant écrit : c’est ce qui lui permet d’oser demander. Votre enfant le sait." }
        }
        @for child in work.chunk_by(|one, other| one.student_id == other.student_id) { (card(child)) }
        @if work.is_empty() {
            div class="empty" { (icons::family()) h2 { "Aucun enfant rattaché" } p { "Écrivez à l’équipe pour rattacher le compte de votre enfant au vôtre." } p { a class="button" href="/messages" { "Écrire à l’équipe" } } }
        }
    }
}

fn card(child: &[Work]) -> Markup {
    let name = child.first().map(|one| one.first_name.as_str()).unwrap_or_default();
    html! {
        section class="card" {
            h2 { (name) }
            @if child.iter().all(|one| one.questions == 0) { p { "Aucune question ces trente derniers jours." } }
            @else {
                div class="scroll" { table {
                    thead { tr { th scope="col" { "Matière" } th scope="col" class="num" { "Questions" } th scope="col" class="num" { "Temps" } } }
                    tbody { @for one in child.iter().filter(|one| one.questions > 0) {
                        tr {
                            th scope="row" {
                                (one.subject.as_deref().and_then(SchoolSubject::parse).map_or("Autre", SchoolSubject::label))
                                @if let Some(at) = one.last_at { br; span class="muted" { "la dernière le " (format::date(at)) } }
                            }
                            td class="num" { (format::count(one.questions)) }
                            td class="num" { (time(one.minutes)) }
                        }
                    } }
                } }
            }
        }
    }
}

/// "45 min", "1 h 05".
fn time(minutes: i64) -> String {
    if minutes < 60 {
        format!("{minutes}\u{a0}min")
    } else {
        format!("{}\u{a0}h\u{a0}{:02}", minutes / 60, minutes % 60)
    }
}

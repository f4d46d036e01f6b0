//! Landing pages. An admin may enter all; others are sent to their own.

use chrono::Utc;
use maud::Markup;
use poem::{IntoResponse as _, Response, handler, web::Data};
use uuid::Uuid;

use super::{
    school::{
        self,
        activity::{self, Filter},
    },
    store, views,
};
use crate::{
    aria::alerts,
    assessments::directeur::stats,
    ctx::Ctx,
    desk,
    error::Result,
    learning::{adopting, next_step, overview},
    messaging::talk,
    web::{Page, Person, Redirect, Role, Visitor},
};

/// People on the assistante's page whose messages wait.
const MOST_WAITING: i64 = 10;
/// Events on the admin's page.
const MOST_EVENTS: i64 = 12;

/// `/dashboard`: to the role's own page.
#[handler]
pub fn landing(visitor: Data<&Visitor>) -> Result<Redirect> {
    Ok(Redirect::to(visitor.signed_in()?.role.landing()))
}

/// The person, when the page is theirs or they are the admin; else where they belong.
fn enter(visitor: &Visitor, role: Role) -> Result<std::result::Result<&Person, Redirect>> {
    let person = visitor.signed_in()?;
    Ok(if person.role == role || person.role == Role::Admin {
        Ok(person)
    } else {
        Err(Redirect::to(person.role.landing()))
    })
}

fn page(title: &str, main: Markup) -> Response {
    Page::new(title, main).wide().into_response()
}

/// `/dashboard/eleve`: four queries.
#[handler]
pub async fn student(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Eleve)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let (state, overview) = overview::with_state(&ctx.pool, person.id).await?;
    let step = next_step::engine::of_student(&state, Utc::now());
    Ok(page("Mon tableau de bord", super::student::page(person, &state, &overview, &step)))
}

/// `/dashboard/parent`: four queries.
#[handler]
pub async fn parent(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Parent)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let (children, asked) =
        tokio::try_join!(store::list_children(&ctx.pool, person.id), adopting::list(&ctx.pool, person.id))?;
    let ids: Vec<Uuid> = children.iter().map(|child| child.id).collect();
    let overviews = overview::for_students(&ctx.pool, &ids).await?;
    let states: Vec<_> = children.iter().map(super::parent::Child::state).collect();
    let step = next_step::engine::of_parent(&states, Utc::now());
    Ok(page("Mes enfants", super::parent::page(person, &asked, &children, &overviews, &step)))
}

/// `/dashboard/coach`: three queries.
#[handler]
pub async fn coach(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Coach)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let students = store::list_coached(&ctx.pool, person.id).await?;
    let ids: Vec<Uuid> = students.iter().map(|one| one.id).collect();
    let overviews = overview::for_students(&ctx.pool, &ids).await?;
    let states: Vec<_> = students.iter().map(|one| one.state(overviews.get(&one.id))).collect();
    let step = next_step::engine::of_coach(&states, Utc::now());
    let mut page = Page::new("Mes élèves", super::coach::page(person, &students, &overviews, &step)).wide();
    page.title_font = false;
    Ok(page.into_response())
}

/// `/dashboard/assistante`: three queries.
#[handler]
pub async fn assistante(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Assistante)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let (open, queue, messages) = tokio::try_join!(
        alerts::list_open(&ctx.pool),
        desk::store::load_queue(&ctx.pool),
        talk::waiting(&ctx.pool, person, MOST_WAITING)
    )?;
    Ok(page("À traiter", views::assistante(person, &open, &queue, &messages)))
}

/// `/dashboard/admin`: five queries, of constant cost.
#[handler]
pub async fn admin(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Admin)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let pool = &ctx.pool;
    let all = Filter::default();
    let ((stats, tallies), open, waiting, events) = tokio::try_join!(
        stats::load_figures(pool),
        alerts::list_open(pool),
        school::store::load_waiting(pool),
        activity::store::list(pool, &all, MOST_EVENTS)
    )?;
    Ok(page("Administration", school::views::admin(person, &stats, &tallies, &open, &waiting, &events)))
}

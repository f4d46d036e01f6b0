//! Landing pages. An admin may enter all; others are sent to their own.

use maud::Markup;
use poem::{IntoResponse as _, Response, handler, web::Data};

use super::{school, store, views};
use crate::{
    assessments::{attempt, directeur::stats},
    ctx::Ctx,
    desk,
    error::Result,
    web::{Page, Person, Redirect, Role, Visitor},
};

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

/// `/dashboard/eleve`.
#[handler]
pub async fn student(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Eleve)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let (grade, mine) =
        tokio::try_join!(store::find_grade(&ctx.pool, person.id), attempt::list_for_student(&ctx.pool, person.id))?;
    Ok(page("Mon tableau de bord", views::student(person, grade.as_deref(), &mine)))
}

/// `/dashboard/parent`.
#[handler]
pub async fn parent(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Parent)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let children = store::list_children(&ctx.pool, person.id).await?;
    Ok(page("Mes enfants", views::parent(person, &children)))
}

/// `/dashboard/coach`.
#[handler]
pub async fn coach(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Coach)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let students = store::list_coached(&ctx.pool, person.id).await?;
    let mut page = Page::new("Mes élèves", views::coach(person, &students)).wide();
    page.title_font = false;
    Ok(page.into_response())
}

/// `/dashboard/assistante`.
#[handler]
pub async fn assistante(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Assistante)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let queue = desk::store::load_queue(&ctx.pool).await?;
    Ok(page("À traiter", views::assistante(person, &queue)))
}

/// `/dashboard/admin`.
#[handler]
pub async fn admin(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    let person = match enter(&visitor, Role::Admin)? {
        Ok(person) => person,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let pool = &ctx.pool;
    let (stats, school, events) =
        tokio::try_join!(stats::load(pool), school::store::load(pool), school::store::list_activity(pool, MOST_EVENTS))?;
    Ok(page("Administration", school::views::admin(person, &stats, &school, &events)))
}

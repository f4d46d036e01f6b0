//! `/admin/coaches`: coaches, their subjects and students.

use poem::{
    IntoResponse as _, Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{Coach, CoachForm, store, views};
use crate::{
    accounts::{
        households,
        rights::{self, Action, Resource},
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{FieldErrors, Form, Page, Redirect, Visitor},
};

/// All coaches.
#[handler]
pub async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    rights::staff(&visitor, Action::Read, Resource::User)?;
    Ok(Page::new("Coachs", views::list(&store::list(&ctx.pool).await?)).wide())
}

/// The empty form.
#[handler]
pub fn new(visitor: Data<&Visitor>) -> Result<Page> {
    rights::staff(&visitor, Action::Create, Resource::User)?;
    Ok(Page::new("Nouveau coach", views::new(&CoachForm::default(), &FieldErrors::default())))
}

/// Creates a coach.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Form(form): Form<CoachForm>) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Create, Resource::User)?;
    let mut errors = form.check();
    if errors.is_empty() {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        match super::create(&mut tx, &ctx, person, &form).await? {
            Ok(id) => {
                tx.commit().await?;
                return Ok(Redirect::to(format!("/admin/coaches/{id}?done=created")).into_response());
            }
            Err(refused) => {
                let (field, sentence) = refused.said();
                errors.add(field, sentence);
            }
        }
    }
    let page = Page::new("Nouveau coach", views::new(&form, &errors));
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// What just happened, and which students are searched.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    q: String,
}

/// One coach.
#[handler]
pub async fn show(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Page> {
    rights::staff(&visitor, Action::Read, Resource::User)?;
    let (coach, shown) = load(&ctx, id, &asked).await?;
    let form = CoachForm::from(&coach);
    Ok(Page::new(coach.full_name(), views::coach(&coach, &form, &FieldErrors::default(), &shown)))
}

async fn load(ctx: &Ctx, id: Uuid, asked: &Asked) -> Result<(Coach, views::Shown)> {
    let conn = &mut *ctx.pool.acquire().await?;
    let coach = store::find(conn, id).await?.ok_or_else(Error::not_found)?;
    let students = store::list_students(conn, id).await?;
    let searched = asked.q.trim();
    let found = if searched.is_empty() { Vec::new() } else { store::search_students(conn, id, searched).await? };
    Ok((coach, views::Shown { students, found, searched: searched.to_owned(), done: asked.done.clone() }))
}

/// Saves the form.
#[handler]
pub async fn save(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<CoachForm>,
) -> Result<Response> {
    let person = rights::staff(&visitor, Action::Update, Resource::User)?;
    let mut errors = form.check();
    if errors.is_empty() {
        let mut tx = crate::db::begin(&ctx.pool).await?;
        match super::update(&mut tx, &ctx, person, id, &form, Some(form.version)).await? {
            Ok(()) => {
                tx.commit().await?;
                return Ok(Redirect::to(format!("/admin/coaches/{id}?done=saved")).into_response());
            }
            Err(refused) => {
                let (field, sentence) = refused.said();
                errors.add(field, sentence);
            }
        }
    }
    let (coach, shown) = load(&ctx, id, &Asked::default()).await?;
    let page = Page::new(coach.full_name(), views::coach(&coach, &form, &errors, &shown));
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// A student, as the forms send one.
#[derive(Debug, Deserialize)]
pub struct StudentForm {
    student: Uuid,
}

/// Gives a student to the coach.
#[handler]
pub async fn add_student(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<StudentForm>,
) -> Result<Redirect> {
    set_student(&ctx, &visitor, id, form.student, true).await
}

/// Takes a student from the coach.
#[handler]
pub async fn remove_student(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Form(form): Form<StudentForm>,
) -> Result<Redirect> {
    set_student(&ctx, &visitor, id, form.student, false).await
}

async fn set_student(ctx: &Ctx, visitor: &Visitor, id: Uuid, student: Uuid, coached: bool) -> Result<Redirect> {
    let person = rights::staff(visitor, Action::Update, Resource::Student)?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    store::find(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    households::set_coach(&mut tx, person, student, id, coached).await?;
    tx.commit().await?;
    Ok(Redirect::to(format!("/admin/coaches/{id}?done=students#students")))
}

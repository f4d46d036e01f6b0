//! Pages of badges.

use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{store, views};
use crate::{
    ctx::Ctx,
    error::Result,
    learning::student::{self, Student},
    web::{Page, Visitor},
};

/// `/badges`: a student's own.
#[handler]
pub async fn mine(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    match student::own(&ctx.pool, &visitor).await? {
        Ok(student) => Ok(page(&ctx, &student).await?.into_response()),
        Err(elsewhere) => Ok(elsewhere.into_response()),
    }
}

/// `/eleves/:id/badges`.
#[handler]
pub async fn of_student(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Page> {
    let student = student::find(&ctx.pool, &visitor, id).await?;
    page(&ctx, &student).await
}

async fn page(ctx: &Ctx, student: &Student) -> Result<Page> {
    let held = store::list(&ctx.pool, student.id).await?;
    Ok(Page::new("Badges", views::badges(student, &held)))
}

//! `/comptes/:id/fiche`.

use poem::{
    handler,
    web::{Data, Path},
};
use uuid::Uuid;

use super::{find_for, new_link, views};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{Page, Visitor},
};

fn id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found())
}

/// What a slip is, and the button that draws one.
#[handler]
pub async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(student): Path<String>) -> Result<Page> {
    let person = visitor.signed_in()?;
    let mut conn = ctx.pool.acquire().await?;
    let student = find_for(&mut conn, person, id(&student)?).await?;
    Ok(Page::new("Fiche de connexion", views::before(&student)))
}

/// The slip, ready to be printed.
#[handler]
pub async fn create(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(student): Path<String>) -> Result<Page> {
    let person = visitor.signed_in()?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let student = find_for(&mut tx, person, id(&student)?).await?;
    let link = new_link(&mut tx, &ctx, person.id, student.id).await?;
    tx.commit().await?;
    Ok(Page::new(format!("Fiche de {}", student.first_name), views::slip(&ctx, &student, &link)))
}

//! Handlers of reading.

use poem::{
    handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    store::{self, Wanted},
    views,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    library::search::{Question, Viewer, passages},
    subjects::SchoolSubject,
    web::{Page, Role, Visitor},
};

/// Most passages of an answer.
const FOUND: usize = 10;
/// Most characters of a question.
const MOST_ASKED: usize = 300;

/// What is looked for.
#[derive(Deserialize)]
pub struct Looking {
    #[serde(default)]
    q: String,
    #[serde(default)]
    matiere: String,
    after: Option<Uuid>,
}

/// `/bibliotheque`: the documents, or the passages that answer a question.
#[handler]
pub async fn list(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(looking): Query<Looking>) -> Result<Page> {
    let viewer = Viewer::from(visitor.signed_in()?);
    let subject = SchoolSubject::parse(&looking.matiere);
    let text: String = looking.q.trim().chars().take(MOST_ASKED).collect();
    let shown = views::Shown { text: &text, subject, reader: viewer.role };
    if text.is_empty() {
        let documents = store::list(&ctx.pool, viewer, subject, looking.after).await?;
        return Ok(Page::new("Bibliothèque", views::documents(&shown, &documents)));
    }
    let question = Question { text: &text, subject, grade: None, strict: true, viewer, limit: FOUND };
    let found = passages(&ctx, &question).await?;
    Ok(Page::new("Bibliothèque", views::answers(&shown, &found)))
}

/// Where in a document.
#[derive(Deserialize)]
pub struct Place {
    p: Option<i64>,
    #[serde(default)]
    partie: i32,
}

/// `/bibliotheque/:id`: a document as it stands now.
#[handler]
pub async fn current(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(document): Path<Uuid>,
    Query(place): Query<Place>,
) -> Result<Page> {
    show(&ctx, &visitor, Wanted { document, version: None, passage: place.p, part: place.partie }).await
}

/// `/bibliotheque/:id/:number`: a version of a document, with the passage that a citation leads to.
#[handler]
pub async fn version(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path((document, version)): Path<(Uuid, i32)>,
    Query(place): Query<Place>,
) -> Result<Page> {
    show(&ctx, &visitor, Wanted { document, version: Some(version), passage: place.p, part: place.partie }).await
}

async fn show(ctx: &Ctx, visitor: &Visitor, wanted: Wanted) -> Result<Page> {
    let viewer = Viewer::from(visitor.signed_in()?);
    let Some(part) = store::find(&ctx.pool, viewer, wanted).await? else {
        return Err(absent(store::is_withdrawn(&ctx.pool, viewer, wanted.document).await?, viewer.role));
    };
    Ok(Page::new(part.title.clone(), views::document(&part)))
}

/// An old citation may lead to a document that the school has taken back.
fn absent(withdrawn: bool, reader: Role) -> Error {
    let ask = match reader {
        _ if !withdrawn => return Error::not_found(),
        Role::Eleve => "Pose la question de nouveau, ou demande",
        _ => "Posez la question de nouveau, ou demandez",
    };
    Error::new(
        StatusCode::NOT_FOUND,
        format!("L’école a retiré ce document\u{a0}: il n’est plus à jour, ou plus à sa place. {ask} à l’équipe."),
    )
}

//! The library: course documents, from the file that the team uploads to the passages that are searched and cited.
//! Owns `library_*`.
//!
//! Always true: a document, its version, its ingestion, its job and its audit entry are one transaction; the same
//! content is one document for everybody who may see it; an ingestion that is killed goes on where it was and gives the
//! same passages; a version is searched once all of it is ready, and the passages of older ones stay for old citations;
//! a stranger's file is parsed in a process of its own ([`extract`]).
//!
//! Who: admin and assistante manage what the team sees (the admin private documents, too); a coach uploads for the team
//! or for themself, and changes only what is their own.

pub mod api;
pub mod asked;
mod clean;
pub mod extract;
pub mod files;
mod form;
mod ingest;
pub mod jobs;
mod kind;
pub mod model;
mod pages;
pub mod passages;
pub mod reading;
pub mod search;
pub mod starter;
mod store;
pub mod upload;
pub mod vectors;
mod views;

#[cfg(test)]
mod tests;

use serde::Deserialize;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    files::Files,
    search::{Found, Hit, Mode, Question, Shelf, Viewer, link, search},
    store::list::figures,
};
use self::{
    model::{Authority, Grade, Visibility},
    store::{documents, ingests, list::Document},
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    subjects::SchoolSubject,
    web::{Person, Role, Routes, Visitor, get, post},
};

/// Largest file.
pub const MOST_BYTES: u64 = 50 << 20;
/// Who works with the library.
pub const TEAM: [Role; 3] = [Role::Admin, Role::Assistante, Role::Coach];

/// What people say about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Title.
    pub title: String,
    /// Subject.
    pub subject: SchoolSubject,
    /// Class; none: the whole lycée.
    pub grade: Option<Grade>,
    /// Weight as a source.
    pub authority: Authority,
    /// Rights of use, in words.
    pub rights: String,
    /// Who may read it.
    pub visibility: Visibility,
}

/// Where a document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// Somebody of the team.
    Upload,
    /// A sheet of the house, by its path without extension.
    Starter(&'a str),
}

impl Origin<'_> {
    const fn key(&self) -> &'static str {
        match self {
            Self::Upload => "UPLOAD",
            Self::Starter(_) => "STARTER",
        }
    }

    const fn starter_key(&self) -> Option<&str> {
        match self {
            Self::Upload => None,
            Self::Starter(key) => Some(key),
        }
    }
}

/// What narrows the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words of the title or the file's name.
    pub q: String,
    /// A subject's key.
    pub subject: String,
    /// RUNNING, DONE, FAILED or WITHDRAWN.
    pub state: String,
    /// The last document of the page before.
    pub after: String,
}

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    reading::routes(routes)
        .at("/admin/rag", get(pages::index).post(pages::take))
        .at("/admin/rag/new", get(pages::new))
        .at("/admin/rag/progress", get(pages::progress))
        .at("/admin/rag/:id", get(pages::show).post(pages::save))
        .at("/admin/rag/:id/versions", post(pages::replace))
        .at("/admin/rag/:id/retry", post(pages::retry))
        .at("/admin/rag/:id/withdraw", post(pages::withdraw))
        .at("/admin/rag/:id/restore", post(pages::restore))
}

/// The signed-in person of the team, or the sign-in page, or "not for you".
fn team(visitor: &Visitor) -> Result<&Person> {
    visitor.in_role(&TEAM)
}

/// Whether the person may change the document.
fn may_change(person: &Person, document: &Document) -> bool {
    person.role.is_staff() || document.owner_id == Some(person.id)
}

/// The widest circle that the person may open a document to: a coach the team, staff everybody.
fn circles(person: &Person) -> &'static [Visibility] {
    if person.role.is_staff() { Visibility::ALL } else { &Visibility::ALL[1..] }
}

/// What is done to a document as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Retry,
    Withdraw,
    Restore,
}

/// Does it, with its audit entry; nothing when it is so already.
async fn act(ctx: &Ctx, person: &Person, document: &Document, act: Act) -> Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    documents::lock(&mut tx, document.id).await?.ok_or_else(Error::not_found)?;
    let (changed, action) = match act {
        Act::Withdraw => (documents::set_withdrawn(&mut tx, document.id, true).await?, "library.withdraw"),
        Act::Restore => (documents::set_withdrawn(&mut tx, document.id, false).await?, "library.restore"),
        Act::Retry => (ingests::set_retry(&mut tx, document.id, document.version).await?, "library.retry"),
    };
    if changed {
        if act == Act::Retry {
            let job = jobs::IngestDocument { document_id: document.id, version: document.version };
            crate::jobs::enqueue_again(&mut tx, &job).await?;
        }
        note(&mut tx, person, action, document.id, document.version).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Changes what a document is.
async fn change(ctx: &Ctx, person: &Person, document: &Document, details: &Details) -> Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    documents::set_details(&mut tx, document.id, details).await?;
    note(&mut tx, person, "library.change", document.id, document.version).await?;
    tx.commit().await?;
    Ok(())
}

async fn note(conn: &mut PgConnection, person: &Person, action: &str, document: Uuid, version: i32) -> Result<()> {
    let subject = format!("library_documents:{document}");
    audit::record(conn, Some(person.id), action, &subject, &json!({ "version": version })).await
}

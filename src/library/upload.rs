//! A file of the team on its way into the library: streamed into the store, looked at, then recorded.

use std::collections::BTreeMap;

use poem::{Body, Request, http::StatusCode};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Details, MOST_BYTES, Origin,
    files::{Files, Staged, Staging},
    jobs::IngestDocument,
    kind,
    model::Media,
    store::{documents, documents::NewVersion, list::sees_all},
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    jobs,
    web::{Person, uploads},
};

/// A file that is whole and of a kind that can be read.
pub struct Incoming {
    staged: Staged,
    media: Media,
    /// Name of the file.
    pub name: String,
    /// The other fields of the form.
    pub fields: BTreeMap<String, String>,
}

impl Incoming {
    /// Key of its content.
    pub fn sha256(&self) -> &str {
        &self.staged.sha256
    }

    /// Bytes.
    pub fn size(&self) -> u64 {
        self.staged.size
    }
}

/// What is not taken, and the fields that came with it: the form is shown again with them.
#[derive(Debug)]
pub struct Refused {
    /// Why.
    pub error: Error,
    /// The other fields of the form; none when they were not read.
    pub fields: BTreeMap<String, String>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, fields: BTreeMap::new() }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// A new document.
    New(Uuid),
    /// The document with this content.
    Same(Uuid),
}

impl uploads::Pour for Staging {
    async fn pour(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        self.write(bytes).await
    }
}

/// 413 of the contract.
fn too_large() -> Error {
    let sentence = "Ce fichier dépasse 50\u{a0}Mo. Réduisez-le ou découpez-le, puis recommencez.";
    Error::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
        .with_json(json!({ "error": "file_too_large", "message": sentence }))
}

/// 400 of the contract.
fn missing() -> Error {
    let sentence = "Choisissez un fichier à envoyer.";
    Error::bad_request(sentence).with_json(json!({ "error": "missing file", "message": sentence }))
}

/// Receives a form with a file; never more than a piece of it is in memory.
pub async fn receive(ctx: &Ctx, req: &Request, body: Body) -> Result<Incoming, Refused> {
    let is_form = req.content_type().is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if !is_form {
        return Err(missing().into());
    }
    let mut staging = ctx.files.stage().await.map_err(Error::from)?;
    let sent = uploads::stream(req, body, MOST_BYTES, &mut staging)
        .await
        .map_err(|error| if error.status == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { error })?;
    let fields = sent.fields;
    let Some(name) = sent.file_name else { return Err(Refused { error: missing(), fields }) };
    let staged = staging.finish().await.map_err(Error::from)?;
    if name.trim().is_empty() && staged.size == 0 {
        // The form was sent without choosing a file.
        return Err(Refused { error: missing(), fields });
    }
    let name = if name.trim().is_empty() { "document".to_owned() } else { name };
    let (reader, shown) = (staged.reader().map_err(Error::internal)?, name.clone());
    let found = tokio::task::spawn_blocking(move || kind::of(reader, &shown)).await.map_err(Error::internal)?;
    match found.map_err(Error::internal)? {
        Ok(media) => Ok(Incoming { staged, media, name, fields }),
        Err(unfit) => {
            let error = Error::new(StatusCode::UNPROCESSABLE_ENTITY, unfit.sentence())
                .with_json(json!({ "error": "unsupported_file", "message": unfit.sentence() }));
            Err(Refused { error, fields })
        }
    }
}

/// Makes a document of it, or finds the one that has this content.
pub async fn store(ctx: &Ctx, person: &Person, incoming: Incoming, details: &Details) -> Result<Stored> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let (sha256, size) = (incoming.staged.sha256.clone(), incoming.staged.size as i64);
    documents::hold_file(&mut tx, &sha256, size).await?;
    if let Some(same) = documents::find_same(&mut tx, &sha256, person.id, sees_all(person)).await? {
        return Ok(Stored::Same(same));
    }
    let id = Uuid::now_v7();
    documents::insert(&mut tx, id, details, Some(person.id), &Origin::Upload).await?;
    let new =
        NewVersion { sha256: &sha256, size, original_name: &incoming.name, media: incoming.media, by: Some(person.id) };
    add_version(&mut tx, &ctx.files, id, &new, incoming.staged).await?;
    tx.commit().await?;
    Ok(Stored::New(id))
}

/// Makes a new version of it; [`Stored::Same`] when the newest one is the same.
pub async fn replace(ctx: &Ctx, person: &Person, document: Uuid, incoming: Incoming) -> Result<Stored> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let (sha256, size) = (incoming.staged.sha256.clone(), incoming.staged.size as i64);
    documents::hold_file(&mut tx, &sha256, size).await?;
    let newest = documents::lock(&mut tx, document).await?.ok_or_else(Error::not_found)?;
    if newest == sha256 {
        return Ok(Stored::Same(document));
    }
    let new =
        NewVersion { sha256: &sha256, size, original_name: &incoming.name, media: incoming.media, by: Some(person.id) };
    add_version(&mut tx, &ctx.files, document, &new, incoming.staged).await?;
    tx.commit().await?;
    Ok(Stored::New(document))
}

/// A version with its ingestion, job, audit entry and file. The file's row is held.
pub(super) async fn add_version(
    conn: &mut PgConnection,
    files: &Files,
    document: Uuid,
    new: &NewVersion<'_>,
    staged: Staged,
) -> Result<()> {
    let version = documents::insert_version(conn, document, new).await?;
    jobs::enqueue(conn, &IngestDocument { document_id: document, version }).await?;
    let details = json!({ "version": version, "sha256": new.sha256, "size": new.size, "type": new.media.key() });
    audit::record(conn, new.by, "RAG_INGEST", &format!("library_documents:{document}"), &details).await?;
    // Last: if the transaction fails after this, nobody needs the file, and the sweep takes it away.
    files.keep(staged).await?;
    Ok(())
}

//! Work of this room done by the queue.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    extract::worker::Extractor,
    ingest::Work,
    starter,
    store::{documents, ingests},
};
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Files that nobody needs stay for a day: one that is being uploaded is not recorded yet.
const UNNEEDED_FOR: Duration = Duration::from_secs(24 * 3600);

/// Takes a version into the search.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct IngestDocument {
    /// Key in `library_documents`.
    pub document_id: Uuid,
    /// Number of the version.
    pub version: i32,
}

impl Job for IngestDocument {
    const KIND: &'static str = "library.ingest";
    const LABEL: &'static str = "Lecture d’un document de cours";
    const MAX_ATTEMPTS: i16 = 5;
    const PRIORITY: i16 = -1;
    const MOST_AT_ONCE: usize = 2;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        let (document, version) = (self.document_id, self.version);
        Work { ctx, lease, extractor: Extractor::here(), document, version }.run().await
    }

    async fn on_death(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        const PROBLEM: &str = "La lecture s’est interrompue plusieurs fois. Relancez-la ; si cela continue, exportez le document de nouveau.";
        Ok(ingests::set_failed(conn, self.document_id, self.version, "FAILED", PROBLEM).await?)
    }
}

/// Takes the sheets of the house over: what is new becomes a document, what has changed a new version.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ImportStarter {}

impl Job for ImportStarter {
    const KIND: &'static str = "library.import-starter";
    const LABEL: &'static str = "Fiches de cours de la maison";

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        // Importing twice changes nothing: nothing to fence.
        starter::import(ctx).await?;
        Ok(())
    }
}

/// Takes away files that no version needs; scheduled every night.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SweepFiles {}

impl Job for SweepFiles {
    const KIND: &'static str = "library.sweep-files";
    const LABEL: &'static str = "Rangement des fichiers de cours";
    const MAX_ATTEMPTS: i16 = 2;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        let on_disk = ctx.files.older_than(UNNEEDED_FOR).await?;
        let mut keys = documents::unknown_files(&ctx.pool, &on_disk).await?;
        keys.extend(documents::unneeded_files(&ctx.pool).await?);
        for key in keys {
            sweep(ctx, &key).await?;
        }
        Ok(())
    }
}

/// Takes one file away, unless somebody needs it by now: its row is held meanwhile.
async fn sweep(ctx: &Ctx, key: &str) -> anyhow::Result<()> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    documents::hold_file(&mut tx, key, 1).await?;
    if documents::forget_file(&mut tx, key).await? {
        ctx.files.delete(key).await?;
    }
    tx.commit().await?;
    Ok(())
}

//! Making the vectors of all passages with a model that was not used before.

use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use super::{Embedder, embed_some, embedder, store};
use crate::{
    ctx::Ctx,
    jobs::{Job, Lease},
};

/// Makes the vectors that the configured model lacks, some at a time, each stored as it comes: a run that was killed is
/// gone on with, and a model that is away is asked again for weeks. Then the model takes the place of the one before.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ReembedLibrary {}

impl Job for ReembedLibrary {
    const KIND: &'static str = "library.reembed";
    const LABEL: &'static str = "Recherche par le sens\u{a0}: préparation de la bibliothèque";
    // Every hour in the end.
    const MAX_ATTEMPTS: i16 = 1000;
    const MOST_AT_ONCE: usize = 1;

    async fn run(self, ctx: &Ctx, lease: &mut Lease) -> anyhow::Result<()> {
        if let Some(embedder) = embedder(ctx) {
            fill(&ctx.pool, &embedder).await?;
        }
        let mut tx = crate::db::begin(&ctx.pool).await?;
        let index = match super::model(ctx) {
            Some(model) => store::find(&ctx.pool, &model).await?,
            None => None,
        };
        if let Some(index) = index.filter(|index| !index.built) {
            store::build(&mut tx, index.id).await?;
        }
        // What becomes live from here on finds no such job and enqueues one; what did before is counted below.
        lease.finish(&mut tx).await?;
        if let Some(index) = index {
            store::forget_reasons(&mut tx, index.id).await?;
            super::ask_for_missing(&mut tx, Some(index.id)).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What the job does, at once.
pub async fn complete(pool: &PgPool, embedder: &dyn Embedder) -> anyhow::Result<()> {
    fill(pool, embedder).await?;
    let Some(model) = embedder.model() else { return Ok(()) };
    if let Some(index) = store::find(pool, &model).await?.filter(|index| !index.built) {
        let mut tx = crate::db::begin(pool).await?;
        store::build(&mut tx, index.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// All vectors that are missing.
pub(super) async fn fill(pool: &PgPool, embedder: &dyn Embedder) -> anyhow::Result<()> {
    let Some(model) = embedder.model() else { return Ok(()) };
    let Some(index) = store::find(pool, &model).await? else { return Ok(()) };
    let mut after = Some(0);
    while let Some(last) = after {
        after = embed_some(pool, embedder, &model, index.id, (None, last)).await?;
        tracing::info!(last, model = model.name, "vectors of the library");
    }
    Ok(())
}

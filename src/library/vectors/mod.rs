//! Finding passages by their meaning, where an embeddings model is configured and the database has pgvector. Everything
//! else works without: then words alone find passages.
//!
//! Owns `library_vector_index` and `library_embeddings`, which are no migration: [`set_up`] makes them at start
//! (`schema.sql`). Their queries are not checked when this is compiled, because the tables may not be there, but by the
//! tests in `real`, which `ops/test vectors` runs.
//!
//! Always true: one model answers at a time, and the model that made the vectors is recorded with them; while another one
//! is configured, words alone answer until [`jobs::ReembedLibrary`] has made its vectors, then it takes the place of the
//! old one in one transaction; the model hears no name of the school ([`Private`]); nobody finds a passage that they may not read, nor fewer because there are many of those.

pub mod hashing;
pub mod jobs;
mod private;
mod store;

#[cfg(test)]
mod real;

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

pub use self::{private::Private, store::Progress};
use super::search::Question;
use crate::{ctx::Ctx, jobs as queue, llm, masking::Masks};

/// How long a question's vector is waited for.
const PATIENCE: Duration = Duration::from_millis(800);
/// Passages that are sent to the model at once.
const BATCH: i64 = 64;
/// Up to so many readable passages, all are compared: quicker than the index, and exact.
const FEW: i32 = 5_000;
/// Most dimensions that an index can hold, as half numbers.
const MOST_DIMENSIONS: usize = 4_000;

/// Why a configured model has no index, as staff read it.
pub const NO_INDEX: &str = "la base n’a pas pgvector, ou ce modèle n’est pas pris en charge";
/// Why passages have no vectors yet while the model is away, as staff read it.
pub const LATER: &str =
    "le modèle n’a pas répondu\u{a0}; la recherche par le sens viendra d’elle-même dès qu’il répondra";

/// An embeddings model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Length of its vectors.
    pub dimensions: usize,
}

/// What makes vectors of texts.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The configured model, if there is one.
    fn model(&self) -> Option<Model>;

    /// A vector for each text, in their order.
    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>>;
}

/// The configured model.
pub fn model(ctx: &Ctx) -> Option<Model> {
    ctx.llm.model()
}

/// What makes vectors here, of any text.
pub fn embedder(ctx: &Ctx) -> Option<Private<'_>> {
    ctx.llm.embeddings().is_some().then(|| Private::asking(&ctx.llm, &ctx.pool))
}

/// What makes vectors here, of texts in which nobody else can be named than these masks know.
pub fn embedder_with(ctx: &Ctx, masks: Masks) -> Option<Private<'_>> {
    ctx.llm.embeddings().is_some().then(|| Private::knowing(&ctx.llm, masks))
}

#[async_trait]
impl Embedder for llm::Client {
    fn model(&self) -> Option<Model> {
        self.embeddings().map(|model| Model { name: model.name, dimensions: model.dimensions })
    }

    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        Ok(llm::Client::embed(self, texts, None).await?)
    }
}

/// How the vectors of a version stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Embedded {
    /// Every passage has one.
    All,
    /// The model is away: [`jobs::ReembedLibrary`] makes what is missing once the version is live ([`ask_for_missing`]).
    Later,
    /// None, and why, as staff read it.
    Without(String),
}

/// How search by meaning stands, for the page of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The database cannot hold the vectors of the model.
    NoIndex,
    /// It could not be read, for now.
    Unknown,
    /// They are there, or come.
    Index(Progress),
}

/// How search by meaning stands, and with which model; nothing when none is configured.
pub async fn standing(ctx: &Ctx) -> Option<(String, Standing)> {
    let model = model(ctx)?;
    let standing = match store::progress(&ctx.pool, &model).await {
        Ok(progress) => progress.map_or(Standing::NoIndex, Standing::Index),
        Err(error) => {
            tracing::warn!(%error, "how far the vectors are cannot be read: the page is shown without it");
            Standing::Unknown
        }
    };
    Some((model.name, standing))
}

/// Makes what vectors need, when a server starts: schema, and the index of the configured model, which a job fills. What
/// keeps it from that is logged: the server starts all the same.
pub async fn set_up(pool: &PgPool, model: Option<Model>) {
    let Some(model) = model else { return };
    match try_set_up(pool, &model).await {
        Ok(true) => tracing::info!(model = model.name, "the library finds by meaning, too"),
        Ok(false) => tracing::info!("no pgvector: the library finds by words"),
        Err(error) => tracing::warn!(%error, "vectors cannot be set up: the library finds by words"),
    }
}

async fn try_set_up(pool: &PgPool, model: &Model) -> anyhow::Result<bool> {
    anyhow::ensure!((1..=MOST_DIMENSIONS).contains(&model.dimensions), "{} dimensions", model.dimensions);
    let mut tx = crate::db::begin(pool).await?;
    if !store::create(&mut tx).await? {
        return Ok(false);
    }
    let index = store::declare(&mut tx, model).await?;
    if !index.built && store::count_missing(&mut tx, index.id).await? == 0 {
        store::build(&mut tx, index.id).await?;
    } else if store::count_missing(&mut tx, index.id).await? > 0 {
        queue::enqueue_again(&mut tx, &jobs::ReembedLibrary::default()).await?;
    }
    // Counted here, nobody who opens the page is the first.
    store::progress(&mut *tx, model).await?;
    tx.commit().await?;
    Ok(true)
}

/// The nearest passages that the viewer may read, at most so many; none (not: an empty list) where words alone answer.
pub async fn nearest(
    pool: &PgPool,
    embedder: &dyn Embedder,
    question: &Question<'_>,
    most: usize,
) -> anyhow::Result<Option<Vec<i64>>> {
    let Some(model) = embedder.model() else { return Ok(None) };
    let Some(index) = store::find(pool, &model).await?.filter(|index| index.built) else { return Ok(None) };
    let texts = [question.text.to_owned()];
    let vector = tokio::time::timeout(PATIENCE, embedder.embed(&texts)).await??.into_iter().next();
    let vector = vector.filter(|vector| is_sound(vector, &model));
    let vector = vector.ok_or_else(|| anyhow::anyhow!("the model answered no vector of its length"))?;
    store::nearest(pool, index.id, &vector, question, (most as i32, FEW)).await.map(Some)
}

/// Whether a vector can be compared with others.
fn is_sound(vector: &[f32], model: &Model) -> bool {
    vector.len() == model.dimensions && vector.iter().all(|x| x.is_finite()) && vector.iter().any(|x| *x != 0.0)
}

/// The model did not answer, or not with vectors: nothing that keeps a document from being found by its words.
#[derive(Debug, thiserror::Error)]
#[error("no vectors from the model: {0:#}")]
struct Away(anyhow::Error);

/// Gives each passage of a version that has none its vector; what was there stays.
pub async fn embed_missing(ctx: &Ctx, document: Uuid, version: i32) -> anyhow::Result<Embedded> {
    embed_version(&ctx.pool, embedder(ctx).as_ref().map(|it| it as &dyn Embedder), document, version).await
}

async fn embed_version(
    pool: &PgPool,
    embedder: Option<&dyn Embedder>,
    document: Uuid,
    version: i32,
) -> anyhow::Result<Embedded> {
    let Some((embedder, model)) = embedder.and_then(|it| it.model().map(|model| (it, model))) else {
        return Ok(Embedded::Without("la recherche par le sens n’est pas activée".into()));
    };
    let Some(index) = store::find(pool, &model).await? else {
        return Ok(Embedded::Without(NO_INDEX.into()));
    };
    let mut after = Some(0);
    while let Some(last) = after {
        after = match embed_some(pool, embedder, &model, index.id, (Some((document, version)), last)).await {
            Ok(after) => after,
            Err(error) if error.is::<Away>() => {
                tracing::warn!(%document, version, "the model is away: a document is searched without vectors for now");
                return Ok(Embedded::Later);
            }
            Err(error) => return Err(error),
        };
    }
    Ok(Embedded::All)
}

/// Enqueues the making of vectors that live passages lack, in the transaction that made them live. The index was looked
/// for before ([`index`]).
pub async fn ask_for_missing(conn: &mut PgConnection, index: Option<i32>) -> anyhow::Result<()> {
    if let Some(index) = index
        && store::count_missing(conn, index).await? > 0
    {
        queue::enqueue_again(conn, &jobs::ReembedLibrary::default()).await?;
    }
    Ok(())
}

/// The index of the configured model, if there is one.
pub async fn index(ctx: &Ctx) -> anyhow::Result<Option<i32>> {
    let Some(model) = model(ctx) else { return Ok(None) };
    Ok(store::find(&ctx.pool, &model).await?.map(|index| index.id))
}

/// Makes some vectors that are missing, of one version or of all that is live, after a passage; answers the last one.
async fn embed_some(
    pool: &PgPool,
    embedder: &dyn Embedder,
    model: &Model,
    index: i32,
    (only, after): (Option<(Uuid, i32)>, i64),
) -> anyhow::Result<Option<i64>> {
    let missing = store::list_missing(pool, index, only, (after, BATCH)).await?;
    if missing.is_empty() {
        return Ok(None);
    }
    let texts: Vec<String> = missing.iter().map(|it| it.text.clone()).collect();
    let vectors = embedder.embed(&texts).await.map_err(Away)?;
    if vectors.len() != texts.len() || !vectors.iter().all(|vector| is_sound(vector, model)) {
        let (many, texts) = (vectors.len(), texts.len());
        return Err(Away(anyhow::anyhow!("{many} vectors for {texts} texts, or of another length")).into());
    }
    let passages: Vec<i64> = missing.iter().map(|it| it.passage).collect();
    store::insert(pool, index, &passages, &vectors).await?;
    Ok(passages.last().copied())
}

//! tmp
use super::search::Question;
use async_trait::async_trait;
use sqlx::PgPool;

/// An embeddings model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Length of its vectors.
    pub dimensions: usize,
}

/// tmp
#[async_trait]
pub trait Embedder: Send + Sync {
    /// tmp
    fn model(&self) -> Option<Model>;
    /// tmp
    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>>;
}
/// tmp
pub async fn nearest(
    _pool: &PgPool,
    _e: &dyn Embedder,
    _q: &Question<'_>,
    _limit: usize,
) -> anyhow::Result<Option<Vec<i64>>> {
    Ok(None)
}

#[async_trait]
impl Embedder for crate::llm::Client {
    fn model(&self) -> Option<Model> { None }
    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> { Ok(crate::llm::Client::embed(self, texts, None).await?) }
}

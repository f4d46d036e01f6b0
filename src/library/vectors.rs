//! Vectors of passages.

use uuid::Uuid;

use crate::ctx::Ctx;

/// How the vectors of a version stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Embedded {
    /// Every passage has one.
    All,
    /// None, and why, as staff read it.
    Without(String),
}

/// Gives each passage of a version that has none its vector; what was there stays.
pub async fn embed_missing(_: &Ctx, _document: Uuid, _version: i32) -> anyhow::Result<Embedded> {
    Ok(Embedded::Without("aucun fournisseur".into()))
}

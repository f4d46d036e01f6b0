//! A stand-in for an embeddings model, for tests and benchmarks: each word of a text adds to one number of its vector.

use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::{Embedder, Model};
use crate::library::search::roots;

/// Makes vectors of this length under this name, after this long.
#[derive(Debug, Clone)]
pub struct Hashing {
    /// Name of the model.
    pub name: &'static str,
    /// Length of its vectors.
    pub dimensions: usize,
    /// How long an answer takes.
    pub delay: Duration,
}

impl Hashing {
    /// The vector of a text, of length 1.
    pub fn vector(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.01_f32; self.dimensions];
        for root in roots(text) {
            let digest = Sha256::digest(root.as_bytes());
            let at = usize::from(digest[0]) << 16 | usize::from(digest[1]) << 8 | usize::from(digest[2]);
            vector[at % self.dimensions] += 1.0;
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter().map(|x| x / length).collect()
    }
}

#[async_trait]
impl Embedder for Hashing {
    fn model(&self) -> Option<Model> {
        Some(Model { name: self.name.to_owned(), dimensions: self.dimensions })
    }

    async fn embed(&self, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
        tokio::time::sleep(self.delay).await;
        Ok(texts.iter().map(|text| self.vector(text)).collect())
    }
}

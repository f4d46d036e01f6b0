//! Vectors of texts, from the one provider that the settings name.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    Client, LlmError, Task,
    call::{Asked, Call},
    chain::Provider,
};
use crate::config::LlmMode;

/// Most texts of one request …
const MOST_TEXTS: usize = 64;
/// … and their most characters: providers bound the tokens of a request.
const MOST_CHARS: usize = 24_000;

/// Which vectors there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddingModel {
    /// Vectors of two models are never compared.
    pub name: String,
    /// Numbers in a vector.
    pub dimensions: usize,
}

/// Who makes them.
pub(super) struct Embedder {
    pub provider: Arc<Provider>,
    pub dimensions: usize,
}

impl Client {
    /// The model of embeddings, if there is one.
    pub fn embeddings(&self) -> Option<EmbeddingModel> {
        let embedder = self.embedder()?;
        Some(EmbeddingModel { name: embedder.provider.server.model.clone(), dimensions: embedder.dimensions })
    }

    fn embedder(&self) -> Option<&Embedder> {
        self.0.embedder.as_ref().filter(|_| self.mode() != LlmMode::Off)
    }

    /// A vector for each text, in their order, each of the dimensions of the settings. Sent in batches, one after the
    /// other; `Err` as soon as one of them fails.
    pub async fn embed(&self, texts: &[String], person: Option<Uuid>) -> Result<Vec<Vec<f32>>, LlmError> {
        let embedder = self.embedder().ok_or(LlmError::NotConfigured)?;
        self.0.books.open().await?;
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in batches(texts) {
            let _place = self.0.places.take(person).await?;
            vectors.extend(self.embed_batch(embedder, batch, person).await?);
        }
        Ok(vectors)
    }

    async fn embed_batch(
        &self,
        embedder: &Embedder,
        texts: &[String],
        person: Option<Uuid>,
    ) -> Result<Vec<Vec<f32>>, LlmError> {
        let Embedder { provider, dimensions } = embedder;
        let ticket = provider.breaker.admit(false)?;
        let asked = Asked {
            provider: &provider.server.name,
            model: &provider.server.model,
            price: provider.price,
            task: Task::Embedding,
            person,
            chars: texts.iter().map(|text| text.chars().count()).sum(),
            max_tokens: 0,
        };
        let mut call = Call::begin(&self.0.books, &asked, Some(ticket))?;
        match provider.server.embed(texts, *dimensions).await {
            Ok((vectors, usage)) => {
                call.answered(0, usage);
                call.succeed();
                Ok(vectors)
            }
            Err(error) => {
                call.fail(&error);
                Err(error)
            }
        }
    }
}

/// The texts in runs that fit into one request; a text that is longer than that goes alone.
fn batches(texts: &[String]) -> impl Iterator<Item = &[String]> {
    let mut rest = texts;
    std::iter::from_fn(move || {
        let mut chars = 0;
        let fits = |text: &&String| {
            chars += text.chars().count();
            chars <= MOST_CHARS
        };
        let n = rest.iter().take(MOST_TEXTS).take_while(fits).count().max(1).min(rest.len());
        let (batch, after) = rest.split_at(n);
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_in_runs_that_fit_and_none_is_left_out() {
        let sizes = |texts: &[String]| batches(texts).map(<[String]>::len).collect::<Vec<_>>();
        assert!(sizes(&[]).is_empty());
        assert_eq!(sizes(&vec!["court".to_owned(); 150]), [64, 64, 22]);
        assert_eq!(sizes(&["a".repeat(20_000), "b".repeat(20_000), "c".repeat(90_000), "d".into()]), [1, 1, 1, 1]);
    }
}

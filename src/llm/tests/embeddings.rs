//! Vectors.

use super::{log::rows, *};
use crate::llm::{EmbeddingModel, Task};

fn embedder(server: &StandIn) -> Client {
    of(&[
        ("EMBEDDINGS_URL", &server.base_url),
        ("EMBEDDINGS_MODEL", "mistral-embed"),
        ("EMBEDDINGS_DIMENSIONS", "8"),
        ("EMBEDDINGS_API_KEY", "sk-vectors"),
    ])
}

fn texts(n: usize) -> Vec<String> {
    (1..=n).map(|n| "x".repeat(n)).collect()
}

#[tokio::test]
async fn every_text_has_its_own_vector_however_many_batches_it_takes() {
    let server = StandIn::always(Reply::Vectors(8)).await;
    let client = embedder(&server);
    assert_eq!(client.embeddings(), Some(EmbeddingModel { name: "mistral-embed".into(), dimensions: 8 }));
    let vectors = client.embed(&texts(100), None).await.expect("vectors");
    let lengths: Vec<usize> = vectors.iter().map(|vector| vector[0] as usize).collect();
    assert_eq!(lengths, (1..=100).collect::<Vec<_>>());
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].head.starts_with("post /v1/embeddings ") && seen[0].head.contains("bearer sk-vectors"));
    let rows = rows(&client);
    assert_eq!((rows.len(), rows[0].task, rows[0].provider.as_str()), (2, Task::Embedding, "embeddings"));
    assert_eq!((rows[0].usage.prompt_tokens, rows[0].cost), (64, 7), "64 tokens at 0.10 a million, rounded up");
}

#[tokio::test]
async fn vectors_that_are_not_those_of_the_settings_are_refused() {
    let server = StandIn::always(Reply::Vectors(9)).await;
    let error = embedder(&server).embed(&texts(2), None).await.expect_err("another model");
    assert_eq!(error, LlmError::Dimensions { expected: 8, got: 9 });
    for body in [r#"{"data":[]}"#, r#"{"data":[{"index":7,"embedding":[1,1,1,1,1,1,1,1]}]}"#, "nonsense"] {
        let server = StandIn::always(Reply::Body(body.into())).await;
        assert_eq!(embedder(&server).embed(&texts(1), None).await, Err(LlmError::Invalid), "{body}");
    }
}

#[tokio::test]
async fn a_failure_is_retried_once_and_then_reported() {
    let server = StandIn::start(|_, n| if n == 0 { Reply::Status(500, "{}".into()) } else { Reply::Vectors(8) }).await;
    assert!(embedder(&server).embed(&texts(1), None).await.is_ok());
    let server = StandIn::always(Reply::Status(500, "{}".into())).await;
    assert!(embedder(&server).embed(&texts(1), None).await.is_err());
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn without_a_provider_or_switched_off_there_are_no_vectors() {
    let client = of(&[]);
    assert_eq!((client.embeddings(), client.embed(&texts(1), None).await), (None, Err(LlmError::NotConfigured)));
    let off = [
        ("LLM_MODE", "off"),
        ("EMBEDDINGS_URL", "http://h/v1"),
        ("EMBEDDINGS_MODEL", "e"),
        ("EMBEDDINGS_DIMENSIONS", "8"),
    ];
    assert_eq!(of(&off).embeddings(), None);
}

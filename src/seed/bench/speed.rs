//! How quickly the library answers, by words, and by words and meaning where the database has pgvector.

use std::{path::Path, time::Instant};

use sqlx::PgPool;
use uuid::Uuid;

use super::retrieval;
use crate::{
    library::{
        search::{Mode, Question, Shelf, Viewer, search},
        vectors::{self, Embedder, hashing::Hashing},
    },
    web::Role,
};

/// The model of which the vectors are: as long as those of usual models.
const MODEL: Hashing = Hashing { name: "bench", dimensions: 1_024, delay: std::time::Duration::ZERO };
/// How often each question is asked.
const ROUNDS: usize = 4;

/// Stores passages where there are none yet, then asks every question of the repository, one after the other.
pub(super) async fn run(pool: &PgPool, root: &Path, passages: usize) -> anyhow::Result<()> {
    if retrieval::stored_sheets(pool).await?.is_empty() {
        retrieval::fill(pool, root, passages).await?;
        // One by one: several statements at once are a transaction, in which there is no vacuum.
        for vacuum in
            ["vacuum analyze library_index", "vacuum analyze library_words", "vacuum analyze library_passages"]
        {
            sqlx::raw_sql(vacuum).execute(pool).await?;
        }
    }
    measure(pool, root, None).await?;
    vectors::set_up(pool, MODEL.model()).await;
    vectors::jobs::complete(pool, &MODEL).await?;
    measure(pool, root, Some(&MODEL)).await
}

async fn measure(pool: &PgPool, root: &Path, embedder: Option<&dyn Embedder>) -> anyhow::Result<()> {
    let pairs = retrieval::pairs(root)?;
    let viewer = Viewer { id: Uuid::nil(), role: Role::Eleve };
    let (mut times, mut hybrid) = (Vec::new(), 0);
    // Far more passages than are held in memory: the database finds.
    let shelf = Shelf::default();
    for round in 0..=ROUNDS {
        for pair in &pairs {
            let question =
                Question { text: &pair.question, subject: None, grade: None, strict: false, viewer, limit: 8 };
            let begun = Instant::now();
            let found = search(pool, &shelf, embedder, &question).await.map_err(anyhow::Error::new)?;
            // The first round warms up.
            if round > 0 {
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
                hybrid += usize::from(found.mode == Mode::Hybrid);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times.get((times.len() as f64 * part) as usize).copied().unwrap_or_default();
    let how = if hybrid == times.len() { "hybrid" } else { "lexical" };
    println!(
        "search {how} questions={} p50_ms={:.1} p95_ms={:.1} p99_ms={:.1}",
        times.len(),
        at(0.5),
        at(0.95),
        at(0.99)
    );
    Ok(())
}

//! `nexus seed bench`: what benchmarks need, made in SQL many rows at once: a mass of scored assessments
//! ([`assessments`]) and students who are signed in already ([`students`]).
//!
//! Always true: refused in production; what is stored keeps every rule of the live system (scores by the scoring rules,
//! sums, histogram and months of the cohort equal to those of its rows), so that a benchmark measures the real thing.

mod assessments;
mod students;
mod templates;

#[cfg(test)]
mod tests;

use crate::{ctx::Ctx, db::data_dir::DataDir};

/// How much of what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Assessments to add.
    pub assessments: u32,
    /// Students with a session to add.
    pub students: u32,
}

/// Adds what is wanted to the database, whatever it holds. Says on standard output how far it is.
///
/// # Errors
/// The server is in production, or the database or the data folder cannot be written.
pub async fn bench(ctx: &Ctx, data: &DataDir, wanted: Wanted) -> anyhow::Result<()> {
    anyhow::ensure!(
        !ctx.config.production(),
        "Les données de mesure ne se mêlent jamais à celles de familles : refusé, car PUBLIC_URL est en https."
    );
    if wanted.assessments > 0 {
        assessments::add(ctx, wanted.assessments).await?;
    }
    if wanted.students > 0 {
        let file = students::add(ctx, data, wanted.students).await?;
        println!("{} élèves connectés ; leurs cookies : {}", wanted.students, file.display());
    }
    Ok(())
}

//! `nexus seed bench`: what benchmarks need, made in SQL many rows at once ([`bulk`]): a mass of submissions by the JSON
//! contract ([`assessments`]), and a school whose people are all signed in already ([`people`]), with months of attempts
//! in the app ([`sittings`]).
//!
//! Always true: refused in production; what is stored keeps every rule of the live system (scores by the scoring rules,
//! sums, histogram and months of the cohort equal to those of its rows), so that a benchmark measures the real thing.

mod assessments;
mod bulk;
mod people;
mod retrieval;
pub mod sheets;
mod sittings;
mod speed;
mod templates;

#[cfg(test)]
mod tests;

use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::{ctx::Ctx, db::data_dir::DataDir, learning};

/// Name in `DATA_DIR` of the list of sessions: role and cookie, a line each.
const SESSIONS_FILE: &str = "bench-sessions.txt";

/// How much of what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Assessments to add.
    pub assessments: u32,
    /// Students to add, with families, coaches, staff, attempts, and a session for each person.
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
        let mut conn = bulk::connect(ctx).await?;
        let people = people::add(&mut conn, wanted.students).await?;
        sittings::add(&mut conn).await?;
        learn(&mut conn).await?;
        bulk::tidy(&mut conn).await?;
        conn.close().await?;
        let file = data.write_private(SESSIONS_FILE, people.cookies().as_bytes())?;
        println!("{} personnes connectées ; leurs cookies : {}", people.len(), file.display());
    }
    Ok(())
}

/// What the attempts say of each student, by the product's own rules: some milliseconds a student.
async fn learn(conn: &mut PgConnection) -> anyhow::Result<()> {
    let students: Vec<Uuid> = sqlx::query_scalar("select id from bench_students").fetch_all(&mut *conn).await?;
    for some in students.chunks(500) {
        let mut tx = conn.begin().await?;
        for student in some {
            learning::rebuild::student(&mut tx, *student).await?;
        }
        tx.commit().await?;
    }
    println!("{} élèves dans le graphe des compétences", students.len());
    Ok(())
}

/// `nexus seed library`: how well, or with `speed` how quickly, the library answers the questions of the repository at
/// `root`, among so many other passages. Prints a line of figures for each way of asking.
///
/// # Errors
/// The server is in production, the repository cannot be read, or the database fails.
pub async fn library(ctx: &Ctx, root: &std::path::Path, passages: usize, speed: bool) -> anyhow::Result<()> {
    anyhow::ensure!(!ctx.config.production(), "Les mesures ne se font jamais avec les données de familles : refusé.");
    if speed { speed::run(&ctx.pool, root, passages).await } else { retrieval::run(&ctx.pool, root, passages).await }
}

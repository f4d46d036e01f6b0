//! Finding the passages that answer a question: by their words, and by their meaning where an embeddings model and
//! pgvector are there ([`super::vectors`]).
//!
//! By words: the words of the question that say something, with the stems they have in the library, other names
//! (`assets/library/synonyms.toml`), what a last word may become and what a mistyped one may be ([`words`], [`store`]);
//! candidates: all passages with one of them, in memory, for a small library ([`shelf`]), otherwise those with the rarest
//! ([`plan`]), so that a question costs the same whatever the size of the library; then the sections that they lie in by
//! what the words weigh, and in the best sections each passage ([`rank`]). Both lists are merged by reciprocal ranks.
//!
//! Always true: nobody finds a passage that they may not read ([`Viewer`], `library_may_read`), and nobody finds fewer
//! because there are many of those; how the passages were found is in the answer ([`Mode`]); without vectors, or when
//! they are away or slow, words alone answer.

mod notation;
mod plan;
mod rank;
mod shelf;
mod stems;
mod store;
mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;

use sqlx::PgPool;
use uuid::Uuid;

pub use self::shelf::Shelf;
pub(super) use self::words::roots;
use self::{plan::Plan, rank::Scale, shelf::Held};
use super::vectors::{self, Embedder};
use crate::{
    ctx::Ctx,
    error::Result,
    subjects::SchoolSubject,
    web::{Person, Role},
};

/// Passages of each list that are merged.
const MERGED: usize = 50;

/// Who asks: it decides what is found.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// Key in `users`.
    pub id: Uuid,
    /// What they are here.
    pub role: Role,
}

impl From<&Person> for Viewer {
    fn from(person: &Person) -> Self {
        Self { id: person.id, role: person.role }
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// As a person types it.
    pub text: &'a str,
    /// Documents of this subject come first.
    pub subject: Option<SchoolSubject>,
    /// Documents of this grade (`PREMIERE`) come first.
    pub grade: Option<&'a str>,
    /// Whether documents of another subject or grade are left out instead.
    pub strict: bool,
    /// Who asks.
    pub viewer: Viewer,
    /// Most passages.
    pub limit: usize,
}

/// How passages were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By their words.
    Lexical,
    /// By their words and their meaning.
    Hybrid,
}

impl Mode {
    /// What has this key.
    pub fn parse(key: &str) -> Option<Self> {
        [Self::Lexical, Self::Hybrid].into_iter().find(|mode| mode.key() == key)
    }

    /// Its key on the wire.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lexical => "lexical",
            Self::Hybrid => "hybrid",
        }
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// How.
    pub mode: Mode,
    /// The best first.
    pub hits: Vec<Hit>,
}

/// The best passage holds at least this part of what the words of a question weigh, or all of them are about something
/// else: of the questions of `ops/bench/retrieval`, 2 % are answered by less. Of the others, half is enough.
const SURE: f32 = 0.24;
/// Of a longer question (a story, an exercise that was pasted) less is enough: so many words that say something.
const SHORT: usize = 8;

impl Found {
    /// What is found when nothing is looked for.
    pub fn nothing() -> Self {
        Self { mode: Mode::Lexical, hits: Vec::new() }
    }

    /// Without passages that share a frequent word with the question and no more. What was found by its meaning stays.
    #[must_use]
    pub fn sure(mut self, question: &str) -> Self {
        if self.mode == Mode::Lexical {
            let words = words::count(&notation::in_words(question)).max(SHORT);
            let least = SURE * SHORT as f32 / words as f32;
            let best = self.hits.iter().map(|hit| hit.coverage).fold(0.0, f32::max);
            let least = if best < least { f32::INFINITY } else { least / 2.0 };
            self.hits.retain(|hit| hit.coverage >= least);
        }
        self
    }
}

/// Whether a text has a word that says what is asked: « et pourquoi ? » has none.
pub fn says_something(text: &str) -> bool {
    words::count(&notation::in_words(text)) > 0
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Key of the passage.
    pub passage: i64,
    /// Key of its document.
    pub document: Uuid,
    /// Version of the document.
    pub version: i32,
    /// Title of the document.
    pub title: String,
    /// Subject of the document: a key.
    pub subject: String,
    /// How much the document can be relied on: A official … D.
    pub authority: String,
    /// Titles above the passage, the highest first.
    pub heading_path: Vec<String>,
    /// Page that it begins on.
    pub page: Option<i32>,
    /// Characters of the version's text.
    pub span: Range<usize>,
    /// Its text.
    pub body: String,
    /// The text of the section around it.
    pub section_body: String,
    /// For comparing hits of one answer.
    pub score: f32,
    /// Whether it is of a sheet of the house, which names nobody of the school.
    pub ours: bool,
    /// How much of the question stands in the passage, from 0 to 1, rare words counting more.
    pub coverage: f32,
}

/// Where a hit can be read.
pub fn link(hit: &Hit) -> String {
    format!("/bibliotheque/{0}/{1}?p={2}#p-{2}", hit.document, hit.version, hit.passage)
}

/// The passages that answer best, found with what this server has.
///
/// # Errors
/// When the database cannot be read.
pub async fn passages(ctx: &Ctx, question: &Question<'_>) -> Result<Found> {
    let embedder = vectors::embedder(ctx);
    search(&ctx.pool, &ctx.shelf, embedder.as_ref().map(|it| it as &dyn Embedder), question).await
}

/// The same with a model of vectors that is told, or with none.
///
/// # Errors
/// When the database cannot be read. A model that fails is no error: then words alone find passages.
pub async fn search(
    pool: &PgPool,
    shelf: &Shelf,
    embedder: Option<&dyn Embedder>,
    question: &Question<'_>,
) -> Result<Found> {
    let held = shelf.held();
    let (by_words, by_meaning) =
        tokio::join!(lexical(pool, held.as_deref(), question), meant(pool, embedder, question));
    let (found, stamp) = load(pool, by_words?, by_meaning.as_deref(), question).await?;
    shelf.seen(pool, held.as_ref(), stamp);
    match held {
        // What is held is not what is there any more.
        Some(held) if !held.is(stamp) => {
            let by_words = lexical(pool, None, question).await?;
            Ok(load(pool, by_words, by_meaning.as_deref(), question).await?.0)
        }
        Some(_) | None => Ok(found),
    }
}

/// The best of both lists, and the state that the library is in.
async fn load(
    pool: &PgPool,
    by_words: Vec<rank::Ranked>,
    by_meaning: Option<&[i64]>,
    question: &Question<'_>,
) -> Result<(Found, Uuid)> {
    let (mode, ranked) = match by_meaning {
        Some(by_meaning) => (Mode::Hybrid, rank::merge(&by_words, by_meaning)),
        None => (Mode::Lexical, by_words),
    };
    let best = &ranked[..question.limit.min(ranked.len())];
    let (hits, stamp) = store::load(pool, best, question.viewer).await?;
    Ok((Found { mode, hits }, stamp))
}

/// By meaning; none where that cannot be, which is logged and never an error.
async fn meant(pool: &PgPool, embedder: Option<&dyn Embedder>, question: &Question<'_>) -> Option<Vec<i64>> {
    let found = vectors::nearest(pool, embedder?, question, MERGED).await;
    found.unwrap_or_else(|error| {
        tracing::warn!(%error, "search by words alone");
        None
    })
}

/// By words, the best first.
async fn lexical(pool: &PgPool, held: Option<&Held>, question: &Question<'_>) -> Result<Vec<rank::Ranked>> {
    let wanted = words::wanted(&notation::in_words(question.text));
    let mut terms = match held {
        _ if wanted.is_empty() => return Ok(Vec::new()),
        Some(held) => {
            let (mut terms, unknown) = held.terms(&wanted);
            if !unknown.is_empty() {
                terms.list.extend(store::terms(pool, &unknown).await?.list);
            }
            terms
        }
        None => store::terms(pool, &wanted).await?,
    };
    terms.list.dedup_by(|one, other| one.lexeme == other.lexeme && one.group == other.group);
    let scale = Scale::of(&terms);
    match held {
        _ if scale.known.is_empty() => Ok(Vec::new()),
        Some(held) => {
            let sections = rank::sections(&scale, held.looks(&scale.known, question), question);
            Ok(rank::passages(&scale, &sections, held.standings(&sections, &scale.known)))
        }
        None => in_database(pool, &terms, &scale, question).await,
    }
}

/// Among all passages of the database.
async fn in_database(
    pool: &PgPool,
    terms: &store::Terms,
    scale: &Scale<'_>,
    question: &Question<'_>,
) -> Result<Vec<rank::Ranked>> {
    let plan = Plan::of(terms);
    let mut candidates = store::candidates(pool, &plan, question).await?;
    // The rare words may all stand in passages of others: then every word counts.
    if candidates.len() < question.limit && !plan.is_whole() {
        candidates = store::candidates(pool, &plan.whole(), question).await?;
    }
    let sections = rank::sections(scale, candidates.iter().flat_map(store::Candidate::looks), question);
    let standings = store::standings(pool, sections.keys(), &scale.known).await?;
    Ok(rank::passages(scale, &sections, standings.into_iter()))
}

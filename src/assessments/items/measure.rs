//! Measuring: the counts of every question from all first attempts, in one snapshot of the database and a range of
//! results at a time, so that memory stays flat and the progress moves; then all of it replaced at once.

use std::collections::HashMap;

use sqlx::{Postgres, pool::PoolConnection};
use uuid::Uuid;

use super::{
    figures::{BankCounts, CODES, ItemCounts},
    store::{self, Cohort, Sum},
};
use crate::{
    assessments::bank::{self, BankEdition},
    ctx::Ctx,
    error::Result,
    jobs::Lease,
};

/// Blocks of `standard_scores` in a range: some two thousand results, whose answers are sorted in memory.
const BLOCKS: i64 = 64;
/// Longer times to an answer are counted as so many seconds: somebody was called to dinner.
pub(super) const LONGEST: usize = 600;

/// The counts of an edition.
#[derive(Debug)]
pub(super) struct Measured {
    /// Bank and edition.
    pub edition: BankEdition,
    /// Of its attempts.
    pub counts: BankCounts,
    /// Of its questions, in the bank's order.
    pub items: Vec<ItemCounts>,
}

/// Measures everything; the progress is seen from outside while it runs.
pub(super) async fn run(ctx: &Ctx, run_id: Uuid, lease: &mut Lease) -> anyhow::Result<()> {
    let mut progress = Progress::new(ctx, run_id).await?;
    let measured = gather(ctx, &mut progress).await?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    replace(&mut tx, &measured).await?;
    store::set_done(&mut tx, run_id).await?;
    lease.finish(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Puts these counts in the place of the earlier ones.
pub(super) async fn replace(conn: &mut sqlx::PgConnection, measured: &[Measured]) -> Result<()> {
    store::delete_statistics(conn).await?;
    for one in measured {
        store::insert_statistics(conn, one).await?;
    }
    Ok(())
}

/// Says how far a run is, on a connection of its own, outside of the snapshot.
pub(super) struct Progress {
    conn: PoolConnection<Postgres>,
    run_id: Uuid,
}

impl Progress {
    pub async fn new(ctx: &Ctx, run_id: Uuid) -> Result<Self> {
        Ok(Self { conn: ctx.pool.acquire().await?, run_id })
    }

    async fn tell(&mut self, step: &str, percent: i64) -> Result<()> {
        store::set_progress(&mut self.conn, self.run_id, step, percent).await
    }
}

/// Counts the first attempts of every edition that this program knows.
pub(super) async fn gather(ctx: &Ctx, progress: &mut Progress) -> Result<Vec<Measured>> {
    let mut tx = crate::db::begin(&ctx.pool).await?;
    let blocks = store::open_snapshot(&mut tx).await?;
    let cohorts = store::list_cohorts(&mut tx).await?;
    let mut all: Vec<Gathering> = bank::editions().map(|edition| Gathering::new(edition, &cohorts)).collect();
    let keys = keys(&all);
    for from in (0..blocks).step_by(BLOCKS as usize) {
        progress.tell("Lecture des réponses", 98 * from / blocks).await?;
        let sums = store::sum_answers(&mut tx, &keys, from, from + BLOCKS).await?;
        for sum in sums {
            if let Some(one) = all.iter_mut().find(|one| one.cohort == Some(sum.cohort_id)) {
                one.add(&sum);
            }
        }
    }
    progress.tell("Enregistrement", 98).await?;
    Ok(all.into_iter().map(Gathering::measured).collect())
}

/// The keys of all cohorts, one list after the other.
#[derive(Default)]
pub(super) struct Keys {
    /// Key in `cohorts`.
    pub cohorts: Vec<i16>,
    /// Where its list begins, counted from 1.
    pub firsts: Vec<i32>,
    /// Positions of the right options.
    pub keys: Vec<i16>,
}

fn keys(all: &[Gathering]) -> Keys {
    let mut keys = Keys::default();
    for one in all {
        let Some(cohort) = one.cohort else { continue };
        keys.cohorts.push(cohort);
        keys.firsts.push(keys.keys.len() as i32 + 1);
        keys.keys.extend(one.edition.bank.questions.iter().map(|question| question.key as i16));
    }
    keys
}

/// An edition while its counts grow.
struct Gathering {
    edition: BankEdition,
    cohort: Option<i16>,
    counts: BankCounts,
    items: Vec<ItemCounts>,
    /// Of each question, how many took so many seconds.
    seconds: HashMap<(usize, usize), i64>,
}

impl Gathering {
    fn new(edition: BankEdition, cohorts: &[Cohort]) -> Self {
        Self {
            edition,
            cohort: cohorts.iter().find(|cohort| cohort.bank == edition.edition.id).map(|cohort| cohort.id),
            counts: BankCounts::default(),
            items: vec![ItemCounts::default(); edition.bank.questions.len()],
            seconds: HashMap::new(),
        }
    }

    fn add(&mut self, sum: &Sum) {
        let place = |number: Option<i16>| number.and_then(|number| usize::try_from(number).ok());
        match (place(sum.question), place(sum.code), place(sum.second)) {
            (None, ..) => {
                self.counts.n += sum.n;
                self.counts.sum_right += sum.right;
                self.counts.sum_right_sq += sum.right_sq;
            }
            (Some(question), Some(code), _) if question < self.items.len() && code < CODES => {
                self.items[question].counts[code] += sum.n;
                self.items[question].sums[code] += sum.right;
            }
            (Some(question), _, Some(second)) => *self.seconds.entry((question, second)).or_default() += sum.n,
            _ => {}
        }
    }

    fn measured(mut self) -> Measured {
        for (question, item) in self.items.iter_mut().enumerate() {
            let times = |second: usize| self.seconds.get(&(question, second)).copied().unwrap_or_default();
            item.median_seconds = median((0..=LONGEST).map(times));
        }
        Measured { edition: self.edition, counts: self.counts, items: self.items }
    }
}

/// The median of so many zeros, ones, twos… (of an even number the lower middle one).
fn median(histogram: impl Iterator<Item = i64> + Clone) -> Option<i16> {
    let all: i64 = histogram.clone().sum();
    let mut before = 0;
    let reached = |count: i64| {
        before += count;
        before * 2 >= all
    };
    if all == 0 { None } else { histogram.map(reached).zip(0..).find_map(|(is, value)| is.then_some(value)) }
}

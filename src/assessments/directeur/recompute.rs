//! Recomputing the SSNs of a subject: every cohort's sums from its results, every SSN from those, then histogram and
//! months. Set-based and in one transaction, which locks the cohorts first: a submission meanwhile waits, then counts.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};
use uuid::Uuid;

use crate::{
    assessments::{model::Subject, record, standard_score::CohortStats},
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
};

/// Slices of a cohort's update: the progress moves sixteen times.
const SLICES: i32 = 16;
/// No table has a block with this number.
const LAST_BLOCK: i64 = 0xFFFF_FFFF;

/// Statistics of one cohort, before and after.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CohortChange {
    /// Bank edition.
    pub bank: String,
    /// Rule version.
    pub rule_version: String,
    /// Mean now.
    pub mean: f64,
    /// Deviation now.
    pub std: f64,
    /// Results now.
    pub sample_size: i64,
    /// As the last recompute stored them.
    pub previous: Option<Figures>,
}

/// Mean, deviation and size.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Mean, unrounded.
    pub mean: f64,
    /// Population deviation, unrounded.
    pub std: f64,
    /// Results.
    pub sample_size: i64,
}

/// What a recompute did.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// SSNs written.
    pub updated: i64,
    /// All cohorts of the subject taken together.
    pub pooled: Figures,
    /// The same as the last recompute left it; none the first time.
    pub previous: Option<Figures>,
    /// Each cohort.
    pub cohorts: Vec<CohortChange>,
}

/// A recompute as the page shows it.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Key in `recomputes`.
    pub id: Uuid,
    /// MATHS, NSI or GENERAL.
    pub subject: String,
    /// RUNNING, DONE or FAILED.
    pub state: String,
    /// What is being done.
    pub step: String,
    /// 0 to 100.
    pub percent: i16,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// [`Outcome`] as JSON.
    pub result: Option<serde_json::Value>,
}

/// Announces a recompute, so that the page can show it; [`run`] does it.
pub async fn announce(conn: &mut PgConnection, subject: Subject, actor: Uuid) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into recomputes (id, subject, actor_id, step) values ($1, $2, $3, 'En attente')",
        id,
        subject.as_str(),
        actor
    )
    .execute(conn)
    .await?;
    Ok(id)
}

/// The last one announced. One that has been running for an hour was cut off by a crash.
pub async fn latest(pool: &PgPool) -> Result<Option<Progress>> {
    sqlx::query_as!(
        Progress,
        r#"select id, subject, step, percent, started_at, ended_at, result,
                  case when state = 'RUNNING' and started_at < now() - interval '1 hour' then 'FAILED' else state end as "state!"
           from recomputes order by started_at desc limit 1"#
    )
    .fetch_optional(pool)
    .await
    .map_err(Error::from)
}

/// Shows the progress from outside of the transaction, on a connection that is taken before the cohorts are locked:
/// submissions that wait for the lock may hold all others. Without one, the progress is not shown.
struct Watch {
    conn: Option<PoolConnection<Postgres>>,
    id: Uuid,
}

impl Watch {
    async fn new(ctx: &Ctx, id: Uuid) -> Self {
        let conn = tokio::time::timeout(Duration::from_secs(1), ctx.pool.acquire()).await;
        Self { conn: conn.ok().and_then(Result::ok), id }
    }

    async fn tell(&mut self, step: &str, percent: i16) -> Result<()> {
        let Some(conn) = &mut self.conn else { return Ok(()) };
        sqlx::query!("update recomputes set step = $2, percent = $3 where id = $1", self.id, step, percent)
            .execute(&mut **conn)
            .await?;
        Ok(())
    }
}

/// Recomputes the subject's cohorts; the progress is visible from outside while it runs.
pub async fn run(ctx: &Ctx, subject: Subject, actor: Uuid, id: Uuid) -> Result<Outcome> {
    let outcome = recompute(ctx, subject, actor, id).await;
    if outcome.is_err() {
        sqlx::query!("update recomputes set state = 'FAILED', ended_at = now() where id = $1", id)
            .execute(&ctx.pool)
            .await?;
    }
    outcome
}

async fn recompute(ctx: &Ctx, subject: Subject, actor: Uuid, id: Uuid) -> Result<Outcome> {
    let mut watch = Watch::new(ctx, id).await;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    sqlx::query!("set local statement_timeout = '10min'").execute(&mut *tx).await?;
    let cohorts = lock_cohorts(&mut tx, subject).await?;
    let mut changes = Vec::new();
    for (at, cohort) in cohorts.iter().enumerate() {
        let share = (at, cohorts.len());
        watch.tell("Statistiques de la cohorte", percent(share, 0)).await?;
        let stats = set_sums(&mut tx, cohort.id).await?;
        set_scores(&mut tx, &mut watch, cohort.id, &stats, share).await?;
        set_histogram(&mut tx, cohort.id).await?;
        changes.push((cohort.change(&stats), stats));
    }
    let outcome = outcome(changes);
    finish(&mut tx, id, subject, actor, &outcome).await?;
    tx.commit().await?;
    Ok(outcome)
}

struct Cohort {
    id: i16,
    bank: String,
    rule_version: String,
    previous: Option<Figures>,
}

impl Cohort {
    fn change(&self, stats: &CohortStats) -> CohortChange {
        CohortChange {
            bank: self.bank.clone(),
            rule_version: self.rule_version.clone(),
            mean: stats.mean(),
            std: stats.std(),
            sample_size: stats.n,
            previous: self.previous,
        }
    }
}

/// In order of key, so that two recomputes never wait for each other in a circle.
async fn lock_cohorts(conn: &mut PgConnection, subject: Subject) -> Result<Vec<Cohort>> {
    let rows = sqlx::query!(
        "select id, bank, rule_version, previous_n, previous_mean, previous_std from cohorts where subject = $1 order by id for update",
        subject.as_str()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Cohort {
            id: row.id,
            bank: row.bank,
            rule_version: row.rule_version,
            previous: match (row.previous_mean, row.previous_std, row.previous_n) {
                (Some(mean), Some(std), Some(sample_size)) => Some(Figures { mean, std, sample_size }),
                _ => None,
            },
        })
        .collect())
}

/// The cohort's sums from its results.
async fn set_sums(conn: &mut PgConnection, cohort: i16) -> Result<CohortStats> {
    let row = sqlx::query!(
        r#"update cohorts c set n = s.n, sum_micro = s.sum_micro, sum_sq = s.sum_sq
           from (select count(*) as n, coalesce(sum(cohort_micro::int8), 0) as sum_micro,
                        coalesce(sum(cohort_micro::int8 * cohort_micro::int8), 0) as sum_sq
                 from standard_scores where cohort_id = $1) s
           where c.id = $1 returning c.n, c.sum_micro, c.sum_sq"#,
        cohort
    )
    .fetch_one(conn)
    .await?;
    record::stats(row.n, row.sum_micro, row.sum_sq)
}

/// Every SSN from the cohort's statistics; the expression is the one documented in `standard_score`. In the order of the
/// table, a range of its blocks at a time: each block is read and written once. A row that a range has moved into a later
/// one is known by its statistics, and so is one that was made from these very statistics before.
async fn set_scores(
    conn: &mut PgConnection,
    watch: &mut Watch,
    cohort: i16,
    stats: &CohortStats,
    share: (usize, usize),
) -> Result<()> {
    let blocks = sqlx::query_scalar!(
        r#"select pg_relation_size('standard_scores') / current_setting('block_size')::int8 as "blocks!""#
    )
    .fetch_one(&mut *conn)
    .await?;
    let bound = |slice: i32| blocks * i64::from(slice) / i64::from(SLICES);
    for slice in 0..SLICES {
        let last = slice + 1 == SLICES;
        sqlx::query!(
            "update standard_scores set cohort_n = $2, cohort_mean = $3, cohort_std = $4,
                 ssn = least(greatest(floor((50::float8 + 15::float8 * (raw_micro::float8 / 1e6::float8 - $3) / $4) * 10::float8
                           + 0.5::float8 + 1e-9::float8) / 10::float8, 0::float8), 100::float8)
             where cohort_id = $1 and ctid >= format('(%s,0)', $5::int8)::tid and ctid < format('(%s,0)', $6::int8)::tid
               and (cohort_n, cohort_mean, cohort_std) is distinct from ($2, $3, $4)",
            cohort,
            stats.n,
            stats.mean(),
            stats.std(),
            bound(slice),
            if last { LAST_BLOCK } else { bound(slice + 1) }
        )
        .execute(&mut *conn)
        .await?;
        watch.tell("Nouveaux scores", percent(share, slice + 1)).await?;
    }
    Ok(())
}

async fn set_histogram(conn: &mut PgConnection, cohort: i16) -> Result<()> {
    sqlx::query!("delete from cohort_bins where cohort_id = $1", cohort).execute(&mut *conn).await?;
    sqlx::query!("delete from cohort_months where cohort_id = $1", cohort).execute(&mut *conn).await?;
    sqlx::query!(
        "with bins as (
             insert into cohort_bins (cohort_id, tenths, n)
             select cohort_id, round(ssn * 10)::int2, count(*) from standard_scores where cohort_id = $1 group by 1, 2)
         insert into cohort_months (cohort_id, month, n, sum_tenths, sum_global)
         select cohort_id, date_trunc('month', scored_on)::date, count(*), sum(round(ssn * 10)::int8), sum(global_score)
         from standard_scores where cohort_id = $1 group by 1, 2",
        cohort
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update cohorts set recomputed_at = now(), previous_n = n,
             previous_mean = case when n = 0 then 50::float8 else sum_micro::float8 / n::float8 / 1e6::float8 end,
             previous_std = case when n * sum_sq = sum_micro * sum_micro then 15::float8
                 else sqrt((n * sum_sq - sum_micro * sum_micro)::float8) / n::float8 / 1e6::float8 end
         where id = $1",
        cohort
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Percent of the whole: a cohort's slices, then the next cohort's.
fn percent((at, all): (usize, usize), slice: i32) -> i16 {
    let done = at as i32 * SLICES + slice;
    (99 * done / (all.max(1) as i32 * SLICES)) as i16
}

fn outcome(changes: Vec<(CohortChange, CohortStats)>) -> Outcome {
    let pooled = changes.iter().fold(CohortStats::default(), |all, (_, one)| CohortStats {
        n: all.n + one.n,
        sum_micro: all.sum_micro + one.sum_micro,
        sum_sq: all.sum_sq + one.sum_sq,
    });
    let cohorts: Vec<CohortChange> = changes.into_iter().map(|(change, _)| change).collect();
    Outcome {
        updated: pooled.n,
        pooled: Figures { mean: pooled.mean(), std: pooled.std(), sample_size: pooled.n },
        previous: pool(&cohorts),
        cohorts,
    }
}

/// The previous figures of all cohorts taken together, from their means and deviations.
fn pool(cohorts: &[CohortChange]) -> Option<Figures> {
    let known: Vec<Figures> =
        cohorts.iter().filter_map(|cohort| cohort.previous).filter(|one| one.sample_size > 0).collect();
    let n: i64 = known.iter().map(|one| one.sample_size).sum();
    if let [only] = known.as_slice() {
        return Some(*only);
    }
    if n == 0 {
        return None;
    }
    let mean = known.iter().map(|one| one.mean * one.sample_size as f64).sum::<f64>() / n as f64;
    let square =
        known.iter().map(|one| (one.std.powi(2) + one.mean.powi(2)) * one.sample_size as f64).sum::<f64>() / n as f64;
    Some(Figures { mean, std: (square - mean.powi(2)).max(0.0).sqrt(), sample_size: n })
}

async fn finish(conn: &mut PgConnection, id: Uuid, subject: Subject, actor: Uuid, outcome: &Outcome) -> Result<()> {
    let details = json!({ "recompute": id, "outcome": outcome });
    audit::record(conn, Some(actor), "RECOMPUTE_SSN", subject.as_str(), &details).await?;
    sqlx::query!(
        "update recomputes set state = 'DONE', step = 'Terminé', percent = 100, ended_at = now(), result = $2 where id = $1",
        id,
        serde_json::to_value(outcome).map_err(Error::internal)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

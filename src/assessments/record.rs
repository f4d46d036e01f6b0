//! Writing a score down: the one way in which an assessment becomes COMPLETED. A constant number of statements, whatever
//! the size of the cohort (decision 5).

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    bank::BankEdition,
    jobs::AssessmentScored,
    model::RuleVersion,
    scoring::Scored,
    standard_score::{self, CohortStats},
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    events, jobs,
    web::format::tunis_day,
};

/// What is being completed.
pub struct Completion<'a> {
    /// Key in `assessments`.
    pub id: Uuid,
    /// Bank and edition.
    pub edition: BankEdition,
    /// The scores.
    pub scored: &'a Scored,
    /// Whether it gets an SSN and enters its cohort; false for practice (decision 6).
    pub in_cohort: bool,
    /// The moment of sending.
    pub completed_at: DateTime<Utc>,
    /// The student's account, when there is one: what the student learns follows from the score, in the same transaction.
    pub student_id: Option<Uuid>,
}

/// An SSN with the cohort that made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standard {
    /// The standardised score.
    pub ssn: f64,
    /// Results in the cohort, before this one.
    pub cohort_n: i64,
    /// Its deviation.
    pub cohort_std: f64,
}

/// Who writes the reports of a result. Until a model has written them, and when none does, those composed from the
/// scores are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reports {
    /// A model is asked, by a job.
    Model,
    /// No model is asked, for this reason.
    Composed(&'static str),
}

impl Reports {
    fn wanted(ctx: &Ctx) -> Self {
        if ctx.llm.configured() { Self::Model } else { Self::Composed("LLM_MODE=off, or no model configured") }
    }

    /// `generation_status`, `error_code` and `error_details` of the assessment.
    fn columns(self) -> (&'static str, Option<&'static str>, Option<&'static str>) {
        match self {
            Self::Model => ("PENDING", None, None),
            Self::Composed(why) => ("SKIPPED", Some("LLM_GENERATION_SKIPPED"), Some(why)),
        }
    }
}

/// What a COMPLETED row of `assessments` says of its score, for the caller who inserts the row complete: written once,
/// it costs half of a row that is inserted and then updated.
pub struct Columns {
    /// `scoring_result`.
    pub result: Value,
    /// `global_score`.
    pub global_score: i16,
    /// `confidence_index`.
    pub confidence_index: i16,
    /// `generation_status`, `error_code` and `error_details`.
    pub generation: (&'static str, Option<&'static str>, Option<&'static str>),
}

impl Completion<'_> {
    /// The columns of the row, which [`complete_inserted`] then takes to be there.
    pub fn columns(&self, ctx: &Ctx) -> Result<Columns> {
        self.columns_with(Reports::wanted(ctx))
    }

    fn columns_with(&self, reports: Reports) -> Result<Columns> {
        Ok(Columns {
            result: serde_json::to_value(self.scored.result(self.completed_at)).map_err(Error::internal)?,
            global_score: narrow(self.scored.global_score),
            confidence_index: narrow(self.scored.confidence_index),
            generation: reports.columns(),
        })
    }
}

/// Completes the row, stores domain and skill scores, makes the SSN from the cohort as it stands, enters the cohort, asks
/// for the reports: all in the caller's transaction. Answers the SSN.
pub async fn complete(conn: &mut PgConnection, ctx: &Ctx, completion: &Completion<'_>) -> Result<Option<f64>> {
    set_completed(conn, completion, Reports::wanted(ctx)).await?;
    complete_inserted(conn, ctx, completion).await
}

/// [`complete`] for a row that the caller has just inserted with its [`Columns`].
pub async fn complete_inserted(conn: &mut PgConnection, ctx: &Ctx, completion: &Completion<'_>) -> Result<Option<f64>> {
    if Reports::wanted(ctx) == Reports::Model {
        jobs::enqueue(conn, &AssessmentScored { assessment_id: completion.id }).await?;
    }
    store(conn, completion).await
}

/// [`complete`] for results that arrive in bulk, such as the demo school's: a model that is configured is not flooded
/// with them, and staff can still ask it for the reports of any one.
pub async fn complete_composed(conn: &mut PgConnection, completion: &Completion<'_>) -> Result<Option<f64>> {
    set_completed(conn, completion, Reports::Composed("stored in bulk: the model was not asked")).await?;
    store(conn, completion).await
}

async fn store(conn: &mut PgConnection, completion: &Completion<'_>) -> Result<Option<f64>> {
    insert_scores(conn, completion).await?;
    let graph = events::scoring(conn, completion).await?;
    let standard = if completion.in_cohort { Some(standardise(conn, completion).await?) } else { None };
    events::scored(conn, graph, standard).await?;
    Ok(standard.map(|it| it.ssn))
}

/// Late, because it holds the lock on the cohort until the commit.
async fn standardise(conn: &mut PgConnection, completion: &Completion<'_>) -> Result<Standard> {
    let (cohort_id, stats) = lock_cohort(conn, completion.edition, completion.scored.rule).await?;
    let ssn = standard_score::ssn(completion.scored.raw_micro, &stats);
    enter_cohort(conn, completion, cohort_id, &stats, ssn).await?;
    Ok(Standard { ssn, cohort_n: stats.n, cohort_std: stats.std() })
}

async fn set_completed(conn: &mut PgConnection, completion: &Completion<'_>, reports: Reports) -> Result<()> {
    let Columns { result, global_score, confidence_index, generation } = completion.columns_with(reports)?;
    sqlx::query!(
        "update assessments set status = 'COMPLETED', completed_at = $2, scoring_result = $3, global_score = $4,
             confidence_index = $5, generation_status = $6, error_code = $7, error_details = $8, in_cohort = $9
         where id = $1",
        completion.id,
        completion.completed_at,
        result,
        global_score,
        confidence_index,
        generation.0,
        generation.1,
        generation.2,
        completion.in_cohort
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert_scores(conn: &mut PgConnection, completion: &Completion<'_>) -> Result<()> {
    let scored = completion.scored;
    let (domains, domain_values): (Vec<String>, Vec<i16>) =
        scored.domain_scores.iter().map(|one| (one.domain.clone(), narrow(one.score))).unzip();
    let tags: Vec<String> = scored.skill_scores.iter().map(|one| one.tag.clone()).collect();
    let column = |of: fn(&super::scoring::SkillScore) -> i32| -> Vec<i16> {
        scored.skill_scores.iter().map(|one| narrow(of(one))).collect()
    };
    sqlx::query!(
        "insert into skill_scores (assessment_id, domains, domain_scores, tags, scores, corrects, totals)
         values ($1, $2, $3, $4, $5, $6, $7)",
        completion.id,
        &domains,
        &domain_values,
        &tags,
        &column(|one| one.score),
        &column(|one| one.right),
        &column(|one| one.total)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The cohort's row, locked until the end of the transaction; made when this is its first submission.
async fn lock_cohort(conn: &mut PgConnection, edition: BankEdition, rule: RuleVersion) -> Result<(i16, CohortStats)> {
    let (bank, rule) = (edition.edition.id.as_str(), rule.as_str());
    loop {
        let row = sqlx::query!(
            "select id, n, sum_micro, sum_sq from cohorts where bank = $1 and rule_version = $2 for update",
            bank,
            rule
        )
        .fetch_optional(&mut *conn)
        .await?;
        if let Some(row) = row {
            return Ok((row.id, stats(row.n, row.sum_micro, row.sum_sq)?));
        }
        sqlx::query!(
            "insert into cohorts (bank, rule_version, subject) values ($1, $2, $3) on conflict do nothing",
            bank,
            rule,
            edition.bank.subject.as_str()
        )
        .execute(&mut *conn)
        .await?;
    }
}

/// A cohort's sums as the pure rules want them.
pub fn stats(n: i64, sum_micro: Decimal, sum_sq: Decimal) -> Result<CohortStats> {
    let whole = |sum: Decimal| sum.to_i128().ok_or_else(|| Error::internal(anyhow::anyhow!("cohort sum {sum}")));
    Ok(CohortStats { n, sum_micro: whole(sum_micro)?, sum_sq: whole(sum_sq)? })
}

async fn enter_cohort(
    conn: &mut PgConnection,
    completion: &Completion<'_>,
    cohort_id: i16,
    stats: &CohortStats,
    ssn: f64,
) -> Result<()> {
    let scored = completion.scored;
    let cohort_micro = i32::try_from(scored.cohort_micro).map_err(Error::internal)?;
    sqlx::query!(
        "with score as (
             insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn,
                 cohort_n, cohort_mean, cohort_std)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)),
         bin as (
             insert into cohort_bins as b (cohort_id, tenths, n) values ($2, $11, 1)
             on conflict (cohort_id, tenths) do update set n = b.n + 1),
         month as (
             insert into cohort_months as m (cohort_id, month, n, sum_tenths, sum_global)
             values ($2, date_trunc('month', $6::date)::date, 1, $11, $5)
             on conflict (cohort_id, month) do update set n = m.n + 1, sum_tenths = m.sum_tenths + excluded.sum_tenths,
                 sum_global = m.sum_global + excluded.sum_global)
         update cohorts set n = n + 1, sum_micro = sum_micro + $4::int8, sum_sq = sum_sq + $4::numeric * $4::numeric
         where id = $2",
        completion.id,
        cohort_id,
        i32::try_from(scored.raw_micro).map_err(Error::internal)?,
        cohort_micro,
        narrow(scored.global_score),
        tunis_day(completion.completed_at),
        ssn,
        stats.n,
        stats.mean(),
        stats.std(),
        tenths(ssn)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The bin of an SSN: it has one decimal, so this is exact.
pub fn tenths(ssn: f64) -> i16 {
    (ssn * 10.0).round() as i16
}

/// Scores lie between 0 and 100, counts below 1000.
fn narrow(value: i32) -> i16 {
    value.clamp(0, i32::from(i16::MAX)) as i16
}

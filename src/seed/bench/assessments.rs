//! A mass of assessments as the JSON contract leaves them, on the bank of Terminale.
//!
//! Each is a copy of a template under an id of its own. Their SSN is set against the cohort with all of them in it, as
//! a recompute would leave it: recomputing an otherwise empty cohort changes nothing. They are stored in batches, each
//! in one transaction with its part of the cohort: a kill leaves whole batches.
//!
//! The queries name temporary tables, which are not there when this is compiled: they are not checked then, but by the
//! tests.

use std::time::Instant;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use super::templates::{self, Template};
use crate::{
    assessments::{
        bank::{self, BankEdition},
        model::{Grade, RuleVersion, Subject},
        record,
        standard_score::{self, CohortStats},
    },
    ctx::Ctx,
    web::format,
};

/// Assessments of a transaction.
const BATCH: i64 = 25_000;
/// Days over which they are spread.
const DAYS: f64 = 360.0;

/// Adds so many.
pub(super) async fn add(ctx: &Ctx, wanted: u32) -> anyhow::Result<()> {
    let edition = bank::for_combination(Subject::Maths, Grade::Terminale).context("no bank for Terminale")?;
    let (begun, now) = (Instant::now(), Utc::now());
    // A connection of its own, closed at the end: temporary tables and settings go with it.
    let mut conn = ctx.pool.acquire().await?.detach();
    sqlx::raw_sql("set statement_timeout = 0; set work_mem = '128MB'; set timezone = 'Africa/Tunis'")
        .execute(&mut conn)
        .await?;
    let mut templates = templates::draw(edition.bank, now)?;
    let copies = set_rows(&mut conn, wanted, now).await?;
    let (cohort, stats) = open_cohort(&mut conn, edition).await?;
    let stats = templates::with_copies(stats, &templates, &copies);
    for template in &mut templates {
        template.ssn = standard_score::ssn(template.raw_micro, &stats);
    }
    set_templates(&mut conn, &templates).await?;
    let checks = skip_checks(&mut conn).await?;
    let wanted = i64::from(wanted);
    for from in (0..wanted).step_by(BATCH as usize) {
        let batch = Batch { edition, cohort, stats, rows: (from, (from + BATCH).min(wanted)) };
        batch.insert(&mut conn, checks).await?;
        println!(
            "{} / {} évaluations, {} s",
            format::count(batch.rows.1),
            format::count(wanted),
            begun.elapsed().as_secs()
        );
    }
    tidy(&mut conn).await?;
    println!("Terminé en {} s.", begun.elapsed().as_secs());
    Ok(conn.close().await?)
}

/// `bench_rows`: id, template and moment of each assessment, numbered in the order of the ids, which keeps the indexes
/// quick to fill. Answers how often each template occurs.
async fn set_rows(conn: &mut PgConnection, wanted: u32, now: DateTime<Utc>) -> anyhow::Result<Vec<i64>> {
    sqlx::query(
        "create temporary table bench_rows as
         select row_number() over (order by id) - 1 as at, id, template, completed_at
         from (select gen_random_uuid() as id, floor(random() * $2)::int4 as template,
                      $3::timestamptz - random() * $4 * interval '1 day' as completed_at
               from generate_series(1, $1)) fresh",
    )
    .bind(i64::from(wanted))
    .bind(templates::COUNT as f64)
    .bind(now)
    .bind(DAYS)
    .execute(&mut *conn)
    .await?;
    sqlx::raw_sql("create unique index on bench_rows (at); analyze bench_rows").execute(&mut *conn).await?;
    let copies = sqlx::query_scalar(
        "select count(r.id) from generate_series(0, $1) as number left join bench_rows r on r.template = number
         group by number order by number",
    )
    .bind(templates::COUNT as i32 - 1)
    .fetch_all(conn)
    .await?;
    Ok(copies)
}

/// `bench_templates`: what they are copies of.
async fn set_templates(conn: &mut PgConnection, templates: &[Template]) -> anyhow::Result<()> {
    sqlx::raw_sql(
        "create temporary table bench_templates (
             number int4 primary key, answers jsonb, result jsonb, global_score int2, confidence_index int2, raw_micro int4,
             cohort_micro int4, domains text[], domain_scores int2[], tags text[], skill_scores int2[], skill_right int2[],
             skill_total int2[], ssn float8)",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query("insert into bench_templates select * from jsonb_populate_recordset(null::bench_templates, $1)")
        .bind(serde_json::to_value(templates)?)
        .execute(&mut *conn)
        .await?;
    sqlx::raw_sql("analyze bench_templates").execute(conn).await?;
    Ok(())
}

/// The cohort's key and sums so far.
async fn open_cohort(conn: &mut PgConnection, edition: BankEdition) -> anyhow::Result<(i16, CohortStats)> {
    let (bank, rule) = (edition.edition.id.as_str(), RuleVersion::V2.as_str());
    sqlx::query!(
        "insert into cohorts (bank, rule_version, subject) values ($1, $2, $3) on conflict do nothing",
        bank,
        rule,
        edition.bank.subject.as_str()
    )
    .execute(&mut *conn)
    .await?;
    let row =
        sqlx::query!("select id, n, sum_micro, sum_sq from cohorts where bank = $1 and rule_version = $2", bank, rule)
            .fetch_one(conn)
            .await?;
    Ok((row.id, record::stats(row.n, row.sum_micro, row.sum_sq)?))
}

/// Whether foreign keys are checked row by row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Checks {
    /// We may switch them off: a million rows take minutes and not an hour.
    Off,
    /// We may not.
    On,
}

async fn skip_checks(conn: &mut PgConnection) -> anyhow::Result<Checks> {
    let may = sqlx::query_scalar!(r#"select rolsuper as "may!" from pg_roles where rolname = current_user"#)
        .fetch_one(conn)
        .await?;
    Ok(if may { Checks::Off } else { Checks::On })
}

/// Rows from a number to before another.
struct Batch {
    edition: BankEdition,
    cohort: i16,
    stats: CohortStats,
    rows: (i64, i64),
}

impl Batch {
    async fn insert(&self, conn: &mut PgConnection, checks: Checks) -> anyhow::Result<()> {
        let mut tx = conn.begin().await?;
        if checks == Checks::Off {
            sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *tx).await?;
        }
        self.insert_assessments(&mut tx).await?;
        self.insert_parts(&mut tx).await?;
        self.enter_cohort(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn insert_assessments(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, student_email,
                 student_metadata, status, answers, duration_ms, started_at, completed_at, scoring_result, global_score,
                 confidence_index, generation_status, error_code, error_details, user_agent, address, created_at)
             select r.id, 'API', $3, $4, $5, $6, 'Élève ' || r.at, 'eleve' || r.at || '@example.org',
                 '{\"schoolYear\": \"2026-2027\"}', 'COMPLETED', t.answers, 2400000, r.completed_at - interval '40 minutes',
                 r.completed_at, t.result, t.global_score, t.confidence_index, 'SKIPPED', 'LLM_GENERATION_SKIPPED',
                 'LLM_MODE=off, or no model configured', 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Firefox/142.0',
                 '203.0.113.7', r.completed_at
             from bench_rows r join bench_templates t on t.number = r.template
             where r.at >= $1 and r.at < $2 order by r.at",
        )
        .bind(self.rows.0)
        .bind(self.rows.1)
        .bind(&self.edition.edition.id)
        .bind(RuleVersion::V2.as_str())
        .bind(self.edition.bank.subject.as_str())
        .bind(self.edition.edition.grade.as_str())
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn insert_parts(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        let parts = [
            "insert into domain_scores (assessment_id, domain, score)
             select mine.id, d.domain, d.score
             from (select r.id, t.* from bench_rows r join bench_templates t on t.number = r.template
                   where r.at >= $1 and r.at < $2 order by r.at) mine,
                  unnest(mine.domains, mine.domain_scores) as d (domain, score)",
            "insert into skill_scores (assessment_id, tags, scores, corrects, totals)
             select r.id, t.tags, t.skill_scores, t.skill_right, t.skill_total
             from bench_rows r join bench_templates t on t.number = r.template
             where r.at >= $1 and r.at < $2 order by r.at",
        ];
        for sql in parts {
            sqlx::query(sql).bind(self.rows.0).bind(self.rows.1).execute(&mut *conn).await?;
        }
        Ok(())
    }

    /// Last, because it holds the lock on the cohort until the commit.
    async fn enter_cohort(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "with mine as (
                 select r.id, r.completed_at::date as day, t.raw_micro, t.cohort_micro, t.global_score, t.ssn
                 from bench_rows r join bench_templates t on t.number = r.template where r.at >= $1 and r.at < $2),
             score as (
                 insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on,
                     ssn, cohort_n, cohort_mean, cohort_std)
                 select id, $3, raw_micro, cohort_micro, global_score, day, ssn, $4, $5, $6 from mine order by id),
             bin as (
                 insert into cohort_bins as b (cohort_id, tenths, n)
                 select $3, round(ssn * 10)::int2, count(*) from mine group by 2
                 on conflict (cohort_id, tenths) do update set n = b.n + excluded.n),
             month as (
                 insert into cohort_months as m (cohort_id, month, n, sum_tenths, sum_global)
                 select $3, date_trunc('month', day)::date, count(*), sum(round(ssn * 10)::int8), sum(global_score)
                 from mine group by 2
                 on conflict (cohort_id, month) do update set n = m.n + excluded.n,
                     sum_tenths = m.sum_tenths + excluded.sum_tenths, sum_global = m.sum_global + excluded.sum_global)
             update cohorts c set n = c.n + s.n, sum_micro = c.sum_micro + s.sum, sum_sq = c.sum_sq + s.squares
             from (select count(*) as n, sum(cohort_micro::int8) as sum,
                          sum(cohort_micro::int8 * cohort_micro::int8) as squares from mine) s
             where c.id = $3",
        )
        .bind(self.rows.0)
        .bind(self.rows.1)
        .bind(self.cohort)
        .bind(self.stats.n)
        .bind(self.stats.mean())
        .bind(self.stats.std())
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// As the tables are after a while: no benchmark should meet the first cleaning of a million new rows.
async fn tidy(conn: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::raw_sql("vacuum (analyze) assessments, domain_scores, skill_scores, standard_scores, cohorts, cohort_bins, cohort_months")
        .execute(conn)
        .await?;
    Ok(())
}

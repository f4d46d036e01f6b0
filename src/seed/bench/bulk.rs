//! Storing a mass of scored assessments: each is a copy of a template under an id of its own, as the JSON contract or
//! the app leaves them.
//!
//! What is to be stored stands in the temporary table `bench_rows`, which the callers fill. The SSN of each is set against
//! the cohort with all of them in it, as a recompute would leave it: recomputing an otherwise empty cohort changes
//! nothing. They are stored in batches, each in one transaction with its part of the cohort: a kill leaves whole batches.
//!
//! The queries name temporary tables, which are not there when this is compiled: they are not checked then, but by the
//! tests.

use std::time::Instant;

use sqlx::{Connection as _, PgConnection};

use super::templates::{self, Template};
use crate::{
    assessments::{
        bank::BankEdition,
        model::RuleVersion,
        record,
        standard_score::{self, CohortStats},
    },
    ctx::Ctx,
    web::format,
};

/// Assessments of a transaction.
const BATCH: i64 = 25_000;

/// A connection of its own, closed at the end: temporary tables and settings go with it.
pub(super) async fn connect(ctx: &Ctx) -> anyhow::Result<PgConnection> {
    let mut conn = ctx.pool.acquire().await?.detach();
    sqlx::raw_sql("set statement_timeout = 0; set work_mem = '128MB'; set timezone = 'Africa/Tunis'")
        .execute(&mut conn)
        .await?;
    Ok(conn)
}

/// Which assessments they are.
pub(super) struct Kind {
    /// Bank and edition.
    pub edition: BankEdition,
    /// `scoring_v2`: by the JSON contract; `scoring_v3`: attempts in the app.
    pub rule: RuleVersion,
}

impl Kind {
    /// How long each took: two thirds of the time allowed.
    fn seconds(&self) -> f64 {
        f64::from(self.edition.bank.minutes) * 40.0
    }
}

/// Makes `bench_rows`, empty: id, template and moment of each assessment, and whose it is; numbered (`at`) in the order
/// of the ids, which keeps the indexes quick to fill. Practice has no part in the cohort.
pub(super) async fn open_rows(conn: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::raw_sql(
        "drop table if exists bench_rows;
         create temporary table bench_rows (
             at int8, id uuid, template int4, completed_at timestamptz, student uuid, name text, practice bool)",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores all of `bench_rows` as copies of the templates.
pub(super) async fn store(conn: &mut PgConnection, kind: Kind, mut templates: Vec<Template>) -> anyhow::Result<()> {
    let begun = Instant::now();
    sqlx::raw_sql("create unique index on bench_rows (at); analyze bench_rows").execute(&mut *conn).await?;
    let copies = count_copies(conn, templates.len()).await?;
    let (cohort, stats) = open_cohort(conn, &kind).await?;
    let stats = templates::with_copies(stats, &templates, &copies);
    for template in &mut templates {
        template.ssn = standard_score::ssn(template.raw_micro, &stats);
    }
    set_templates(conn, &templates).await?;
    let checks = skip_checks(conn).await?;
    let wanted: i64 = sqlx::query_scalar("select count(*) from bench_rows").fetch_one(&mut *conn).await?;
    for from in (0..wanted).step_by(BATCH as usize) {
        let batch = Batch { kind: &kind, cohort, stats, rows: (from, (from + BATCH).min(wanted)) };
        batch.insert(conn, checks).await?;
        println!(
            "{} : {} / {} évaluations, {} s",
            kind.edition.edition.id,
            format::count(batch.rows.1),
            format::count(wanted),
            begun.elapsed().as_secs()
        );
    }
    Ok(())
}

/// How often each template occurs in the cohort.
async fn count_copies(conn: &mut PgConnection, templates: usize) -> anyhow::Result<Vec<i64>> {
    let copies = sqlx::query_scalar(
        "select count(r.id) from generate_series(0, $1) as number
         left join bench_rows r on r.template = number and not r.practice
         group by number order by number",
    )
    .bind(templates as i32 - 1)
    .fetch_all(conn)
    .await?;
    Ok(copies)
}

/// `bench_templates`: what they are copies of.
async fn set_templates(conn: &mut PgConnection, templates: &[Template]) -> anyhow::Result<()> {
    sqlx::raw_sql(
        "drop table if exists bench_templates;
         create temporary table bench_templates (
             number int4 primary key, codes int2[], answers jsonb, result jsonb, global_score int2, confidence_index int2, raw_micro int4,
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
async fn open_cohort(conn: &mut PgConnection, kind: &Kind) -> anyhow::Result<(i16, CohortStats)> {
    let (bank, rule) = (kind.edition.edition.id.as_str(), kind.rule.as_str());
    sqlx::query!(
        "insert into cohorts (bank, rule_version, subject) values ($1, $2, $3) on conflict do nothing",
        bank,
        rule,
        kind.edition.bank.subject.as_str()
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
struct Batch<'a> {
    kind: &'a Kind,
    cohort: i16,
    stats: CohortStats,
    rows: (i64, i64),
}

impl Batch<'_> {
    async fn insert(&self, conn: &mut PgConnection, checks: Checks) -> anyhow::Result<()> {
        let mut tx = conn.begin().await?;
        if checks == Checks::Off {
            sqlx::raw_sql("set local session_replication_role = replica").execute(&mut *tx).await?;
        }
        self.insert_assessments(&mut tx).await?;
        if self.kind.rule == RuleVersion::V3 {
            self.insert_attempts(&mut tx).await?;
        }
        self.insert_parts(&mut tx).await?;
        self.enter_cohort(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn insert_assessments(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "insert into assessments (id, origin, bank, engine_version, subject, grade, student_id, student_name,
                 student_email, student_metadata, in_cohort, status, answers, duration_ms, started_at, completed_at,
                 scoring_result, global_score, confidence_index, generation_status, error_code, error_details, user_agent,
                 address, created_at)
             select r.id, $7, $3, $4, $5, $6, r.student, r.name,
                 case when $7 = 'API' then 'eleve' || r.at || '@example.org' end,
                 case when $7 = 'API' then jsonb_build_object('schoolYear', '2026-2027') end,
                 not r.practice, 'COMPLETED', t.answers, $8 * 1000, r.completed_at - make_interval(secs => $8), r.completed_at,
                 t.result, t.global_score, t.confidence_index, 'SKIPPED', 'LLM_GENERATION_SKIPPED',
                 'LLM_MODE=off, or no model configured', 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Firefox/142.0',
                 '203.0.113.7', r.completed_at
             from bench_rows r join bench_templates t on t.number = r.template
             where r.at >= $1 and r.at < $2 order by r.at",
        )
        .bind(self.rows.0)
        .bind(self.rows.1)
        .bind(&self.kind.edition.edition.id)
        .bind(self.kind.rule.as_str())
        .bind(self.kind.edition.bank.subject.as_str())
        .bind(self.kind.edition.edition.grade.as_str())
        .bind(if self.kind.rule == RuleVersion::V3 { "APP" } else { "API" })
        .bind(self.kind.seconds())
        .execute(conn)
        .await?;
        Ok(())
    }

    /// One question after the other, four fifths of its time until the answer.
    async fn insert_attempts(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "insert into attempts (assessment_id, seed, minutes, deadline, ended_at)
             select id, uuid_send(gen_random_uuid()), $3, completed_at - make_interval(secs => $4) + make_interval(mins => $3),
                    completed_at
             from bench_rows where at >= $1 and at < $2 order by at",
        )
        .bind(self.rows.0)
        .bind(self.rows.1)
        .bind(i32::from(self.kind.edition.bank.minutes))
        .bind(self.kind.seconds())
        .execute(&mut *conn)
        .await?;
        sqlx::query(
            "insert into attempt_answers (assessment_id, question, choice, nsp, seen_at, answered_at)
             select mine.id, c.place - 1, case when c.code < 4 then c.code end, c.code = 4,
                    mine.begun + mine.pace * (c.place - 1),
                    case when c.code < 5 then mine.begun + mine.pace * (c.place - 0.2) end
             from (select r.id, t.codes, r.completed_at - make_interval(secs => $3) as begun,
                          make_interval(secs => $3) / (cardinality(t.codes) + 1) as pace
                   from bench_rows r join bench_templates t on t.number = r.template
                   where r.at >= $1 and r.at < $2 order by r.at) mine,
                  unnest(mine.codes) with ordinality as c (code, place)",
        )
        .bind(self.rows.0)
        .bind(self.rows.1)
        .bind(self.kind.seconds())
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn insert_parts(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "insert into skill_scores (assessment_id, domains, domain_scores, tags, scores, corrects, totals)
             select r.id, t.domains, t.domain_scores, t.tags, t.skill_scores, t.skill_right, t.skill_total
             from bench_rows r join bench_templates t on t.number = r.template
             where r.at >= $1 and r.at < $2 order by r.at",
        )
        .bind(self.rows.0)
        .bind(self.rows.1)
        .execute(conn)
        .await?;
        Ok(())
    }

    /// Last, because it holds the lock on the cohort until the commit.
    async fn enter_cohort(&self, conn: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::query(
            "with mine as (
                 select r.id, r.completed_at::date as day, t.raw_micro, t.cohort_micro, t.global_score, t.ssn
                 from bench_rows r join bench_templates t on t.number = r.template where r.at >= $1 and r.at < $2 and not r.practice),
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
             update cohorts c set n = c.n + s.n, sum_micro = c.sum_micro + coalesce(s.sum, 0),
                 sum_sq = c.sum_sq + coalesce(s.squares, 0)
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
pub(super) async fn tidy(conn: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::raw_sql("vacuum (analyze) users, students, guardianships, coach_students, coaches, sessions, bilan_requests,
             assessments, attempts, attempt_answers, skill_scores, standard_scores, cohorts, cohort_bins, cohort_months")
        .execute(conn)
        .await?;
    Ok(())
}

//! SQL of item statistics.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    figures::{BankCounts, CODES, ItemCounts},
    forms::Size,
    measure::{Keys, LONGEST, Measured},
};
use crate::error::{Error, Result};

/// A cohort of attempts in the app.
pub(super) struct Cohort {
    pub id: i16,
    pub bank: String,
}

/// A line of sums: without a question, of the attempts; with a code, of those who did that; with a second, of those who
/// took that long.
pub(super) struct Sum {
    pub cohort_id: i16,
    pub question: Option<i16>,
    pub code: Option<i16>,
    pub second: Option<i16>,
    pub n: i64,
    /// Σ x of those attempts.
    pub right: i64,
    /// Σ x², of the attempts only.
    pub right_sq: i64,
}

/// Fixes what the transaction sees: attempts that end and scores that move meanwhile are counted once or not at all.
/// Answers how many blocks of results there are. Of a range the answers are found by their key: never by reading the
/// whole table once for each range, which the planner might think cheaper.
pub(super) async fn open_snapshot(conn: &mut PgConnection) -> Result<i64> {
    sqlx::raw_sql(
        "set transaction isolation level repeatable read, read only;
         set local statement_timeout = '10min'; set local work_mem = '32MB'; set local jit = off;
         set local plan_cache_mode = force_custom_plan; set local enable_hashjoin = off; set local enable_mergejoin = off",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_scalar!(
        r#"select pg_relation_size('standard_scores') / current_setting('block_size')::int8 as "blocks!""#
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

/// The cohorts of attempts in the app: first attempts only (decision 6).
pub(super) async fn list_cohorts(conn: &mut PgConnection) -> Result<Vec<Cohort>> {
    sqlx::query_as!(Cohort, "select id, bank from cohorts where rule_version = 'scoring_v3'")
        .fetch_all(conn)
        .await
        .map_err(Error::from)
}

/// Sums over the results in a range of blocks, whose attempts it reads by their key.
///
/// The time to an answer is what passed since the question was first shown or since the answer before it (to any
/// question) was given, whichever came later: a question that was skipped and taken up again is not charged with what
/// was done in between. An answer that was changed counts with its last change. Without a measured time (rows stored in
/// bulk) there is no second.
pub(super) async fn sum_answers(conn: &mut PgConnection, keys: &Keys, from: i64, to: i64) -> Result<Vec<Sum>> {
    sqlx::query_as!(
        Sum,
        r#"with mine as (select * from unnest($1::int2[], $2::int4[]) as m (cohort_id, first_key)),
           taken as materialized (
               select s.assessment_id, s.cohort_id, m.first_key
               from standard_scores s join mine m on m.cohort_id = s.cohort_id
               where s.ctid >= format('(%s,0)', $4::int8)::tid and s.ctid < format('(%s,0)', $5::int8)::tid),
           answers as (
               select t.cohort_id, a.question, case when a.nsp then 4::int2 else coalesce(a.choice, 5::int2) end as code,
                      count(*) filter (where a.choice = ($3::int2[])[t.first_key + a.question]) over attempt as x,
                      row_number() over moments = 1 as first,
                      a.answered_at - greatest(a.seen_at, lag(a.answered_at) over moments) as took
               from taken t join attempt_answers a on a.assessment_id = t.assessment_id
               window attempt as (partition by t.assessment_id),
                      moments as (partition by t.assessment_id order by a.answered_at)),
           timed as (
               select *, case when took > interval '0' then least(ceil(extract(epoch from took)), $6::int4)::int2 end as second
               from answers)
           select cohort_id as "cohort_id!", question, code, second,
                  case when grouping(question) = 0 then count(*) else 0 end as "n!",
                  coalesce(case when grouping(question) = 0 then sum(x) else sum(x) filter (where first) end, 0)::int8 as "right!",
                  coalesce(case when grouping(question) = 1 then sum(x * x) filter (where first) end, 0)::int8 as "right_sq!"
           from timed group by grouping sets ((cohort_id, question, code), (cohort_id, question, second), (cohort_id))
           having grouping(code) = 0 or grouping(question) = 1 or second is not null
           union all
           -- Apart, because an attempt may be without any answer.
           select cohort_id, null, null, null, count(*), 0, 0 from taken group by cohort_id"#,
        &keys.cohorts,
        &keys.firsts,
        &keys.keys,
        from,
        to,
        LONGEST as i32
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// Forgets all counts.
pub(super) async fn delete_statistics(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("delete from bank_statistics").execute(conn).await?;
    Ok(())
}

/// Stores the counts of an edition.
pub(super) async fn insert_statistics(conn: &mut PgConnection, one: &Measured) -> Result<()> {
    let flat = |of: fn(&ItemCounts) -> [i64; CODES]| -> Vec<i64> { one.items.iter().flat_map(of).collect() };
    let medians: Vec<Option<i16>> = one.items.iter().map(|item| item.median_seconds).collect();
    sqlx::query!(
        "with bank as (
             insert into bank_statistics (bank, n, sum_right, sum_right_sq, measured_at) values ($1, $2, $3, $4, now())
             returning bank),
         flat as (
             select (at - 1) / 6 as question, array_agg(n order by at) as counts, array_agg(x order by at) as sums
             from unnest($5::int8[], $6::int8[]) with ordinality as f (n, x, at) group by 1)
         insert into item_statistics (bank, question, counts, sums, median_seconds)
         select bank.bank, flat.question, flat.counts, flat.sums, ($7::int2[])[flat.question + 1] from bank, flat",
        one.edition.edition.id,
        one.counts.n,
        one.counts.sum_right,
        one.counts.sum_right_sq,
        &flat(|item| item.counts),
        &flat(|item| item.sums),
        &medians as &[Option<i16>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The counts of an edition as they were last measured.
#[derive(Debug)]
pub(super) struct Stored {
    /// The edition's id.
    pub bank: String,
    /// Of its attempts.
    pub counts: BankCounts,
    /// Of its questions, in the bank's order.
    pub items: Vec<ItemCounts>,
    /// When.
    pub measured_at: DateTime<Utc>,
}

/// The counts of all editions, or of one.
pub(super) async fn list_statistics(pool: &PgPool, bank: Option<&str>) -> Result<Vec<Stored>> {
    let rows = sqlx::query!(
        r#"select b.bank, b.n, b.sum_right, b.sum_right_sq, b.measured_at, i.counts as "counts!", i.sums as "sums!",
                  i.median_seconds
           from bank_statistics b join item_statistics i using (bank)
           where $1::text is null or b.bank = $1 order by b.bank, i.question"#,
        bank
    )
    .fetch_all(pool)
    .await?;
    let mut all: Vec<Stored> = Vec::new();
    for row in rows {
        if all.last().is_none_or(|one| one.bank != row.bank) {
            let counts = BankCounts { n: row.n, sum_right: row.sum_right, sum_right_sq: row.sum_right_sq };
            all.push(Stored { bank: row.bank, counts, items: Vec::new(), measured_at: row.measured_at });
        }
        let item = ItemCounts { counts: six(row.counts)?, sums: six(row.sums)?, median_seconds: row.median_seconds };
        if let Some(one) = all.last_mut() {
            one.items.push(item);
        }
    }
    Ok(all)
}

fn six(list: Vec<i64>) -> Result<[i64; CODES]> {
    list.try_into().map_err(|list: Vec<i64>| Error::internal(anyhow::anyhow!("{} counts of a question", list.len())))
}

/// A run as the page shows it.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// RUNNING, DONE or FAILED.
    pub state: String,
    /// What is being done.
    pub step: String,
    /// 0 to 100.
    pub percent: i16,
    /// When it was asked for.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The last run asked for.
pub(super) async fn find_latest_run(pool: &PgPool) -> Result<Option<Run>> {
    sqlx::query_as!(
        Run,
        "select state, step, percent, started_at, ended_at from item_runs order by started_at desc limit 1"
    )
    .fetch_optional(pool)
    .await
    .map_err(Error::from)
}

/// Notes that a run is asked for; false when one is under way. Those of more than a year ago are forgotten.
pub(super) async fn insert_run(conn: &mut PgConnection, id: Uuid, actor: Option<Uuid>) -> Result<bool> {
    let inserted = sqlx::query!(
        "with old as (delete from item_runs where state <> 'RUNNING' and started_at < now() - interval '1 year')
         insert into item_runs (id, actor_id) values ($1, $2) on conflict ((true)) where state = 'RUNNING' do nothing",
        id,
        actor
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Says how far a run is. One that is tried again after it had failed is running again, unless another one is.
pub(super) async fn set_progress(conn: &mut PgConnection, id: Uuid, step: &str, percent: i64) -> Result<()> {
    sqlx::query!(
        "update item_runs set step = $2, percent = $3, ended_at = null,
             state = case when exists (select from item_runs where state = 'RUNNING') then state else 'RUNNING' end
         where id = $1",
        id,
        step,
        i16::try_from(percent).unwrap_or(100)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The run is done.
pub(super) async fn set_done(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!(
        "update item_runs set state = 'DONE', step = 'Terminé', percent = 100, ended_at = now() where id = $1",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The run was given up; the earlier figures stay.
pub(super) async fn set_failed(conn: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query!("update item_runs set state = 'FAILED', ended_at = now() where id = $1", id).execute(conn).await?;
    Ok(())
}

/// How many results each cohort has, as the cohorts keep them.
pub(super) async fn list_cohort_sizes(pool: &PgPool) -> Result<Vec<Size>> {
    sqlx::query_as!(Size, "select bank, rule_version, n from cohorts").fetch_all(pool).await.map_err(Error::from)
}

//! SQL of the log of calls, its daily sums and the alerts.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{budget::Reached, call::Row};
use crate::error::Result;

fn whole(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

fn millis(time: std::time::Duration) -> i32 {
    time.as_millis().try_into().unwrap_or(i32::MAX)
}

/// Writes calls and adds them to the sums, in one statement. Somebody who is gone by now is nobody.
pub(super) async fn insert_calls(pool: &PgPool, rows: &[Row]) -> Result<()> {
    let texts = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).to_owned()).collect::<Vec<String>>();
    let numbers = |of: fn(&Row) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    let errors: Vec<Option<String>> = rows.iter().map(|row| row.outcome.error().map(str::to_owned)).collect();
    let people: Vec<Option<Uuid>> = rows.iter().map(|row| row.person).collect();
    let first: Vec<Option<i32>> = rows.iter().map(|row| row.first_token.map(millis)).collect();
    let latency: Vec<i32> = rows.iter().map(|row| millis(row.latency)).collect();
    let estimated: Vec<bool> = rows.iter().map(|row| row.estimated).collect();
    let at: Vec<DateTime<Utc>> = rows.iter().map(|row| row.at).collect();
    sqlx::query!(
        "with batch as (
             insert into llm_calls (provider, model, task, person_id, prompt_tokens, completion_tokens, estimated,
                                    first_token_ms, latency_ms, cost_micros, outcome, error, created_at)
             select b.provider, b.model, b.task, u.id, b.prompt, b.completion, b.estimated, b.first_token, b.latency, b.cost,
                    b.outcome, b.error, b.at
             from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::bigint[], $7::boolean[],
                         $8::integer[], $9::integer[], $10::bigint[], $11::text[], $12::text[], $13::timestamptz[])
                  with ordinality
                  as b (provider, model, task, person, prompt, completion, estimated, first_token, latency, cost, outcome,
                        error, at, place)
             left join users u on u.id = b.person order by b.place
             returning *)
         insert into llm_spending as s (day, provider, model, task, calls, failed, stopped, prompt_tokens,
                                        completion_tokens, latency_ms, first_tokens, first_token_ms, cost_micros)
         select (created_at at time zone 'Africa/Tunis')::date, provider, model, task, count(*),
                count(*) filter (where outcome = 'FAILED'), count(*) filter (where outcome = 'STOPPED'),
                sum(prompt_tokens)::bigint, sum(completion_tokens)::bigint,
                coalesce(sum(latency_ms) filter (where outcome = 'OK'), 0), count(first_token_ms),
                coalesce(sum(first_token_ms), 0), sum(cost_micros)::bigint
         from batch group by 1, 2, 3, 4 order by 1, 2, 3, 4
         on conflict (day, provider, model, task) do update
         set calls = s.calls + excluded.calls, failed = s.failed + excluded.failed, stopped = s.stopped + excluded.stopped,
             prompt_tokens = s.prompt_tokens + excluded.prompt_tokens,
             completion_tokens = s.completion_tokens + excluded.completion_tokens,
             latency_ms = s.latency_ms + excluded.latency_ms, first_tokens = s.first_tokens + excluded.first_tokens,
             first_token_ms = s.first_token_ms + excluded.first_token_ms, cost_micros = s.cost_micros + excluded.cost_micros",
        &texts(|row| &row.provider),
        &texts(|row| &row.model),
        &texts(|row| row.task.key()),
        &people as &[Option<Uuid>],
        &numbers(|row| whole(row.usage.prompt_tokens)),
        &numbers(|row| whole(row.usage.completion_tokens)),
        &estimated,
        &first as &[Option<i32>],
        &latency,
        &numbers(|row| whole(row.cost)),
        &texts(|row| row.outcome.key()),
        &errors as &[Option<String>],
        &at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// What was spent on this day, and in its month up to it.
pub(super) async fn find_spent(pool: &PgPool, day: NaiveDate) -> Result<[u64; 2]> {
    let row = sqlx::query!(
        r#"select coalesce(sum(cost_micros) filter (where day = $1), 0)::bigint as "day!",
                  coalesce(sum(cost_micros), 0)::bigint as "month!"
           from llm_spending where day between date_trunc('month', $1::date)::date and $1"#,
        day
    )
    .fetch_one(pool)
    .await?;
    Ok([row.day, row.month].map(|spent| spent.try_into().unwrap_or_default()))
}

/// Notes that a threshold was reached; whether nobody had done so before.
pub(super) async fn insert_alert(conn: &mut PgConnection, period: &str, reached: &Reached) -> Result<bool> {
    let new = sqlx::query!(
        "insert into llm_budget_alerts (period, threshold, spent_micros, limit_micros) values ($1, $2, $3, $4)
         on conflict do nothing",
        period,
        reached.threshold,
        whole(reached.spent),
        whole(reached.limit)
    )
    .execute(conn)
    .await?;
    Ok(new.rows_affected() == 1)
}

/// Admins who can be told something.
pub(super) async fn list_admins(conn: &mut PgConnection) -> Result<Vec<Uuid>> {
    let admins =
        sqlx::query_scalar!("select id from users where role = 'ADMIN' and deactivated_at is null order by id")
            .fetch_all(conn)
            .await?;
    Ok(admins)
}

/// Deletes calls that are older than 180 days, at most this many; how many it were.
pub(super) async fn delete_old(pool: &PgPool, most: i64) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from llm_calls where id in (
             select id from llm_calls where created_at < now() - interval '180 days' order by created_at limit $1)",
        most
    )
    .execute(pool)
    .await?;
    Ok(gone.rows_affected())
}

//! SQL of the page of models.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgPool;

use crate::error::Result;

/// Most lines of the table of spending.
const MOST_LINES: i64 = 100;

/// What one model cost for one task in the last 30 days.
#[derive(Debug)]
pub(super) struct Spending {
    pub provider: String,
    pub model: String,
    pub task: String,
    pub calls: i64,
    pub failed: i64,
    pub stopped: i64,
    pub tokens: i64,
    /// Of the calls that ended well.
    pub latency_ms: Option<i64>,
    pub first_token_ms: Option<i64>,
    pub cost_micros: i64,
}

/// From the daily sums, the dearest first.
pub(super) async fn list_spending(pool: &PgPool, today: NaiveDate) -> Result<Vec<Spending>> {
    let rows = sqlx::query_as!(
        Spending,
        r#"select provider, model, task, sum(calls)::bigint as "calls!", sum(failed)::bigint as "failed!",
                  sum(stopped)::bigint as "stopped!", sum(prompt_tokens + completion_tokens)::bigint as "tokens!",
                  (sum(latency_ms) / nullif(sum(calls - failed - stopped), 0))::bigint as latency_ms,
                  (sum(first_token_ms) / nullif(sum(first_tokens), 0))::bigint as first_token_ms,
                  sum(cost_micros)::bigint as "cost_micros!"
           from llm_spending where day > $1::date - 30 and day <= $1
           group by provider, model, task order by sum(cost_micros) desc, sum(calls) desc, provider, model, task limit $2"#,
        today,
        MOST_LINES
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// A call in the list.
#[derive(Debug)]
pub(super) struct Call {
    pub id: i64,
    pub provider: String,
    pub model: String,
    pub task: String,
    pub person: Option<String>,
    pub tokens: i64,
    pub estimated: bool,
    pub first_token_ms: Option<i32>,
    pub latency_ms: i32,
    pub cost_micros: i64,
    pub outcome: String,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// After which call a page of the list goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct After {
    pub at: DateTime<Utc>,
    pub id: i64,
}

/// The last first.
pub(super) async fn list_calls(pool: &PgPool, after: Option<After>, limit: i64) -> Result<Vec<Call>> {
    let after = after.unwrap_or(After { at: DateTime::<Utc>::MAX_UTC, id: i64::MAX });
    let rows = sqlx::query_as!(
        Call,
        r#"with page as (
               select * from llm_calls where (created_at, id) < ($1, $2) order by created_at desc, id desc limit $3)
           select c.id, c.provider, c.model, c.task, u.first_name || ' ' || u.last_name as person,
                  c.prompt_tokens + c.completion_tokens as "tokens!", c.estimated, c.first_token_ms, c.latency_ms,
                  c.cost_micros, c.outcome, c.error, c.created_at
           from page c left join users u on u.id = c.person_id order by c.created_at desc, c.id desc"#,
        after.at,
        after.id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

//! Events, read from the tables of three rooms.

use sqlx::PgPool;

use super::{Activity, Filter};
use crate::{
    error::{Error, Result},
    ui::filters::MOST_COUNTED,
};

/// Events that the filter finds, newest first, from where its page goes on. Each source is read by its index in that
/// order, so the cost is that of the page.
pub async fn list(pool: &PgPool, filter: &Filter, most: i64) -> Result<Vec<Activity>> {
    let before = filter.before();
    sqlx::query_as!(
        Activity,
        r#"select kind as "kind!", id as "id!", who as "who!", about as "about!", at as "at!" from (
               (select 'user' as kind, id, first_name || ' ' || last_name as who, role as about, created_at as at
                from users
                where coalesce($1::text, 'user') = 'user' and created_at >= $2 and (created_at, id) < ($3, $4)
                order by created_at desc, id desc limit $5)
               union all
               (select 'assessment', id, student_name, bank, completed_at from assessments
                where coalesce($1::text, 'assessment') = 'assessment' and student_id is not null and status = 'COMPLETED'
                  and completed_at >= $2 and (completed_at, id) < ($3, $4)
                order by completed_at desc, id desc limit $5)
               union all
               (select 'request', id, parent_first_name || ' ' || parent_last_name, student_grade, created_at
                from bilan_requests
                where coalesce($1::text, 'request') = 'request' and created_at >= $2 and (created_at, id) < ($3, $4)
                order by created_at desc, id desc limit $5)) events
           order by at desc, id desc limit $5"#,
        filter.kind(),
        filter.since(),
        before.at,
        before.id,
        most
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

/// How many events the filter finds on all its pages, at most one more than [`MOST_COUNTED`].
pub async fn count(pool: &PgPool, filter: &Filter) -> Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select 1 from users
               where coalesce($1::text, 'user') = 'user' and created_at >= $2 and created_at < $3
               union all
               select 1 from assessments
               where coalesce($1::text, 'assessment') = 'assessment' and student_id is not null and status = 'COMPLETED'
                 and completed_at >= $2 and completed_at < $3
               union all
               select 1 from bilan_requests
               where coalesce($1::text, 'request') = 'request' and created_at >= $2 and created_at < $3
               limit $4) found"#,
        filter.kind(),
        filter.since(),
        filter.until().at,
        MOST_COUNTED + 1
    )
    .fetch_one(pool)
    .await
    .map_err(Error::from)
}

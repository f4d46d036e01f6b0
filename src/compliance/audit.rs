//! Who did what. Always true: an entry is written in the transaction of the change it tells of, and never changed.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;

/// Notes that `actor` (none: the house itself) did `action` (`room.verb`, such as `jobs.retry`) to `subject`
/// (`table:id`). The details hold no secret and as little of a person as can be: the log outlives erasure.
pub async fn record(
    conn: &mut PgConnection,
    actor: Option<Uuid>,
    action: &str,
    subject: &str,
    details: &Value,
) -> Result<()> {
    sqlx::query!(
        "insert into audit_log (actor_id, action, subject, details) values ($1, $2, $3, $4)",
        actor,
        action,
        subject,
        details
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn an_entry_lives_and_dies_with_the_change_that_it_tells_of() {
        let pool = testing::fresh_pool().await;
        let mut tx = crate::db::begin(&pool).await.expect("begin");
        record(&mut tx, None, "test.change", "thing:1", &json!({ "from": 1 })).await.expect("recorded");
        tx.rollback().await.expect("rollback");
        let mut tx = crate::db::begin(&pool).await.expect("begin");
        record(&mut tx, None, "test.change", "thing:2", &json!({})).await.expect("recorded");
        tx.commit().await.expect("commit");
        let subjects = sqlx::query_scalar!("select subject from audit_log").fetch_all(&pool).await.expect("log");
        assert_eq!(subjects, ["thing:2"]);
    }
}

//! What people may use beyond what is free.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{compliance::audit, error::Result};

/// Something that is not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// More questions to the tutor.
    Aria,
}

impl Feature {
    /// Key in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Aria => "aria",
        }
    }
}

/// Gives the feature, until an end or without one; what ran before gives way.
pub async fn grant(
    conn: &mut PgConnection,
    person: Uuid,
    feature: Feature,
    until: Option<DateTime<Utc>>,
    by: Uuid,
) -> Result<()> {
    close(conn, person, feature).await?;
    sqlx::query!(
        "insert into entitlements (id, user_id, feature, ends_at, granted_by) values ($1, $2, $3, $4, $5)",
        Uuid::now_v7(),
        person,
        feature.key(),
        until,
        by
    )
    .execute(&mut *conn)
    .await?;
    let details = json!({ "feature": feature.key(), "until": until });
    audit::record(conn, Some(by), "billing.grant", &format!("users:{person}"), &details).await
}

/// Ends the feature now; false when the person does not have it.
pub async fn withdraw(conn: &mut PgConnection, person: Uuid, feature: Feature, by: Uuid) -> Result<bool> {
    if close(conn, person, feature).await? == 0 {
        return Ok(false);
    }
    let details = json!({ "feature": feature.key() });
    audit::record(conn, Some(by), "billing.withdraw", &format!("users:{person}"), &details).await?;
    Ok(true)
}

async fn close(conn: &mut PgConnection, person: Uuid, feature: Feature) -> Result<u64> {
    let closed = sqlx::query!(
        "update entitlements set withdrawn_at = now()
         where user_id = $1 and feature = $2 and withdrawn_at is null and (ends_at is null or ends_at > now())",
        person,
        feature.key()
    )
    .execute(conn)
    .await?;
    Ok(closed.rows_affected())
}

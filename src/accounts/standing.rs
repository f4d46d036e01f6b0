//! Closing an account and opening it again. A closed account keeps its records and its password; nobody signs in,
//! activates or resets with it meanwhile.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::links;
use crate::{compliance::audit, error::Result, web::session_list};

/// Closes the account: its sessions and links end at once. False when it was closed already, or is unknown.
pub async fn deactivate(conn: &mut PgConnection, actor: Uuid, user: Uuid) -> Result<bool> {
    let changed = sqlx::query!(
        "update users set deactivated_at = now(), updated_at = now() where id = $1 and deactivated_at is null",
        user
    )
    .execute(&mut *conn)
    .await?
    .rows_affected()
        == 1;
    if changed {
        links::kill_all(conn, user).await?;
        let ended = session_list::end_all(conn, user, None).await?;
        let details = json!({ "sessions": ended });
        audit::record(conn, Some(actor), "accounts.deactivate", &format!("users:{user}"), &details).await?;
    }
    Ok(changed)
}

/// Opens the account again. False when it was open, or is unknown.
pub async fn reactivate(conn: &mut PgConnection, actor: Uuid, user: Uuid) -> Result<bool> {
    let changed = sqlx::query!(
        "update users set deactivated_at = null, updated_at = now() where id = $1 and deactivated_at is not null",
        user
    )
    .execute(&mut *conn)
    .await?
    .rows_affected()
        == 1;
    if changed {
        audit::record(conn, Some(actor), "accounts.reactivate", &format!("users:{user}"), &json!({})).await?;
    }
    Ok(changed)
}

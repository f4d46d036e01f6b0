//! Requests that were made signed out with the address of a parent who has an account: they belong to nobody until this
//! parent says on the own page whose they are ([`crate::learning::adopting`] asks).
//!
//! Always true: typing an address shows nothing of its household and changes nothing in it; what the parent said is said
//! once, and staff find it in the audit log.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{RequestClaim, add_child, store};
use crate::{compliance::audit, error::Result};

/// One answer at a time for this parent, until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, parent: Uuid) -> Result<()> {
    store::lock_parent(conn, parent).await
}

/// Makes the request the household's: the child is the one of this name, or a new one.
pub async fn adopt(conn: &mut PgConnection, parent: Uuid, request_id: Uuid) -> Result<RequestClaim> {
    let form = store::find_child_form(conn, request_id).await?;
    let student_id = add_child(conn, parent, &form).await?;
    store::set_request_family(conn, request_id, parent, student_id).await?;
    audit::record(conn, Some(parent), "families.adopt", &subject(request_id), &json!({ "student": student_id }))
        .await?;
    Ok(RequestClaim { request_id, student_id })
}

/// Notes that the request is not the family's: it is never attached to anybody.
pub async fn disown(conn: &mut PgConnection, parent: Uuid, request_id: Uuid) -> Result<()> {
    store::set_request_disowned(conn, request_id).await?;
    audit::record(conn, Some(parent), "families.disown", &subject(request_id), &json!({})).await
}

fn subject(request_id: Uuid) -> String {
    format!("bilan_requests:{request_id}")
}

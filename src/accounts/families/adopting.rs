//! Requests that were made signed out with the address of a parent who has an account: they belong to nobody until this
//! parent signs in, then to the household.
//!
//! Always true: typing an address shows nothing of its household and changes nothing in it before its owner signs in;
//! only what was made since the account exists is taken, and only what was sent to the end: nobody else can go on with
//! an attempt that belongs to the child. A guardian who may not see a child adds nothing to it, and a household does not
//! grow beyond [`MOST_CHILDREN`] by forms alone. The parent is told of each, and staff find it in the audit log.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{BilanForm, add_child, store};
use crate::{accounts::events::ParentSignedIn, compliance::audit, ctx::Ctx, error::Result, jobs};

/// Children of a household, for forms that were sent signed out; staff may add more.
const MOST_CHILDREN: i64 = 6;

/// A request that is now the household's.
pub struct Adopted {
    /// Key in `bilan_requests`.
    pub request_id: Uuid,
    /// The child's first name.
    pub first_name: String,
}

/// Has requests looked for after this person signed in, if there are any.
pub(in crate::accounts) async fn look(ctx: &Ctx, user: Uuid) -> Result<()> {
    let mut conn = ctx.pool.acquire().await?;
    if list_waiting(&mut conn, user).await?.is_empty() {
        return Ok(());
    }
    jobs::enqueue(&mut conn, &ParentSignedIn { user_id: user }).await
}

/// Requests with the address of this parent's account that belong to nobody; none for anybody else.
pub async fn list_waiting(conn: &mut PgConnection, user: Uuid) -> Result<Vec<Uuid>> {
    store::list_waiting(conn, user).await
}

/// Makes those among these requests the household's that still wait: the child is the one of this name, or a new one.
pub async fn adopt(conn: &mut PgConnection, parent: Uuid, requests: &[Uuid]) -> Result<Vec<Adopted>> {
    store::lock_parent(conn, parent).await?;
    let waiting = store::list_waiting(conn, parent).await?;
    let mut adopted = Vec::new();
    for request_id in waiting.into_iter().filter(|id| requests.contains(id)) {
        let form = store::find_child_form(conn, request_id).await?;
        if !has_place(conn, parent, &form).await? {
            continue;
        }
        let child = add_child(conn, parent, &form).await?;
        store::set_request_family(conn, request_id, parent, child).await?;
        let subject = format!("bilan_requests:{request_id}");
        audit::record(conn, Some(parent), "families.adopt", &subject, &json!({ "student": child })).await?;
        adopted.push(Adopted { request_id, first_name: form.student_first_name });
    }
    Ok(adopted)
}

/// Whether the child of the form is one whom the parent sees, or may be added.
async fn has_place(conn: &mut PgConnection, parent: Uuid, form: &BilanForm) -> Result<bool> {
    let household = store::find_household(conn, parent, form).await?;
    Ok(household.sees.unwrap_or(household.children < MOST_CHILDREN))
}

//! The slip of a student, `/comptes/:id/fiche`: identifier, activation link and its QR code on a sheet of paper, for
//! students without e-mail above all. Staff print it at the desk, a guardian at home.
//!
//! Always true: a slip is drawn by an answer to a form, never by a mere visit; each new one ends all links before it;
//! the secret stands on paper only.

mod pages;
mod views;

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

pub use pages::{create, show};

use super::{
    account::{self, Account},
    links::{self, Channel, Purpose},
};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::{Error, Result},
    web::{Person, Role},
};

/// The student whose slip this person may draw: staff for all, a guardian for the own child. A student who has an
/// e-mail and chose a password looks after the account alone; staff may still help.
async fn find_for(conn: &mut PgConnection, person: &Person, student: Uuid) -> Result<Account> {
    let found = match person.role {
        role if role.is_staff() => account::find(conn, student).await?,
        Role::Parent => {
            let child = account::find_child(conn, person.id, student).await?;
            child.filter(|child| child.email.is_none() || !child.activated)
        }
        _ => None,
    };
    found.filter(|account| account.role == Role::Eleve && !account.deactivated).ok_or_else(Error::not_found)
}

/// Makes the link of a new slip and ends those before.
async fn new_link(conn: &mut PgConnection, ctx: &Ctx, actor: Uuid, student: Uuid) -> Result<String> {
    links::kill_all(conn, student).await?;
    let link = links::create(conn, ctx, student, Purpose::Activation, Channel::Slip, None).await?;
    audit::record(conn, Some(actor), "accounts.draw_slip", &format!("users:{student}"), &json!({})).await?;
    Ok(link)
}

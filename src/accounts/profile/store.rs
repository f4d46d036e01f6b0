//! SQL of "Mon compte".

use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::error::{Error, OnConstraint as _, Result};

/// A guardian's child.
pub(super) struct Child {
    pub id: Uuid,
    pub first_name: String,
    pub identifier: Option<String>,
    pub email: Option<String>,
    pub activated: bool,
}

impl Child {
    /// A student with an e-mail and a password looks after the account alone.
    pub fn needs_help(&self) -> bool {
        self.email.is_none() || !self.activated
    }
}

pub(super) async fn list_children(db: impl PgExecutor<'_>, guardian: Uuid) -> Result<Vec<Child>> {
    Ok(sqlx::query_as!(
        Child,
        r#"select u.id, u.first_name, u.identifier, u.email, (u.activated_at is not null) as "activated!"
           from guardianships g join users u on u.id = g.student_id
           where g.guardian_id = $1 and 'CONSENT' = any(g.rights) and u.deactivated_at is null order by u.first_name, u.id"#,
        guardian
    )
    .fetch_all(db)
    .await?)
}

pub(super) async fn set_phone(db: impl PgExecutor<'_>, user: Uuid, phone: Option<&str>) -> Result<()> {
    sqlx::query!("update users set phone = $2, updated_at = now() where id = $1", user, phone).execute(db).await?;
    Ok(())
}

pub(super) async fn set_reading(db: impl PgExecutor<'_>, user: Uuid, easy: bool) -> Result<()> {
    sqlx::query!("update users set easy_reading = $2 where id = $1", user, easy).execute(db).await?;
    Ok(())
}

pub(super) async fn has_account(db: impl PgExecutor<'_>, email: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists(select from users where email = $1) as "known!""#, email)
        .fetch_one(db)
        .await?)
}

/// 409 when the address got an account meanwhile.
pub(super) async fn set_email(conn: &mut PgConnection, user: Uuid, email: &str) -> Result<()> {
    sqlx::query!("update users set email = $2, updated_at = now() where id = $1", user, email)
        .execute(conn)
        .await
        .on_constraint("users_email_key", || {
            Error::conflict("Cette adresse est maintenant celle d’un autre compte. L’adresse du compte n’a pas changé.")
        })?;
    Ok(())
}

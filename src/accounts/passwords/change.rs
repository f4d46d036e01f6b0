//! The one way in which a password is set, and what is known of a person while it is chosen.

use sqlx::PgConnection;
use uuid::Uuid;

use super::rule::{self, Own, Strength, Weakness};
use crate::{
    accounts::{account::Account, events::AccountActivated, links},
    error::Result,
    jobs,
    web::{Checks, FieldErrors, format, session_list},
};

impl Account {
    /// What the password must not be made of.
    pub fn own_data(&self) -> Own {
        let born = self.birth_date.map(|day| {
            [
                day.format("%Y").to_string(),
                day.format("%d%m").to_string(),
                day.format("%d%m%Y").to_string(),
                format::day(day),
            ]
        });
        let born = born.iter().flatten().map(String::as_str);
        let texts = [self.email.as_deref(), self.identifier.as_deref(), self.school.as_deref(), self.phone.as_deref()];
        let names = [self.first_name.as_str(), self.last_name.as_str()];
        Own::new(names.into_iter().chain(texts.into_iter().flatten()).chain(born))
    }

    /// Whether this account may take the password.
    pub fn check_password(&self, password: &str) -> std::result::Result<Strength, Weakness> {
        rule::check(password, &self.own_data())
    }
}

/// Checks a new password and its repetition, as the forms send them.
pub fn check_form(account: &Account, password: &str, again: &str) -> FieldErrors {
    let mut checks = Checks::default();
    if let Err(weakness) = account.check_password(password) {
        checks.check("password", false, weakness.sentence());
    }
    checks.check("again", password == again, "Les deux mots de passe sont différents.");
    checks.finish()
}

/// Sets the password: links sent before die, and all sessions but one end.
pub async fn set(conn: &mut PgConnection, user: Uuid, password_hash: &str, keep: Option<&[u8]>) -> Result<()> {
    sqlx::query!("update users set password_hash = $2, updated_at = now() where id = $1", user, password_hash)
        .execute(&mut *conn)
        .await?;
    links::kill_all(conn, user).await?;
    session_list::end_all(conn, user, keep).await?;
    Ok(())
}

/// Marks the account as activated, if it was not; what was done without it is then attached by a job.
pub async fn set_activated(conn: &mut PgConnection, user: Uuid) -> Result<()> {
    let first = sqlx::query!("update users set activated_at = now() where id = $1 and activated_at is null", user)
        .execute(&mut *conn)
        .await?;
    if first.rows_affected() > 0 {
        jobs::enqueue(conn, &AccountActivated { user_id: user }).await?;
    }
    Ok(())
}

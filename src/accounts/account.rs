//! One account, as the rooms of this domain need it, and the SQL that finds it.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::tone::Tone;
use crate::{error::Result, web::Role};

/// A row of `users`, with what is known of a student.
#[derive(Debug, Clone)]
pub struct Account {
    /// Key.
    pub id: Uuid,
    /// What they are here.
    pub role: Role,
    /// E-mail; a child may have none.
    pub email: Option<String>,
    /// What a child types to sign in.
    pub identifier: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Phone.
    pub phone: Option<String>,
    /// A student's birth date.
    pub birth_date: Option<NaiveDate>,
    /// A student's school.
    pub school: Option<String>,
    /// Hash of the password, once there is one.
    pub password_hash: Option<String>,
    /// Whether a first password was chosen.
    pub activated: bool,
    /// Whether the account is closed.
    pub deactivated: bool,
}

impl Account {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// What is typed to sign in.
    pub fn sign_in_name(&self) -> &str {
        self.email.as_deref().or(self.identifier.as_deref()).unwrap_or_default()
    }

    /// Tu or vous.
    pub fn tone(&self) -> Tone {
        Tone::of(self.role)
    }
}

/// Someone to whom mail can be sent.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Key in `users`.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// Address.
    pub email: String,
}

struct Row {
    id: Uuid,
    role: String,
    email: Option<String>,
    identifier: Option<String>,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    birth_date: Option<NaiveDate>,
    school: Option<String>,
    password_hash: Option<String>,
    activated: bool,
    deactivated: bool,
}

impl Row {
    fn account(self) -> Result<Account> {
        Ok(Account {
            id: self.id,
            role: self.role.parse()?,
            email: self.email,
            identifier: self.identifier,
            first_name: self.first_name,
            last_name: self.last_name,
            phone: self.phone,
            birth_date: self.birth_date,
            school: self.school,
            password_hash: self.password_hash,
            activated: self.activated,
            deactivated: self.deactivated,
        })
    }
}

/// The account with this key.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Account>> {
    sqlx::query_as!(
        Row,
        r#"select u.id, u.role, u.email, u.identifier, u.first_name, u.last_name, u.phone, s.birth_date as "birth_date?",
                  s.school as "school?", u.password_hash, (u.activated_at is not null) as "activated!",
                  (u.deactivated_at is not null) as "deactivated!"
           from users u left join students s on s.user_id = u.id where u.id = $1"#,
        id
    )
    .fetch_optional(db)
    .await?
    .map(Row::account)
    .transpose()
}

/// The account that signs in with this e-mail or identifier, whatever its state.
pub async fn find_by_name(db: impl PgExecutor<'_>, name: &str) -> Result<Option<Account>> {
    let name = super::normal_email(name);
    sqlx::query_as!(
        Row,
        r#"select u.id, u.role, u.email, u.identifier, u.first_name, u.last_name, u.phone, s.birth_date as "birth_date?",
                  s.school as "school?", u.password_hash, (u.activated_at is not null) as "activated!",
                  (u.deactivated_at is not null) as "deactivated!"
           from users u left join students s on s.user_id = u.id where u.email = $1 or u.identifier = $1"#,
        name
    )
    .fetch_optional(db)
    .await?
    .map(Row::account)
    .transpose()
}

/// [`find`], and nobody else changes the account until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Account>> {
    sqlx::query!("select from users where id = $1 for update", id).execute(&mut *conn).await?;
    find(conn, id).await
}

/// Guardians who may decide for the child and can be reached by mail.
pub async fn list_guardians(db: impl PgExecutor<'_>, child: Uuid) -> Result<Vec<Recipient>> {
    guardians(db, child, false).await
}

/// [`list_guardians`], those only who have chosen a password: they can act upon what they read.
pub async fn list_active_guardians(db: impl PgExecutor<'_>, child: Uuid) -> Result<Vec<Recipient>> {
    guardians(db, child, true).await
}

async fn guardians(db: impl PgExecutor<'_>, child: Uuid, active: bool) -> Result<Vec<Recipient>> {
    Ok(sqlx::query_as!(
        Recipient,
        r#"select u.id, u.first_name || ' ' || u.last_name as "name!", u.email as "email!"
           from guardianships g join users u on u.id = g.guardian_id
           where g.student_id = $1 and 'CONSENT' = any(g.rights) and u.email is not null and u.deactivated_at is null
             and (u.activated_at is not null or not $2)
           order by g.is_payer desc, u.id"#,
        child,
        active
    )
    .fetch_all(db)
    .await?)
}

/// The child, if this guardian may decide for it.
pub async fn find_child(conn: &mut PgConnection, guardian: Uuid, child: Uuid) -> Result<Option<Account>> {
    let mine = sqlx::query_scalar!(
        r#"select exists(select from guardianships where guardian_id = $1 and student_id = $2 and 'CONSENT' = any(rights)) as "mine!""#,
        guardian,
        child
    )
    .fetch_one(&mut *conn)
    .await?;
    if mine { find(conn, child).await } else { Ok(None) }
}

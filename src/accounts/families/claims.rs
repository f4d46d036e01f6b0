//! Which requests and e-mail addresses belong to the students of an activated account: whoever activates it has shown
//! to read its mail, or was given the link by a guardian or at the desk.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::{Error, Result};

/// A request that is this student's.
#[derive(Debug, Clone)]
pub struct RequestClaim {
    /// Key in `bilan_requests`.
    pub request_id: Uuid,
    /// Key in `students`.
    pub student_id: Uuid,
}

/// An address under which a student may have answered by the JSON contract.
#[derive(Debug, Clone)]
pub struct EmailClaim {
    /// The verified address.
    pub email: String,
    /// Under this name only: a guardian's address may stand for several children.
    pub name: Option<String>,
    /// Key in `students`.
    pub student_id: Uuid,
    /// Nothing made after the activation is claimed: it could have been made by signing in.
    pub before: DateTime<Utc>,
}

/// What an account may claim.
#[derive(Debug, Default)]
pub struct Claims {
    /// Requests of the form "bilan gratuit".
    pub requests: Vec<RequestClaim>,
    /// Addresses.
    pub emails: Vec<EmailClaim>,
}

/// What this account may claim; nothing unless it is active. Requests that name the guardian's address and one of the
/// children, and that were made before the address was verified, are tied to both on the way, but for
/// those that the guardian says are not theirs.
pub async fn claims(conn: &mut PgConnection, user: Uuid) -> Result<Claims> {
    let requests = sqlx::query_as!(
        RequestClaim,
        r#"with owner as (
               select id, email, activated_at from users
               where id = $1 and activated_at is not null and deactivated_at is null),
           tied as (
               update bilan_requests r set guardian_id = o.id, student_id = c.id
               from owner o join guardianships g on g.guardian_id = o.id join users c on c.id = g.student_id
               where r.parent_email = o.email and r.student_id is null and r.guardian_id is null
                 and r.disowned_at is null
                 and r.created_at <= o.activated_at
                 and lower(c.first_name) = lower(r.student_first_name) and lower(c.last_name) = lower(r.student_last_name)
               returning r.id, r.student_id)
           select id as "request_id!", student_id as "student_id!" from tied
           union
           select r.id, r.student_id from bilan_requests r join owner o on r.guardian_id = o.id where r.student_id is not null
           union
           select r.id, r.student_id from bilan_requests r join owner o on r.student_id = o.id"#,
        user
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(Claims { requests, emails: list_emails(conn, user).await? })
}

async fn list_emails(conn: &mut PgConnection, user: Uuid) -> Result<Vec<EmailClaim>> {
    sqlx::query_as!(
        EmailClaim,
        r#"select o.email as "email!", null as "name?", s.user_id as "student_id!", o.activated_at as "before!"
           from users o join students s on s.user_id = o.id
           where o.id = $1 and o.email is not null and o.activated_at is not null and o.deactivated_at is null
           union all
           select o.email, c.first_name || ' ' || c.last_name, c.id, o.activated_at
           from users o join guardianships g on g.guardian_id = o.id join users c on c.id = g.student_id
           where o.id = $1 and o.email is not null and o.activated_at is not null and o.deactivated_at is null"#,
        user
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

//! Tying assessments that were made before an account existed to the student they belong to. Who may be tied to whom is
//! decided by [`crate::accounts::families::claims`]; here it is written, once: an assessment that has a student keeps it.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    accounts::families::Claims,
    error::{Error, Result},
};

/// Ties what is claimed and belongs to nobody yet; answers the completed ones. An attempt that is still open is tied
/// unless the student has another one open on the same form.
pub async fn attach(conn: &mut PgConnection, claims: &Claims) -> Result<Vec<Uuid>> {
    let (requests, of_request): (Vec<Uuid>, Vec<Uuid>) =
        claims.requests.iter().map(|it| (it.request_id, it.student_id)).unzip();
    let emails: Vec<String> = claims.emails.iter().map(|it| it.email.clone()).collect();
    let names: Vec<Option<String>> = claims.emails.iter().map(|it| it.name.clone()).collect();
    let of_email: Vec<Uuid> = claims.emails.iter().map(|it| it.student_id).collect();
    let before: Vec<_> = claims.emails.iter().map(|it| it.before).collect();
    sqlx::query_scalar!(
        r#"with wanted as (
               select a.id, r.student from unnest($1::uuid[], $2::uuid[]) as r (request, student)
               join assessments a on a.request_id = r.request where a.student_id is null
               union
               select a.id, e.student
               from unnest($3::text[], $4::text[], $5::uuid[], $6::timestamptz[]) as e (email, name, student, before)
               join assessments a on a.student_email = e.email
               where a.origin = 'API' and a.student_id is null and a.created_at <= e.before
                 and (e.name is null or lower(a.student_name) = lower(e.name))),
           mine as (
               select a.id, w.student, a.bank, a.status, a.origin from assessments a join wanted w on w.id = a.id
               where a.student_id is null order by a.id for update of a),
           ranked as (
               select *, row_number() over (partition by id order by student) as claim,
                      row_number() over (partition by student, bank, status, origin order by id) as place from mine),
           tied as (
               update assessments a set student_id = r.student from ranked r
               where a.id = r.id and r.claim = 1
                 and (r.status <> 'PENDING' or r.origin <> 'APP' or r.place = 1 and not exists (
                     select from assessments o where o.student_id = r.student and o.bank = r.bank
                       and o.status = 'PENDING' and o.origin = 'APP'))
               returning a.id, a.status)
           select id from tied where status = 'COMPLETED' order by id"#,
        &requests,
        &of_request,
        &emails,
        &names as &[Option<String>],
        &of_email,
        &before
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

//! SQL of imports.

use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{lines::StudentLine, takeover::Outcome};
use crate::{
    accounts::households::Child,
    error::{Error, Result},
};

/// An import as its page shows it.
pub(super) struct Import {
    pub file_name: String,
    /// None once done.
    pub lines: Option<Vec<StudentLine>>,
    /// What the rehearsal announced; once done, what happened.
    pub outcome: Outcome,
}

/// Two imports at once would not see each other's students: they take turns.
pub(super) async fn lock_imports(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('student imports'))").execute(conn).await?;
    Ok(())
}

/// Keeps the lines of a file until they are taken over.
pub(super) async fn insert(
    pool: &PgPool,
    staff: Uuid,
    file_name: &str,
    lines: &[StudentLine],
    outcome: &Outcome,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into student_imports (id, staff_id, file_name, lines, result) values ($1, $2, $3, $4, $5)",
        id,
        staff,
        file_name,
        serde_json::to_value(lines).map_err(Error::internal)?,
        serde_json::to_value(outcome).map_err(Error::internal)?
    )
    .execute(pool)
    .await?;
    Ok(id)
}

/// An import.
pub(super) async fn find(pool: &PgPool, id: Uuid) -> Result<Option<Import>> {
    let row = sqlx::query!(r#"select file_name, lines, result as "result!" from student_imports where id = $1"#, id)
        .fetch_optional(pool)
        .await?;
    row.map(|row| {
        let lines = row.lines.map(serde_json::from_value).transpose().map_err(Error::internal)?;
        let outcome = serde_json::from_value(row.result).map_err(Error::internal)?;
        Ok(Import { file_name: row.file_name, lines, outcome })
    })
    .transpose()
}

/// The lines of an import that is not done, held until the end of the transaction; none once it is done.
pub(super) async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<Vec<StudentLine>>> {
    let lines = sqlx::query_scalar!("select lines from student_imports where id = $1 for update", id)
        .fetch_optional(conn)
        .await?
        .ok_or_else(Error::not_found)?;
    lines.map(serde_json::from_value).transpose().map_err(Error::internal)
}

/// Notes what was done and wipes the lines.
pub(super) async fn set_done(conn: &mut PgConnection, id: Uuid, result: &Value) -> Result<()> {
    sqlx::query!(
        "update student_imports set state = 'DONE', lines = null, result = $2, done_at = now() where id = $1",
        id,
        result
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets a file that was not taken over.
pub(super) async fn delete(pool: &PgPool, id: Uuid) -> Result<()> {
    sqlx::query!("delete from student_imports where id = $1 and state = 'PREVIEW'", id).execute(pool).await?;
    Ok(())
}

/// Forgets what is older than a day.
pub(super) async fn delete_old(pool: &PgPool) -> Result<u64> {
    let gone =
        sqlx::query!("delete from student_imports where created_at < now() - interval '1 day'").execute(pool).await?;
    Ok(gone.rows_affected())
}

/// A student without guardian, of this name and day of birth: whom a line without parents can mean.
pub(super) async fn find_orphan(conn: &mut PgConnection, child: &Child) -> Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "select u.id from users u join students s on s.user_id = u.id
         where u.role = 'ELEVE' and plain_text(u.last_name) = plain_text($2) and plain_text(u.first_name) = plain_text($1)
           and s.birth_date = $3 and not exists (select from guardianships g where g.student_id = u.id)
         order by u.created_at limit 1",
        child.first_name,
        child.last_name,
        child.birth_date
    )
    .fetch_optional(conn)
    .await
    .map_err(Error::from)
}

/// Whether a student of this name and day of birth exists.
pub(super) async fn has_namesake(conn: &mut PgConnection, child: &Child) -> Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (
             select from users u join students s on s.user_id = u.id
             where u.role = 'ELEVE' and plain_text(u.last_name) = plain_text($2) and plain_text(u.first_name) = plain_text($1)
               and s.birth_date = $3) as "has!""#,
        child.first_name,
        child.last_name,
        child.birth_date
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

/// The identifier that a new student was given.
pub(super) async fn find_identifier(conn: &mut PgConnection, id: Uuid) -> Result<String> {
    let identifier = sqlx::query_scalar!("select identifier from users where id = $1", id).fetch_one(conn).await?;
    Ok(identifier.unwrap_or_default())
}

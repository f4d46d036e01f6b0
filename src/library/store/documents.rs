//! SQL of files, documents and their versions.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    error::{Error, OnConstraint as _, Result},
    library::model::{Grade, Media},
    library::{Details, Origin},
};

/// A version about to be written.
pub struct NewVersion<'a> {
    /// Content.
    pub sha256: &'a str,
    /// Bytes.
    pub size: i64,
    /// Name of the file.
    pub original_name: &'a str,
    /// What it is.
    pub media: Media,
    /// Who sent it; none: the house.
    pub by: Option<Uuid>,
}

/// Holds the row of a file until the transaction ends: nobody else puts, uses or takes away that content meanwhile.
pub async fn hold_file(conn: &mut PgConnection, sha256: &str, size: i64) -> Result<()> {
    sqlx::query!(
        "insert into library_files (sha256, size) values ($1, $2) on conflict (sha256) do update set created_at = library_files.created_at",
        sha256,
        size
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A document in use whose newest version has this content and that the person may see; the oldest if there are several.
pub async fn find_same(conn: &mut PgConnection, sha256: &str, person: Uuid, sees_all: bool) -> Result<Option<Uuid>> {
    let found = sqlx::query_scalar!(
        "select d.id from library_versions v join library_documents d on d.id = v.document_id
         where v.sha256 = $1 and d.withdrawn_at is null and (d.visibility <> 'OWNER' or d.owner_id = $2 or $3)
           and v.version = (select max(n.version) from library_versions n where n.document_id = d.id)
         order by d.created_at, d.id limit 1",
        sha256,
        person,
        sees_all
    )
    .fetch_optional(conn)
    .await?;
    Ok(found)
}

/// A new document.
pub async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    details: &Details,
    owner: Option<Uuid>,
    origin: &Origin<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into library_documents (id, title, subject, grade, authority, rights, owner_id, visibility, origin, starter_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id,
        details.title,
        details.subject.key(),
        details.grade.map(Grade::key),
        details.authority.key(),
        details.rights,
        owner,
        details.visibility.key(),
        origin.key(),
        origin.starter_key()
    )
    .execute(conn)
    .await
    .on_constraint("library_documents_starter_key", || Error::conflict("Cette fiche est déjà là."))?;
    Ok(())
}

/// Changes what a document is.
pub async fn set_details(conn: &mut PgConnection, id: Uuid, details: &Details) -> Result<()> {
    sqlx::query!(
        "update library_documents set title = $2, subject = $3, grade = $4, authority = $5, rights = $6, visibility = $7,
                updated_at = now()
         where id = $1",
        id,
        details.title,
        details.subject.key(),
        details.grade.map(Grade::key),
        details.authority.key(),
        details.rights,
        details.visibility.key()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds a version after the newest one, and its ingestion; the number. The document's row is held by the caller, or new.
pub async fn insert_version(conn: &mut PgConnection, document: Uuid, new: &NewVersion<'_>) -> Result<i32> {
    let version = sqlx::query_scalar!(
        "insert into library_versions (document_id, version, sha256, size, original_name, media_type, uploaded_by)
         select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6 from library_versions where document_id = $1
         returning version",
        document,
        new.sha256,
        new.size,
        new.original_name,
        new.media.key(),
        new.by
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into library_ingests (id, document_id, version) values ($1, $2, $3)",
        Uuid::now_v7(),
        document,
        version
    )
    .execute(conn)
    .await?;
    Ok(version)
}

/// Holds a document until the transaction ends; the content of its newest version, or none if there is no such document.
pub async fn lock(conn: &mut PgConnection, id: Uuid) -> Result<Option<String>> {
    let row = sqlx::query_scalar!(
        r#"select (select v.sha256 from library_versions v where v.document_id = d.id order by v.version desc limit 1) as "sha256!"
           from library_documents d where d.id = $1 for no key update of d"#,
        id
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

/// Takes a document out of use, or back into it; false if it was so already.
pub async fn set_withdrawn(conn: &mut PgConnection, id: Uuid, withdrawn: bool) -> Result<bool> {
    let changed = sqlx::query!(
        "update library_documents set withdrawn_at = case when $2 then now() end, updated_at = now()
         where id = $1 and (withdrawn_at is not null) <> $2",
        id,
        withdrawn
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// The document of a sheet of the house.
pub async fn find_starter(conn: &mut PgConnection, key: &str) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!("select id from library_documents where starter_key = $1", key)
        .fetch_optional(conn)
        .await?;
    Ok(id)
}

/// What the head of a sheet says, if it says something else by now. Who may read it is the school's choice and stays.
pub async fn set_starter_details(conn: &mut PgConnection, id: Uuid, details: &Details) -> Result<()> {
    sqlx::query!(
        "update library_documents set title = $2, subject = $3, grade = $4, authority = $5, updated_at = now()
         where id = $1 and (title, subject, grade, authority) is distinct from ($2, $3, $4, $5)",
        id,
        details.title,
        details.subject.key(),
        details.grade.map(Grade::key),
        details.authority.key()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keys of files that no version needs and that are older than a day.
pub async fn unneeded_files(pool: &PgPool) -> Result<Vec<String>> {
    let keys = sqlx::query_scalar!(
        "select f.sha256 from library_files f
         where f.created_at < now() - interval '1 day'
           and not exists (select from library_versions v where v.sha256 = f.sha256)"
    )
    .fetch_all(pool)
    .await?;
    Ok(keys)
}

/// Which of these keys of the store have no row.
pub async fn unknown_files(pool: &PgPool, keys: &[String]) -> Result<Vec<String>> {
    let keys = sqlx::query_scalar!(
        r#"select key as "key!" from unnest($1::text[]) key
           where not exists (select from library_files f where f.sha256 = key)"#,
        keys
    )
    .fetch_all(pool)
    .await?;
    Ok(keys)
}

/// Forgets a held file that no version needs; false if one does.
pub async fn forget_file(conn: &mut PgConnection, sha256: &str) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from library_files f where f.sha256 = $1
           and not exists (select from library_versions v where v.sha256 = f.sha256)",
        sha256
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected() == 1)
}

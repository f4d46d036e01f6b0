//! Documents of the library, as their ingestion leaves them: cut into passages, current, searched.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::library::passages::{self, Piece, Section};

/// A document to store.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// Title.
    pub title: &'a str,
    /// Key of its subject.
    pub subject: &'a str,
    /// Key of its grade; none for the whole lycée.
    pub grade: Option<&'a str>,
    /// `ALL`, `STAFF` or `OWNER`.
    pub visibility: &'a str,
    /// Who uploaded it.
    pub owner: Option<Uuid>,
    /// The clean text.
    pub body: &'a str,
}

/// Stores a document and answers its key.
pub async fn put(conn: &mut PgConnection, sheet: &Sheet<'_>) -> anyhow::Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into library_documents (id, title, subject, grade, authority, rights, owner_id, visibility, origin)
         values ($1, $2, $3, $4, 'D', 'Nexus Réussite', $5, $6, 'UPLOAD')",
        id,
        sheet.title,
        sheet.subject,
        sheet.grade,
        sheet.owner,
        sheet.visibility
    )
    .execute(&mut *conn)
    .await?;
    put_version(conn, id, 1, sheet.body).await?;
    Ok(id)
}

/// Stores a version of a document, which becomes the current one.
pub async fn put_version(conn: &mut PgConnection, document: Uuid, version: i32, body: &str) -> anyhow::Result<()> {
    let file = format!("{0}{0}", Uuid::new_v4().simple());
    sqlx::query!(
        "with file as (insert into library_files (sha256, size) values ($3, greatest(length($4), 1)))
         insert into library_versions (document_id, version, sha256, size, original_name, media_type, body, state)
         values ($1, $2, $3, greatest(length($4), 1), 'fiche.md', 'text/markdown', $4, 'READY')",
        document,
        version,
        file,
        body
    )
    .execute(&mut *conn)
    .await?;
    let pieces = passages::split(body, &[]);
    insert_sections(conn, document, version, &passages::sections(&pieces)).await?;
    insert_pieces(conn, document, version, &pieces).await?;
    sqlx::query!("update library_documents set current_version = $2 where id = $1", document, version)
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert_sections(
    conn: &mut PgConnection,
    document: Uuid,
    version: i32,
    sections: &[Section],
) -> anyhow::Result<()> {
    for section in sections {
        sqlx::query!(
            "insert into library_sections (document_id, version, section, heading_path, span_start, span_end, tokens)
             values ($1, $2, $3, $4, $5, $6, $7)",
            document,
            version,
            section.section as i32,
            &section.heading_path,
            section.span.start as i32,
            section.span.end as i32,
            section.tokens as i32
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn insert_pieces(conn: &mut PgConnection, document: Uuid, version: i32, pieces: &[Piece]) -> anyhow::Result<()> {
    for piece in pieces {
        sqlx::query!(
            "insert into library_passages (document_id, version, ordinal, section, heading_path, page, span_start, span_end,
                 tokens, body, subject, grade, visibility, owner_id)
             select id, $2, $3, $4, $5, null, $6, $7, $8, $9, subject, grade, visibility, owner_id
             from library_documents where id = $1",
            document,
            version,
            piece.ordinal as i32,
            piece.section as i32,
            &piece.heading_path,
            piece.span.start as i32,
            piece.span.end as i32,
            piece.tokens as i32,
            piece.body
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

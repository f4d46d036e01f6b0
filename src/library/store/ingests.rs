//! SQL of ingestions: how far a version is, and what each step writes. Every step that is done says so in the
//! transaction of what it wrote.

use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    error::Result,
    library::{
        clean::Clean,
        model::{IngestState, Media, Step, known},
        passages::{Piece, Section},
        vectors::{Embedded, LATER},
    },
};

/// An ingestion to be gone on with.
#[derive(Debug, Clone)]
pub struct Ingest {
    /// How it stands.
    pub state: IngestState,
    /// The step that is next.
    pub step: Step,
    /// Content.
    pub sha256: String,
    /// What the file is.
    pub media: Media,
    /// Pages, once the file was opened.
    pub pages: Option<i32>,
}

/// The ingestion of a version.
pub async fn find(pool: &PgPool, document: Uuid, version: i32) -> Result<Option<Ingest>> {
    let row = sqlx::query!(
        "select i.state, i.step, v.sha256, v.media_type, v.pages
         from library_ingests i join library_versions v using (document_id, version)
         where i.document_id = $1 and i.version = $2",
        document,
        version
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        Ok(Ingest {
            state: known(IngestState::parse(&row.state), "state")?,
            step: known(Step::parse(&row.step), "step")?,
            sha256: row.sha256,
            media: known(Media::parse(&row.media_type), "media_type")?,
            pages: row.pages,
        })
    })
    .transpose()
}

/// Says which step is next and how far it is.
pub async fn set_step(conn: &mut PgConnection, document: Uuid, version: i32, step: Step, total: i32) -> Result<()> {
    sqlx::query!(
        "update library_ingests set state = 'RUNNING', step = $3, done = 0, total = $4, updated_at = now()
         where document_id = $1 and version = $2",
        document,
        version,
        step.key(),
        total
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the clean text.
pub async fn set_body(conn: &mut PgConnection, document: Uuid, version: i32, clean: &Clean) -> Result<()> {
    let starts: Vec<i32> = clean.page_starts.iter().map(|start| *start as i32).collect();
    sqlx::query!(
        "update library_versions set body = $3, page_starts = $4 where document_id = $1 and version = $2",
        document,
        version,
        clean.body,
        &starts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The clean text and where its pages begin.
pub async fn body(pool: &PgPool, document: Uuid, version: i32) -> Result<Clean> {
    let row = sqlx::query!(
        r#"select body as "body!", page_starts from library_versions where document_id = $1 and version = $2"#,
        document,
        version
    )
    .fetch_one(pool)
    .await?;
    Ok(Clean { body: row.body, page_starts: row.page_starts.into_iter().map(|start| start as usize).collect() })
}

/// Writes passages and sections in the place of those that an earlier try may have left.
pub async fn replace_passages(
    conn: &mut PgConnection,
    document: Uuid,
    version: i32,
    pieces: &[Piece],
    sections: &[Section],
) -> Result<()> {
    sqlx::query!("delete from library_sections where document_id = $1 and version = $2", document, version)
        .execute(&mut *conn)
        .await?;
    let rows: Vec<_> = sections
        .iter()
        .map(|one| {
            json!({ "section": one.section, "heading_path": one.heading_path, "span_start": one.span.start,
                    "span_end": one.span.end, "tokens": one.tokens })
        })
        .collect();
    sqlx::query!(
        "insert into library_sections (document_id, version, section, heading_path, span_start, span_end, tokens)
         select $1, $2, x.section, x.heading_path, x.span_start, x.span_end, x.tokens
         from jsonb_to_recordset($3) as x(section int, heading_path text[], span_start int, span_end int, tokens int)",
        document,
        version,
        json!(rows)
    )
    .execute(&mut *conn)
    .await?;
    // A few hundred at a time: one statement with a book in it would be copied too often.
    for part in pieces.chunks(500) {
        insert_pieces(conn, document, version, part).await?;
    }
    Ok(())
}

async fn insert_pieces(conn: &mut PgConnection, document: Uuid, version: i32, pieces: &[Piece]) -> Result<()> {
    let rows: Vec<_> = pieces
        .iter()
        .map(|one| {
            json!({ "ordinal": one.ordinal, "section": one.section, "heading_path": one.heading_path, "page": one.page,
                    "span_start": one.span.start, "span_end": one.span.end, "tokens": one.tokens, "body": one.body })
        })
        .collect();
    sqlx::query!(
        "insert into library_passages (document_id, version, ordinal, section, heading_path, page, span_start, span_end,
                                       tokens, body, subject, grade, visibility, owner_id)
         select $1, $2, x.ordinal, x.section, x.heading_path, x.page, x.span_start, x.span_end, x.tokens, x.body,
                d.subject, d.grade, d.visibility, d.owner_id
         from jsonb_to_recordset($3) as x(ordinal int, section int, heading_path text[], page int, span_start int,
                                          span_end int, tokens int, body text), library_documents d
         where d.id = $1 order by x.ordinal",
        document,
        version,
        json!(rows)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes whether the passages have vectors, and if not, why.
pub async fn set_vectors(conn: &mut PgConnection, document: Uuid, version: i32, embedded: &Embedded) -> Result<()> {
    let reason = match embedded {
        Embedded::All => None,
        Embedded::Later => Some(LATER),
        Embedded::Without(reason) => Some(reason.as_str()),
    };
    sqlx::query!(
        "update library_versions set without_vectors = $3 where document_id = $1 and version = $2",
        document,
        version,
        reason
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends an ingestion well: the version takes the place of older ones in the search. A book takes longer for it than a
/// statement may.
pub async fn set_done(conn: &mut PgConnection, document: Uuid, version: i32) -> Result<()> {
    sqlx::query!("set local statement_timeout = 0").execute(&mut *conn).await?;
    sqlx::query!(
        "update library_ingests set state = 'DONE', problem = null, done = total, updated_at = now()
         where document_id = $1 and version = $2",
        document,
        version
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update library_versions set state = 'READY' where document_id = $1 and version = $2",
        document,
        version
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update library_documents set current_version = $2, updated_at = now()
         where id = $1 and coalesce(current_version, 0) < $2",
        document,
        version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends an ingestion without success. `state`: that of the version, FAILED or NO_TEXT.
pub async fn set_failed(
    conn: &mut PgConnection,
    document: Uuid,
    version: i32,
    state: &str,
    problem: &str,
) -> Result<()> {
    sqlx::query!(
        "update library_ingests set state = 'FAILED', problem = $3, updated_at = now()
         where document_id = $1 and version = $2 and state <> 'DONE'",
        document,
        version,
        problem
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update library_versions set state = $3 where document_id = $1 and version = $2 and state = 'PENDING'",
        document,
        version,
        state
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a failed ingestion at the start again, where pages that were read stay read; false if it has not failed.
pub async fn set_retry(conn: &mut PgConnection, document: Uuid, version: i32) -> Result<bool> {
    let changed = sqlx::query!(
        "update library_ingests set state = 'PENDING', step = 'EXTRACT', done = 0, problem = null, updated_at = now()
         where document_id = $1 and version = $2 and state = 'FAILED'",
        document,
        version
    )
    .execute(&mut *conn)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "delete from library_pages where document_id = $1 and version = $2 and state = 'FAILED'",
        document,
        version
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update library_versions set state = 'PENDING' where document_id = $1 and version = $2",
        document,
        version
    )
    .execute(conn)
    .await?;
    Ok(true)
}

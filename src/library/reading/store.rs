//! SQL of reading.

use sqlx::PgPool;
use uuid::Uuid;

use crate::{error::Result, library::search::Viewer, subjects::SchoolSubject};

/// Sections that are shown at once: with their formulas as MathML, they stay under the weight of a page.
const SECTIONS: i32 = 2;
/// Documents of a page of the list.
pub(super) const LISTED: i64 = 40;

/// A line of the list.
pub(super) struct Listed {
    pub id: Uuid,
    pub title: String,
    pub subject: String,
    pub grade: Option<String>,
    pub authority: String,
}

/// Documents that can be read, by subject and title; those after a document of the page before.
pub(super) async fn list(
    pool: &PgPool,
    viewer: Viewer,
    subject: Option<SchoolSubject>,
    after: Option<Uuid>,
) -> Result<Vec<Listed>> {
    let rows = sqlx::query_as!(
        Listed,
        r#"select d.id, d.title, d.subject, d.grade, d.authority
           from library_documents d
           where d.withdrawn_at is null and d.current_version is not null
             and library_may_read(d.visibility, d.owner_id, $1, $2)
             and ($3::text is null or d.subject = $3)
             and ($4::uuid is null or (d.subject, plain_text(d.title), d.id) > (select l.subject, plain_text(l.title), l.id from library_documents l where l.id = $4))
           order by d.subject, plain_text(d.title), d.id
           limit $5"#,
        viewer.id,
        viewer.role.key(),
        subject.map(SchoolSubject::key),
        after,
        LISTED + 1
    )
    .fetch_all(pool)
    .await?;
    Ok(rows)
}

/// Which part of which version of which document.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub document: Uuid,
    /// None: the current one.
    pub version: Option<i32>,
    /// A passage that is shown and marked.
    pub passage: Option<i64>,
    /// From 1; where no passage says which.
    pub part: i32,
}

/// A part of a document.
pub(super) struct Part {
    pub id: Uuid,
    pub title: String,
    pub subject: String,
    pub grade: Option<String>,
    pub authority: String,
    pub rights: String,
    pub version: i32,
    pub current: i32,
    /// Number of this part, from 1, and how many there are.
    pub part: i32,
    pub parts: i32,
    /// Its text: before the marked passage, the passage, after it.
    pub before: String,
    pub marked: Option<Marked>,
    pub after: String,
}

/// The passage that a citation leads to.
pub(super) struct Marked {
    pub id: i64,
    pub heading_path: Vec<String>,
    pub page: Option<i32>,
    pub body: String,
}

/// Whether the viewer might read the document if the school had not withdrawn it.
pub(super) async fn is_withdrawn(pool: &PgPool, viewer: Viewer, document: Uuid) -> Result<bool> {
    let withdrawn = sqlx::query_scalar!(
        r#"select exists (select from library_documents
                          where id = $3 and withdrawn_at is not null and library_may_read(visibility, owner_id, $1, $2)) as "withdrawn!""#,
        viewer.id,
        viewer.role.key(),
        document
    );
    Ok(withdrawn.fetch_one(pool).await?)
}

/// The part that is wanted, if the viewer may read the document.
pub(super) async fn find(pool: &PgPool, viewer: Viewer, wanted: Wanted) -> Result<Option<Part>> {
    let row = sqlx::query!(
        r#"with document as (
               select d.id, d.title, d.subject, d.grade, d.authority, d.rights, d.current_version, v.version, v.body,
                      (select count(*) from library_sections s where s.document_id = d.id and s.version = v.version)::int4 as sections
               from library_documents d
               join library_versions v on v.document_id = d.id and v.version = coalesce($4, d.current_version)
               where d.id = $3 and d.withdrawn_at is null and d.current_version is not null and v.body is not null
                 and v.state = 'READY' and library_may_read(d.visibility, d.owner_id, $1, $2)
           ), passage as (
               select p.id, p.section, p.heading_path, p.page, p.span_start, p.span_end, p.body
               from library_passages p join document d on p.document_id = d.id and p.version = d.version
               where p.id = $5
           ), part as (
               select coalesce((select section from passage) / $7, least($6, greatest((d.sections - 1) / $7, 0))) as number
               from document d
           ), span as (
               select min(s.span_start) as first, max(s.span_end) as last
               from library_sections s
               join document d on s.document_id = d.id and s.version = d.version
               join part on s.section / $7 = part.number
           )
           select d.id, d.title, d.subject, d.grade, d.authority, d.rights, d.version, d.current_version as "current!",
                  part.number + 1 as "part!", greatest((d.sections + $7 - 1) / $7, 1) as "parts!",
                  substr(d.body, span.first + 1, coalesce(p.span_start, span.last) - span.first) as before,
                  substr(d.body, p.span_end + 1, span.last - p.span_end) as after,
                  p.id as "passage?", p.heading_path as "heading_path?", p.page as "page?", p.body as "marked?"
           from document d cross join part cross join span left join passage p on true"#,
        viewer.id,
        viewer.role.key(),
        wanted.document,
        wanted.version,
        wanted.passage,
        wanted.part.max(1) - 1,
        SECTIONS
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Part {
        id: row.id,
        title: row.title,
        subject: row.subject,
        grade: row.grade,
        authority: row.authority,
        rights: row.rights,
        version: row.version,
        current: row.current,
        part: row.part,
        parts: row.parts,
        before: row.before.unwrap_or_default(),
        marked: row.passage.map(|id| Marked {
            id,
            heading_path: row.heading_path.unwrap_or_default(),
            page: row.page,
            body: row.marked.unwrap_or_default(),
        }),
        after: row.after.unwrap_or_default(),
    }))
}

//! SQL of the lists and of one document as the team sees them.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    error::Result,
    library::{
        Filter,
        model::{Authority, Grade, IngestState, Media, Step, Visibility, known},
    },
    subjects::SchoolSubject,
    ui::filters::MOST_COUNTED,
    web::{Person, Role, checks::given},
};

/// A document as the list shows it, with its newest version.
#[derive(Debug, Clone)]
pub struct Document {
    /// Key in `library_documents`.
    pub id: Uuid,
    /// Title.
    pub title: String,
    /// Subject.
    pub subject: SchoolSubject,
    /// Class; none: the whole lycée.
    pub grade: Option<Grade>,
    /// Weight as a source.
    pub authority: Authority,
    /// Rights of use, in words.
    pub rights: String,
    /// Who uploaded it.
    pub owner_id: Option<Uuid>,
    /// Name of the owner.
    pub owner: Option<String>,
    /// Who may read it.
    pub visibility: Visibility,
    /// The version that is searched.
    pub current_version: Option<i32>,
    /// Whether it is one of the house's own sheets.
    pub starter: bool,
    /// Out of use since.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// Number of the newest version.
    pub version: i32,
    /// Name of its file.
    pub original_name: String,
    /// How far it is.
    pub progress: Progress,
}

/// How far an ingestion is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// How it stands.
    pub state: IngestState,
    /// The step.
    pub step: Step,
    /// Within the step.
    pub done: i32,
    /// Within the step.
    pub total: i32,
    /// Why it failed.
    pub problem: Option<String>,
}

impl Progress {
    /// Whether it goes on by itself.
    pub fn running(&self) -> bool {
        matches!(self.state, IngestState::Pending | IngestState::Running)
    }
}

/// A version of a document.
#[derive(Debug, Clone)]
pub struct Version {
    /// Number.
    pub version: i32,
    /// Name of its file.
    pub original_name: String,
    /// What it is.
    pub media: Media,
    /// Bytes.
    pub size: i64,
    /// Pages, where there are any.
    pub pages: Option<i32>,
    /// Why it has no vectors.
    pub without_vectors: Option<String>,
    /// Passages.
    pub passages: i64,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// How far it is.
    pub progress: Progress,
}

/// An ingestion as the contract lists it.
#[derive(Debug, Clone)]
pub struct IngestRow {
    /// Key.
    pub id: Uuid,
    /// Document.
    pub document_id: Uuid,
    /// How far it is.
    pub progress: Progress,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    title: String,
    subject: String,
    grade: Option<String>,
    authority: String,
    rights: String,
    owner_id: Option<Uuid>,
    owner: Option<String>,
    visibility: String,
    current_version: Option<i32>,
    origin: String,
    withdrawn_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i32,
    original_name: String,
    state: String,
    step: String,
    done: i32,
    total: i32,
    problem: Option<String>,
}

impl TryFrom<Row> for Document {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            title: row.title,
            subject: known(SchoolSubject::parse(&row.subject), "subject")?,
            grade: row.grade.map(|key| known(Grade::parse(&key), "grade")).transpose()?,
            authority: known(Authority::parse(&row.authority), "authority")?,
            rights: row.rights,
            owner_id: row.owner_id,
            owner: row.owner,
            visibility: known(Visibility::parse(&row.visibility), "visibility")?,
            current_version: row.current_version,
            starter: row.origin == "STARTER",
            withdrawn_at: row.withdrawn_at,
            created_at: row.created_at,
            version: row.version,
            original_name: row.original_name,
            progress: progress(&row.state, &row.step, row.done, row.total, row.problem)?,
        })
    }
}

fn progress(state: &str, step: &str, done: i32, total: i32, problem: Option<String>) -> sqlx::Result<Progress> {
    let (state, step) = (known(IngestState::parse(state), "state")?, known(Step::parse(step), "step")?);
    Ok(Progress { state, step, done, total, problem })
}

/// Whether the person manages other people's private documents, too.
pub fn sees_all(person: &Person) -> bool {
    person.role == Role::Admin
}

/// Documents that the person may see, the newest first, after this one.
pub async fn documents(
    pool: &PgPool,
    person: &Person,
    filter: &Filter,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Document>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select d.id, d.title, d.subject, d.grade, d.authority, d.rights, d.owner_id, d.visibility, d.current_version,
                  d.origin, d.withdrawn_at, d.created_at, u.first_name || ' ' || u.last_name as owner,
                  v.version, v.original_name, i.state, i.step, i.done, i.total, i.problem
           from library_documents d
           cross join lateral (select n.version, n.original_name from library_versions n where n.document_id = d.id
                               order by n.version desc limit 1) v
           join library_ingests i on i.document_id = d.id and i.version = v.version
           left join users u on u.id = d.owner_id
           where (d.visibility <> 'OWNER' or d.owner_id = $1 or $2)
             and ($3::text is null or d.subject = $3)
             and ($4::text is null or case when d.withdrawn_at is not null then 'WITHDRAWN'
                                           when i.state = 'PENDING' then 'RUNNING' else i.state end = $4)
             and ($5::text is null or plain_text(d.title || ' ' || v.original_name) like all (array(
                    select '%' || plain_text(word) || '%' from unnest(string_to_array($5, ' ')) word)))
             and ($6::uuid is null or (d.created_at, d.id) < (select l.created_at, l.id from library_documents l where l.id = $6))
           order by d.created_at desc, d.id desc
           limit $7"#,
        person.id,
        sees_all(person),
        given(Some(&filter.subject)),
        given(Some(&filter.state)),
        given(Some(&filter.q)),
        after,
        limit
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(Document::try_from).collect()
}

/// How many the filter finds; one more than [`MOST_COUNTED`] stands for "more".
pub async fn count(pool: &PgPool, person: &Person, filter: &Filter) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select from library_documents d
             cross join lateral (select n.version, n.original_name from library_versions n where n.document_id = d.id
                                 order by n.version desc limit 1) v
             join library_ingests i on i.document_id = d.id and i.version = v.version
             where (d.visibility <> 'OWNER' or d.owner_id = $1 or $2)
               and ($3::text is null or d.subject = $3)
               and ($4::text is null or case when d.withdrawn_at is not null then 'WITHDRAWN'
                                             when i.state = 'PENDING' then 'RUNNING' else i.state end = $4)
               and ($5::text is null or plain_text(d.title || ' ' || v.original_name) like all (array(
                      select '%' || plain_text(word) || '%' from unnest(string_to_array($5, ' ')) word)))
             limit $6) found"#,
        person.id,
        sees_all(person),
        given(Some(&filter.subject)),
        given(Some(&filter.state)),
        given(Some(&filter.q)),
        MOST_COUNTED + 1
    )
    .fetch_one(pool)
    .await?;
    Ok(count)
}

/// One document, if the person may see it.
pub async fn document(pool: &PgPool, person: &Person, id: Uuid) -> Result<Option<Document>> {
    let row = sqlx::query_as!(
        Row,
        r#"select d.id, d.title, d.subject, d.grade, d.authority, d.rights, d.owner_id, d.visibility, d.current_version,
                  d.origin, d.withdrawn_at, d.created_at, u.first_name || ' ' || u.last_name as owner,
                  v.version, v.original_name, i.state, i.step, i.done, i.total, i.problem
           from library_documents d
           cross join lateral (select n.version, n.original_name from library_versions n where n.document_id = d.id
                               order by n.version desc limit 1) v
           join library_ingests i on i.document_id = d.id and i.version = v.version
           left join users u on u.id = d.owner_id
           where d.id = $3 and (d.visibility <> 'OWNER' or d.owner_id = $1 or $2)"#,
        person.id,
        sees_all(person),
        id
    )
    .fetch_optional(pool)
    .await?;
    row.map(Document::try_from).transpose()
}

/// The versions of a document, the newest first.
pub async fn versions(pool: &PgPool, document: Uuid) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"select v.version, v.original_name, v.media_type, v.size, v.pages, v.without_vectors, v.created_at,
                  i.state, i.step, i.done, i.total, i.problem,
                  (select count(*) from library_passages p where p.document_id = v.document_id and p.version = v.version)
                      as "passages!"
           from library_versions v join library_ingests i using (document_id, version)
           where v.document_id = $1 order by v.version desc limit 50"#,
        document
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Version {
                version: row.version,
                original_name: row.original_name,
                media: known(Media::parse(&row.media_type), "media_type")?,
                size: row.size,
                pages: row.pages,
                without_vectors: row.without_vectors,
                passages: row.passages,
                created_at: row.created_at,
                progress: progress(&row.state, &row.step, row.done, row.total, row.problem)?,
            })
        })
        .collect()
}

/// The newest ingestions of documents that the person may see.
pub async fn ingests(pool: &PgPool, person: &Person) -> Result<Vec<IngestRow>> {
    let rows = sqlx::query!(
        "select i.id, i.document_id, i.state, i.step, i.done, i.total, i.problem, i.created_at
         from library_ingests i join library_documents d on d.id = i.document_id
         where d.visibility <> 'OWNER' or d.owner_id = $1 or $2
         order by i.created_at desc, i.id desc limit 50",
        person.id,
        sees_all(person)
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(IngestRow {
                id: row.id,
                document_id: row.document_id,
                progress: progress(&row.state, &row.step, row.done, row.total, row.problem)?,
                created_at: row.created_at,
            })
        })
        .collect()
}

/// Figures for `nexus doctor`: documents in use, passages that are searched, failed ingestions of newest versions.
pub async fn figures(pool: &PgPool) -> Result<(i64, i64, i64)> {
    let row = sqlx::query!(
        r#"select (select count(*) from library_documents where withdrawn_at is null) as "documents!",
                  (select count(*) from library_passages where live) as "passages!",
                  (select count(*) from library_ingests i join library_documents d on d.id = i.document_id
                   where i.state = 'FAILED' and d.withdrawn_at is null
                     and i.version = (select max(v.version) from library_versions v where v.document_id = d.id)) as "failed!""#
    )
    .fetch_one(pool)
    .await?;
    Ok((row.documents, row.passages, row.failed))
}

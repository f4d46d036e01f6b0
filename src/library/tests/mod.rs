//! Tests of the library: through the site, with real processes that read real files.

mod access;
mod child;
mod index;
mod ingestion;
mod meaning;
mod outage;
mod reading;
pub(crate) mod samples;
mod starters;
mod uploads;

use poem::http::Method;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::jobs::IngestDocument;
use crate::{
    ctx::Ctx,
    jobs::tests::run_all,
    testing::{Ask, Client, TestApp},
};

/// A folder of this test's own, gone with it.
pub struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A site with a store of its own.
pub async fn app() -> (TestApp, Folder) {
    app_with(&[]).await
}

/// The same with these settings.
pub async fn app_with(settings: &[(&str, &str)]) -> (TestApp, Folder) {
    let path = std::env::temp_dir().join(format!("nexus-library-{}", Uuid::new_v4()));
    let folder = path.to_string_lossy();
    let app = TestApp::with(&[settings, &[("DATA_DIR", &*folder)]].concat()).await;
    (app, Folder(path))
}

/// The body of a form with a file and these fields.
pub fn form(file: Option<(&str, &[u8])>, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    if let Some((name, bytes)) = file {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

/// Sends a form with a file.
pub fn send(who: &Client, path: &str, file: Option<(&str, &[u8])>, fields: &[(&str, &str)]) -> Ask {
    who.ask(Method::POST, path)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "multipart/form-data; boundary=b")
        .body(form(file, fields))
}

/// Sends a file by the JSON contract.
pub fn upload(who: &Client, name: &str, bytes: &[u8]) -> Ask {
    send(who, "/api/rag/upload", Some((name, bytes)), &[("subject", "MATHEMATIQUES"), ("level", "terminale")])
}

/// Uploads a file and reads it; the document.
pub async fn ingested(app: &TestApp, who: &Client, name: &str, bytes: &[u8]) -> Uuid {
    let answer = upload(who, name, bytes).await.assert(200).json();
    run_all::<IngestDocument>(&app.ctx).await;
    id(&answer)
}

/// The document of an answer.
pub fn id(answer: &Value) -> Uuid {
    answer["docId"].as_str().expect("docId").parse().expect("id")
}

/// How many times the audit log tells of this.
pub async fn audited(pool: &PgPool, action: &str) -> i64 {
    let count = sqlx::query_scalar!(r#"select count(*) as "count!" from audit_log where action = $1"#, action);
    count.fetch_one(pool).await.expect("audit log")
}

/// State and problem of the newest version's ingestion.
pub async fn standing(ctx: &Ctx, document: Uuid) -> (String, Option<String>) {
    let row = sqlx::query!(
        "select state, problem from library_ingests where document_id = $1 order by version desc limit 1",
        document
    );
    let row = row.fetch_one(&ctx.pool).await.expect("ingest");
    (row.state, row.problem)
}

/// Every passage of a version: ordinal, page, span, text, and whether it is searched.
pub async fn passages(pool: &PgPool, document: Uuid, version: i32) -> Vec<(i32, Option<i32>, i32, i32, String, bool)> {
    let rows = sqlx::query!(
        "select ordinal, page, span_start, span_end, body, live from library_passages
         where document_id = $1 and version = $2 order by ordinal",
        document,
        version
    );
    let rows = rows.fetch_all(pool).await.expect("passages");
    rows.into_iter().map(|row| (row.ordinal, row.page, row.span_start, row.span_end, row.body, row.live)).collect()
}

//! The JSON contract of the library (specs §2.5, rag).

use poem::{Body, Request, RequestBody, http::StatusCode, web::Data};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, OpenApi,
    payload::Json,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry},
};
use serde_json::{Value, json};

use super::{
    TEAM,
    form::DetailsForm,
    model::percent,
    store::list::{self, Progress},
    upload::{self, Stored},
};
use crate::{
    accounts::rights,
    ctx::Ctx,
    error::{Error, Result},
    web::Visitor,
};

/// See the module.
pub struct LibraryApi;

/// A form with a file, unread: it is streamed once it is known who sends it.
struct FormWithFile(Body);

impl<'a> ApiExtractor<'a> for FormWithFile {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(_: &mut Registry) {}

    fn request_meta() -> Option<MetaRequest> {
        let text = || MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        let file = MetaSchemaRef::Inline(Box::new(MetaSchema { format: Some("binary"), ..MetaSchema::new("string") }));
        let fields = ["subject", "level", "title", "authority", "rights", "visibility"].map(|name| (name, text()));
        let schema = MetaSchema {
            properties: std::iter::once(("file", file)).chain(fields).collect(),
            required: vec!["file", "subject"],
            ..MetaSchema::new("object")
        };
        let schema = MetaSchemaRef::Inline(Box::new(schema));
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: "multipart/form-data", schema }],
            required: true,
        })
    }

    async fn from_request(_: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        Ok(Self(body.take().map_err(|_| Error::bad_request("L’envoi n’a pas pu être lu."))?))
    }
}

#[OpenApi(prefix_path = "/api/rag")]
impl LibraryApi {
    /// Takes a course document in: PDF, Word, Markdown or text, 50 MB at most.
    #[oai(path = "/upload", method = "post")]
    async fn upload(
        &self,
        visitor: Data<&Visitor>,
        ctx: Data<&Ctx>,
        req: &Request,
        form: FormWithFile,
    ) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &TEAM)?;
        let incoming = upload::receive(&ctx, req, form.0).await?;
        let details = DetailsForm::of_contract(&incoming.fields)
            .check(person, Some(&incoming.name))
            .map_err(|errors| Error { status: StatusCode::BAD_REQUEST, ..errors.refused() })?;
        let (storage_key, size) = (incoming.sha256().to_owned(), incoming.size());
        Ok(Json(match upload::store(&ctx, person, incoming, &details).await? {
            Stored::Same(id) => json!({ "ok": true, "docId": id, "duplicate": true }),
            Stored::New(id) => json!({ "ok": true, "docId": id, "storageKey": storage_key, "size": size,
                                       "url": format!("/admin/rag/{id}") }),
        }))
    }

    /// The last 50 ingestions.
    #[oai(path = "/jobs", method = "get")]
    async fn jobs(&self, visitor: Data<&Visitor>, ctx: Data<&Ctx>) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &TEAM)?;
        let rows = list::ingests(&ctx.pool, person).await?;
        let one = |row: &list::IngestRow| {
            json!({ "id": row.id, "docId": row.document_id, "status": row.progress.state, "step": row.progress.step,
                    "progress": progress(&row.progress), "error": row.progress.problem, "createdAt": row.created_at })
        };
        Ok(Json(json!({ "jobs": rows.iter().map(one).collect::<Vec<_>>() })))
    }

    /// The newest 50 documents.
    #[oai(path = "/docs", method = "get")]
    async fn docs(&self, visitor: Data<&Visitor>, ctx: Data<&Ctx>) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &TEAM)?;
        let documents = list::documents(&ctx.pool, person, &super::Filter::default(), None, 50).await?;
        let one = |document: &list::Document| {
            json!({ "id": document.id, "originalName": document.original_name, "status": document.progress.state,
                    "meta": { "title": document.title, "subject": document.subject, "level": document.grade,
                              "authority": document.authority, "visibility": document.visibility,
                              "version": document.version, "withdrawn": document.withdrawn_at.is_some() },
                    "createdAt": document.created_at })
        };
        Ok(Json(json!({ "docs": documents.iter().map(one).collect::<Vec<_>>() })))
    }
}

fn progress(progress: &Progress) -> i32 {
    percent(progress.state, progress.step, progress.done, progress.total)
}

//! `GET /api/rag/search`, for the team.

use poem::web::Data;
use poem_openapi::{OpenApi, param::Query, payload::Json};
use serde_json::{Value, json};

use crate::{
    accounts::rights,
    ctx::Ctx,
    error::{Error, Result},
    library::search::{Found, Hit, Question, Viewer, link, passages},
    subjects::SchoolSubject,
    web::{Role, Visitor},
};

/// Most passages of an answer, and how many unless told.
const MOST: usize = 20;
const USUAL: usize = 8;
/// Most characters of a question.
const MOST_ASKED: usize = 2_000;

/// See the module.
pub struct RagSearchApi;

#[OpenApi(prefix_path = "/api/rag")]
impl RagSearchApi {
    /// The passages of the library that answer a question, the best first, and whether they were found by words alone
    /// (`lexical`) or by their meaning, too (`hybrid`). `subject` and `level` leave the others out; `k`: 1 to 20.
    #[oai(path = "/search", method = "get")]
    async fn search(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        q: Query<Option<String>>,
        subject: Query<Option<String>>,
        level: Query<Option<String>>,
        k: Query<Option<u32>>,
    ) -> Result<Json<Value>> {
        let person = rights::guard(&visitor, &[Role::Admin, Role::Assistante, Role::Coach])?;
        let text: String = q.0.unwrap_or_default().trim().chars().take(MOST_ASKED).collect();
        let question = Question {
            text: &text,
            subject: subject.0.filter(|key| !key.is_empty()).map(|key| known_subject(&key)).transpose()?,
            grade: level.0.as_deref().filter(|key| !key.is_empty()).map(known_level).transpose()?,
            strict: true,
            viewer: Viewer::from(person),
            limit: k.0.map_or(USUAL, |k| (k as usize).clamp(1, MOST)),
        };
        Ok(Json(answer(&passages(&ctx, &question).await?)))
    }
}

fn known_subject(key: &str) -> Result<SchoolSubject> {
    SchoolSubject::parse(key).ok_or_else(|| Error::bad_request("Cette matière n’existe pas (subject)."))
}

fn known_level(key: &str) -> Result<&str> {
    let known = ["SECONDE", "PREMIERE", "TERMINALE"].contains(&key);
    if known { Ok(key) } else { Err(Error::bad_request("Ce niveau n’existe pas (level).")) }
}

fn answer(found: &Found) -> Value {
    json!({ "mode": found.mode.key(), "results": found.hits.iter().map(result).collect::<Vec<_>>() })
}

fn result(hit: &Hit) -> Value {
    json!({
        "docId": hit.document,
        "version": hit.version,
        "passageId": hit.passage,
        "title": hit.title,
        "authority": hit.authority,
        "heading": hit.heading_path,
        "page": hit.page,
        "span": { "start": hit.span.start, "end": hit.span.end },
        "text": hit.body,
        "score": hit.score,
        "url": link(hit),
    })
}

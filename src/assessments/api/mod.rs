//! The JSON contract of assessments (specs §1.10): submit, status, result.

mod result;
mod submit;

pub use submit::StudentData;

use poem::{Request, web::Data};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
    payload::Json,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::result::store;
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Visitor},
};

/// See the module.
pub struct AssessmentsApi;

/// 404 of the contract.
fn unknown() -> Error {
    Error::not_found().with_json(json!({ "error": "Assessment not found" }))
}

/// 500 of the contract.
fn fault(error: Error) -> Error {
    let body = json!({ "success": false, "error": "Internal server error", "message": error.sentence });
    error.or_fault(body)
}

#[OpenApi(prefix_path = "/api/assessments")]
impl AssessmentsApi {
    /// Scores a set of answers (`scoring_v2`). With an `Idempotency-Key`, sending the same again answers the same
    /// assessment.
    #[oai(path = "/submit", method = "post")]
    async fn submit(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<String>>,
        body: JsonBody<submit::Submission>,
    ) -> Result<submit::Submitted> {
        submit::submit(&ctx, &visitor, body.0, key.0).await.map_err(fault)
    }

    /// Where an assessment stands; the score once there is one.
    #[oai(path = "/:id/status", method = "get")]
    async fn status(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>, id: Path<String>) -> Result<Json<Value>> {
        let row = find(&ctx, &visitor, &id).await?;
        Ok(Json(result::status(&row)))
    }

    /// The result. Without a session that may see it whole: scores only, no name, no e-mail, no report.
    #[oai(path = "/:id/result", method = "get")]
    async fn result(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        id: Path<String>,
        req: &Request,
    ) -> Result<Json<Value>> {
        let mut row = find(&ctx, &visitor, &id).await?;
        if let Some(token) =
            req.uri().query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("acces=")))
        {
            row.whole |= super::result::access::link_opens(&ctx, row.id, token);
        }
        if row.status != "COMPLETED" {
            return Err(Error::bad_request("Cette évaluation n’a pas encore été envoyée.")
                .with_json(json!({ "error": "Assessment not yet completed", "status": row.status })));
        }
        Ok(Json(result::result(&row).map_err(fault)?))
    }
}

/// An id that is no id is unknown, too.
async fn find(ctx: &Ctx, visitor: &Visitor, id: &str) -> Result<store::ResultRow> {
    let id: Uuid = id.parse().map_err(|_| unknown())?;
    store::find(&ctx.pool, visitor, id).await.map_err(fault)?.ok_or_else(unknown)
}

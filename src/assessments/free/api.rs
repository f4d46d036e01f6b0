//! `POST /api/bilan-gratuit`: the same registration as JSON.

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Header, payload::Json};
use uuid::Uuid;

use crate::{
    accounts::families::{self, BilanForm},
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Visitor},
};

/// Answer of a registration: the same whether the address had an account or not.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub struct Registered {
    /// Always true.
    success: bool,
    /// What happens next.
    message: String,
    /// Reference of the parent.
    parent_id: Uuid,
    /// Reference of the student.
    student_id: Uuid,
}

/// See the module.
pub struct FreeAssessmentApi;

#[OpenApi]
impl FreeAssessmentApi {
    /// Registers a family for the free assessment. `parentPassword` is ignored: a mailed link activates the account.
    #[oai(path = "/api/bilan-gratuit", method = "post")]
    async fn create(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<String>>,
        form: JsonBody<BilanForm>,
    ) -> Result<Json<Registered>> {
        let form = form.0;
        let errors = form.check();
        if !errors.is_empty() {
            return Err(Error::bad_request("Données invalides").with_json(
                serde_json::json!({ "success": false, "error": "Données invalides", "details": errors.details() }),
            ));
        }
        let references = families::references(&ctx, &form);
        if !families::is_trap(&form) {
            // The key belongs to this child's family: others may choose the same one.
            let key = key.0.filter(|key| key.len() <= 200).unwrap_or_default();
            super::register(&ctx, &visitor, &form, &format!("json:{}:{key}", references.student)).await?;
        }
        Ok(Json(Registered {
            success: true,
            message: "Inscription enregistrée. Un e-mail vient de partir : il permet d’activer le compte et d’ouvrir le bilan.".into(),
            parent_id: references.parent,
            student_id: references.student,
        }))
    }
}

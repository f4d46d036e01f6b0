//! `POST /api/auth/reset-password` of the JSON contract (specs §2.2): both uses of one route.

use poem::web::Data;
use poem_openapi::{Object, OpenApi, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::reset;
use crate::{
    accounts::{
        activation::{
            pages::owner,
            wanted::{self, Wanted},
        },
        links::Purpose,
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Visitor, checks::is_email},
};

const SENT: &str = "Si un compte existe avec cet email, un lien de réinitialisation a été envoyé.";
const DONE: &str = "Votre mot de passe a été réinitialisé avec succès.";
const EXPIRED: &str = "Token invalide ou expiré. Veuillez demander un nouveau lien.";

/// Asks for a link (`email`), or uses one (`token` and `newPassword`).
#[derive(Object, Deserialize)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct ResetPassword {
    /// Whose password is lost.
    email: Option<String>,
    /// The secret of the link.
    token: Option<String>,
    /// 10 to 128 characters, not a common one, not made of the person's data.
    new_password: Option<String>,
}

/// It was taken, or done.
#[derive(Object)]
pub struct Taken {
    /// Always true.
    success: bool,
    /// The contract's sentence.
    message: String,
}

/// See the module.
pub struct ResetApi;

#[OpenApi(prefix_path = "/api/auth")]
impl ResetApi {
    /// Asks for a link by e-mail (always the same answer), or sets a new password with the link's token.
    #[oai(path = "/reset-password", method = "post")]
    async fn reset_password(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<ResetPassword>,
    ) -> Result<Json<Taken>> {
        let message = match body.0 {
            ResetPassword { token: None, new_password: None, email } => {
                let email = email.unwrap_or_default();
                if !is_email(email.trim()) {
                    return Err(refused("Email invalide", None));
                }
                wanted::ask(&ctx, &visitor, &email, Wanted::Reset).await?;
                SENT
            }
            ResetPassword { token, new_password, .. } => use_token(&ctx, token, new_password).await?,
        };
        Ok(Json(Taken { success: true, message: message.to_owned() }))
    }
}

async fn use_token(ctx: &Ctx, token: Option<String>, password: Option<String>) -> Result<&'static str> {
    let (Some(token), Some(password)) = (token, password) else {
        return Err(refused("Données invalides", Some("token et newPassword vont ensemble")));
    };
    let Some(owner) = owner(ctx, &token, Purpose::Reset).await? else { return Err(refused(EXPIRED, None)) };
    if let Err(weakness) = owner.check_password(&password) {
        return Err(refused("Données invalides", Some(weakness.sentence())));
    }
    let password_hash = ctx.passwords.hash(password).await?;
    if reset(ctx, &token, &password_hash).await? { Ok(DONE) } else { Err(refused(EXPIRED, None)) }
}

/// The contract's 400; the detail tells of `newPassword`.
fn refused(error: &'static str, detail: Option<&str>) -> Error {
    let mut body = json!({ "success": false, "error": error });
    if let (Some(detail), Value::Object(fields)) = (detail, &mut body) {
        let details = json!({ "formErrors": [], "fieldErrors": { "newPassword": [detail] } });
        fields.insert("details".to_owned(), details);
    }
    Error::bad_request(error).with_json(body)
}

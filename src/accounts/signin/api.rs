//! The JSON contract of signing in (specs §2.2): csrf, credentials, session, sign-out.

use poem::{Request, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Passed;
use crate::{
    accounts::two_factor::second_step,
    ctx::Ctx,
    error::Result,
    web::{FormBody, Redirect, Visitor, address, security, session},
};

/// Form fields of the credentials callback.
#[derive(Object, Deserialize)]
pub struct Credentials {
    /// E-mail or identifier.
    #[oai(default)]
    #[serde(default)]
    email: String,
    /// Password.
    #[oai(default)]
    #[serde(default)]
    password: String,
    /// Token of `GET /api/auth/csrf`; checked before the handler for clients that are no browser.
    #[oai(rename = "csrfToken")]
    #[serde(rename = "csrfToken")]
    csrf_token: Option<String>,
    /// Code of the second factor, for accounts that have one.
    code: Option<String>,
    /// Always `true`; other forms of answer do not exist.
    json: Option<String>,
    /// Where to go afterwards: a path of this site, or a whole address that begins with ours.
    #[oai(rename = "callbackUrl")]
    #[serde(rename = "callbackUrl")]
    callback_url: Option<String>,
}

/// Token for clients that are no browser.
#[derive(Object)]
pub struct Csrf {
    /// Send it as `csrfToken` or `X-CSRF-Token`, with the cookie.
    #[oai(rename = "csrfToken")]
    csrf_token: String,
}

/// Where signing in leads.
#[derive(Object)]
pub struct Location {
    /// Absolute address.
    url: String,
}

/// Answer of the credentials callback.
#[derive(ApiResponse)]
pub enum SignedIn {
    /// Signed in.
    #[oai(status = 200)]
    Yes(Json<Location>),
    /// Refused: always the same answer; but `error=TwoFactorRequired` when the password was right and the code of the
    /// second factor is missing or wrong.
    #[oai(status = 401)]
    No(Json<Location>),
}

/// See the module.
pub struct AuthApi;

#[OpenApi(prefix_path = "/api/auth")]
impl AuthApi {
    /// Token for clients that are no browser, and the cookie that it belongs to.
    #[oai(path = "/csrf", method = "get")]
    async fn csrf(&self, ctx: Data<&Ctx>, req: &Request) -> CsrfResponse {
        let known = address::cookie(req, security::CSRF_COOKIE)
            .filter(|nonce| nonce.parse::<Uuid>().is_ok())
            .map(str::to_owned);
        let nonce = known.unwrap_or_else(|| Uuid::new_v4().to_string());
        let secure = if ctx.config.production() { "; Secure" } else { "" };
        let cookie = format!("{}={nonce}; Path=/; HttpOnly; SameSite=Lax{secure}", security::CSRF_COOKIE);
        CsrfResponse::Ok(Json(Csrf { csrf_token: security::csrf_token(&ctx, &nonce) }), cookie)
    }

    /// Signs in with e-mail or identifier and password.
    #[oai(path = "/callback/credentials", method = "post")]
    async fn credentials(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        form: FormBody<Credentials>,
    ) -> Result<SignedIn> {
        let (base, form) = (&ctx.config.public_url, form.0);
        let refused = |error: &str| SignedIn::No(Json(Location { url: format!("{base}/auth/signin?error={error}") }));
        let role = match super::sign_in(&ctx, &visitor, &form.email, &form.password).await? {
            Some(Passed::In(role)) => role,
            Some(Passed::SecondStep(user, role)) => match &form.code {
                Some(code) if second_step::finish(&ctx, &visitor, user, code).await? => role,
                _ => return Ok(refused("TwoFactorRequired")),
            },
            None => return Ok(refused("CredentialsSignin")),
        };
        let wanted = form.callback_url.as_deref().unwrap_or_default();
        let path = Redirect::safe_path(wanted.strip_prefix(base.as_str()).unwrap_or(wanted), role.landing());
        Ok(SignedIn::Yes(Json(Location { url: format!("{base}{path}") })))
    }

    /// Who is signed in: `{user, expires}`, or `{}`.
    #[oai(path = "/session", method = "get")]
    async fn session(&self, visitor: Data<&Visitor>) -> Json<Value> {
        let expires = visitor.expires_at.map(|at| at.to_rfc3339());
        Json(visitor.person.as_ref().map_or_else(
            || json!({}),
            |person| {
                json!({
                    "user": {
                        "id": person.id, "email": person.email, "role": person.role.key(),
                        "firstName": person.first_name, "lastName": person.last_name,
                    },
                    "expires": expires,
                })
            },
        ))
    }

    /// Ends the session.
    #[oai(path = "/signout", method = "post")]
    async fn sign_out(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Location>> {
        session::sign_out(&visitor).await?;
        Ok(Json(Location { url: ctx.config.public_url.clone() }))
    }
}

/// Answer of the csrf route.
#[derive(ApiResponse)]
pub enum CsrfResponse {
    /// The token.
    #[oai(status = 200)]
    Ok(Json<Csrf>, #[oai(header = "Set-Cookie")] String),
}

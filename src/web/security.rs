//! Protection of every response (headers) and of every change (no request forged by another site).
//!
//! Always true: a state-changing request says that it comes from our own pages (`Sec-Fetch-Site` or `Origin`); a
//! client that says neither (no browser) must send JSON, or a token from `GET /api/auth/csrf`.

use poem::{
    Body, Endpoint, IntoResponse, Middleware, Request, Response,
    http::{HeaderName, HeaderValue, Method, header},
};
use subtle::ConstantTimeEq as _;

use super::{address, forms, render};
use crate::{ctx::Ctx, error::Error};

/// Nothing from elsewhere, nothing inline, no eval.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The page of the API's documentation brings its own inline script and style.
const CSP_API_DOCS: &str =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'";

/// Where the API's documentation is served.
pub const API_DOCS: &str = "/api/docs";

/// Middleware: headers on every answer, and the origin check.
pub struct Protect(pub Ctx);

impl<E: Endpoint> Middleware<E> for Protect {
    type Output = ProtectEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ProtectEndpoint { inner, ctx: self.0.clone() }
    }
}

/// See [`Protect`].
pub struct ProtectEndpoint<E> {
    inner: E,
    ctx: Ctx,
}

impl<E: Endpoint> Endpoint for ProtectEndpoint<E> {
    type Output = Response;

    async fn call(&self, req: Request) -> poem::Result<Response> {
        let docs = req.uri().path().starts_with(API_DOCS);
        let wants = render::Wants::of(&req);
        let mut response = match check_origin(&self.ctx, req).await {
            Ok(req) => match self.inner.call(req).await {
                Ok(output) => output.into_response(),
                Err(error) => render::error_response(&wants, None, error),
            },
            Err(error) => render::error_response(&wants, None, error.into()),
        };
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
        set(header::CONTENT_SECURITY_POLICY, if docs { CSP_API_DOCS } else { CSP });
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::X_FRAME_OPTIONS, "DENY");
        set(header::REFERRER_POLICY, "same-origin");
        set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()");
        set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        if self.ctx.config.production() {
            set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
        }
        Ok(response)
    }
}

/// Lets the request through unless it changes something and may be forged.
async fn check_origin(ctx: &Ctx, req: Request) -> Result<Request, Error> {
    if matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(req);
    }
    let forged = || {
        Error::forbidden(
            "Cette demande ne vient pas de notre site. Rien n’a été changé : rechargez la page et recommencez.",
        )
    };
    if let Some(site) = req.header("sec-fetch-site") {
        return if matches!(site, "same-origin" | "none") { Ok(req) } else { Err(forged()) };
    }
    if let Some(origin) = req.header(header::ORIGIN) {
        return if same_origin(ctx, &req, origin) { Ok(req) } else { Err(forged()) };
    }
    if req.content_type().is_some_and(|kind| kind.starts_with("application/json")) {
        return Ok(req);
    }
    with_token(ctx, req).await?.ok_or_else(forged)
}

/// The configured address, or the very host that was asked while no public address is set (a phone on the local
/// network reaches the same server under another name).
fn same_origin(ctx: &Ctx, req: &Request, origin: &str) -> bool {
    let asked = req.header(header::HOST).unwrap_or_default();
    origin == ctx.config.public_url || (!ctx.config.production() && origin.strip_prefix("http://") == Some(asked))
}

/// The request, if its form (or `X-CSRF-Token`) holds the token that belongs to its cookie.
async fn with_token(ctx: &Ctx, mut req: Request) -> Result<Option<Request>, Error> {
    let Some(nonce) = address::cookie(&req, CSRF_COOKIE).map(str::to_owned) else { return Ok(None) };
    let expected = csrf_token(ctx, &nonce);
    let matches = |token: &str| bool::from(token.as_bytes().ct_eq(expected.as_bytes()));
    if let Some(token) = req.header("x-csrf-token") {
        return Ok(matches(token).then_some(req));
    }
    let bytes = req.take_body().into_bytes_limit(forms::MOST_BYTES).await.map_err(|_| Error::too_large())?;
    let pairs: Vec<(String, String)> = serde_html_form::from_bytes(&bytes).unwrap_or_default();
    let valid = pairs.iter().any(|(name, value)| name == "csrfToken" && matches(value));
    req.set_body(Body::from_bytes(bytes));
    Ok(valid.then_some(req))
}

/// Cookie that the token of `GET /api/auth/csrf` belongs to.
pub const CSRF_COOKIE: &str = "nexus_csrf";

/// The token that belongs to a cookie's value.
pub fn csrf_token(ctx: &Ctx, nonce: &str) -> String {
    ctx.keys.sign_text("csrf", nonce)
}

//! Draws the shell around pages and shows errors, in one place: an HTML page, an htmx toast or JSON. What a handler
//! answers is kept by no cache unless it says otherwise; a handler that panics is an error like another.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use maud::{Markup, html};
use poem::{
    Endpoint, Error as PoemError, IntoResponse, Middleware, Request, Response,
    error::{NotFoundError, ParsePathError},
    http::{HeaderValue, Method, StatusCode, header},
    web::Json,
};
use serde_json::json;

use super::{
    layout,
    page::{Page, Redirect, WholeRedirect},
    request_log::RequestId,
    visitor::{Person, Visitor},
};
use crate::error::Error;

/// What the client understands.
#[derive(Clone)]
pub struct Wants {
    kind: Kind,
    path: String,
    /// Where to come back to after signing in; empty when nowhere in particular.
    back: String,
    request_id: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Htmx,
    Json,
}

impl Wants {
    /// Decided by path (`/api/…`), `HX-Request`, then `Accept`.
    pub fn of(req: &Request) -> Self {
        let accept = req.header(header::ACCEPT).unwrap_or_default();
        let kind = if req.uri().path().starts_with("/api/") {
            Kind::Json
        } else if req.header("hx-request") == Some("true") {
            Kind::Htmx
        } else if accept.contains("application/json") && !accept.contains("text/html") {
            Kind::Json
        } else {
            Kind::Html
        };
        let request_id = req.data::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let path = req.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        Self { kind, path, back: back(req), request_id }
    }
}

/// The path asked for; for a change, that of the page which it was sent from: nobody can be led back into a change.
fn back(req: &Request) -> String {
    let path = if *req.method() == Method::GET {
        req.uri().path().to_owned()
    } else {
        let page = req.header(header::REFERER).and_then(|page| page.parse::<poem::http::Uri>().ok());
        page.filter(|page| page.host().is_some()).map(|page| page.path().to_owned()).unwrap_or_default()
    };
    Redirect::safe_path(&path, "").to_owned()
}

/// Middleware: pages get their shell, errors become answers.
pub struct Render;

impl<E: Endpoint> Middleware<E> for Render {
    type Output = RenderEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        RenderEndpoint(inner)
    }
}

/// See [`Render`].
pub struct RenderEndpoint<E>(E);

impl<E: Endpoint> Endpoint for RenderEndpoint<E> {
    type Output = Response;

    async fn call(&self, req: Request) -> poem::Result<Response> {
        let wants = Wants::of(&req);
        let person = req.data::<Visitor>().and_then(|visitor| visitor.person.clone());
        let slashless = without_slash(&req);
        let output = AssertUnwindSafe(self.0.call(req)).catch_unwind().await;
        let mut response = match (output.unwrap_or_else(|_| Err(panicked().into())), slashless) {
            (Ok(output), _) => output.into_response(),
            (Err(error), Some(path)) if error.is::<NotFoundError>() => return Ok(moved(&path)),
            (Err(error), _) => return Ok(error_response(&wants, person.as_ref(), error)),
        };
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        if let Some(page) = response.extensions_mut().remove::<Page>() {
            return Ok(page_response(&wants, person.as_ref(), &page, response));
        }
        if wants.kind == Kind::Htmx
            && let Some(WholeRedirect(path)) = response.extensions_mut().remove()
            && let Ok(path) = HeaderValue::from_str(&path)
        {
            response.headers_mut().remove(header::LOCATION);
            response.headers_mut().insert("hx-redirect", path);
            response.set_status(StatusCode::OK);
        }
        Ok(response)
    }
}

/// Without the final slash that people add to an address, when reading; poem knows no such routes.
fn without_slash(req: &Request) -> Option<String> {
    let path = req.uri().path();
    let shorter = path.trim_end_matches('/');
    let read_only = matches!(*req.method(), Method::GET | Method::HEAD);
    if !read_only || shorter.len() == path.len() || Redirect::safe_path(shorter, "").is_empty() {
        return None;
    }
    Some(req.uri().query().map_or_else(|| shorter.to_owned(), |query| format!("{shorter}?{query}")))
}

fn moved(path: &str) -> Response {
    Response::builder().status(StatusCode::PERMANENT_REDIRECT).header(header::LOCATION, path).finish()
}

/// The panic's own message is on standard error: it may hold anything.
fn panicked() -> Error {
    Error::internal(anyhow::anyhow!("a handler panicked; see standard error"))
}

fn page_response(wants: &Wants, person: Option<&Person>, page: &Page, mut response: Response) -> Response {
    let html = layout::shell(page, person, &wants.path).into_string();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.set_body(html);
    response
}

/// The answer for an error, in the form that the client understands; the cause goes to the log with the request id.
pub fn error_response(wants: &Wants, person: Option<&Person>, error: PoemError) -> Response {
    let error = ours(error);
    if error.status.is_server_error() {
        tracing::error!(request_id = %wants.request_id, status = error.status.as_u16(), "{error}");
    }
    let mut response = match wants.kind {
        Kind::Json => json_error(&error),
        Kind::Htmx if error.status == StatusCode::UNAUTHORIZED => {
            Response::builder().status(error.status).header("hx-redirect", sign_in_path(wants)).finish()
        }
        Kind::Htmx => toast(&error, &wants.request_id),
        Kind::Html if error.status == StatusCode::UNAUTHORIZED => {
            Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, sign_in_path(wants)).finish()
        }
        Kind::Html => error_page(wants, person, &error),
    };
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A request that cannot be read.
const NOT_UNDERSTOOD: &str = "La demande n’a pas été comprise. Revenez à la page précédente et recommencez.";
/// A record that is not there, to a program.
const UNKNOWN: &str = "Introuvable, ou pas accessible avec ce compte.";

/// Poem's own errors (no such route, a body that cannot be read…) as ours.
fn ours(error: PoemError) -> Error {
    let status = error.status();
    match error.downcast::<Error>() {
        Ok(ours) => ours,
        // An id that is no id names nothing.
        Err(error) if status == StatusCode::NOT_FOUND || error.is::<ParsePathError>() => Error::not_found(),
        Err(error) => match status {
            StatusCode::PAYLOAD_TOO_LARGE => Error::too_large(),
            StatusCode::METHOD_NOT_ALLOWED => {
                Error::new(status, "Cette adresse ne s’utilise pas ainsi. Revenez à la page précédente.")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::new(status, "Le format de l’envoi n’est pas accepté ici."),
            status if status.is_client_error() => Error::new(StatusCode::BAD_REQUEST, NOT_UNDERSTOOD),
            _ => Error::internal(anyhow::anyhow!("{error}")),
        },
    }
}

fn sign_in_path(wants: &Wants) -> String {
    match wants.back.as_str() {
        "" => "/auth/signin".to_owned(),
        back => format!("/auth/signin?callbackUrl={}", back.replace('&', "%26")),
    }
}

fn json_error(error: &Error) -> Response {
    let body = error.json.clone().unwrap_or_else(|| {
        let details = error.retry_after.map(|seconds| json!({ "retryAfter": seconds }));
        // A program has no page to go back to.
        let message = match error.sentence.as_ref() {
            page if page == Error::not_found().sentence => UNKNOWN,
            NOT_UNDERSTOOD => "La demande n’a pas été comprise.",
            sentence => sentence,
        };
        match details {
            Some(details) => json!({ "error": error.code(), "message": message, "details": details }),
            None => json!({ "error": error.code(), "message": message }),
        }
    });
    Json(body).with_status(error.status).into_response()
}

/// Our htmx settings do not swap error answers; the toast in this one arrives as a partial.
fn toast(error: &Error, request_id: &str) -> Response {
    Response::builder()
        .status(error.status)
        .content_type("text/html; charset=utf-8")
        .body(layout::toast(&error.sentence, reference(error, request_id)).into_string())
}

fn error_page(wants: &Wants, person: Option<&Person>, error: &Error) -> Response {
    let page = Page::new(title(error.status), error_main(error, person, &wants.request_id)).status(error.status);
    let response = Response::builder().status(error.status).finish();
    page_response(wants, person, &page, response)
}

/// The reference to quote is shown when the fault is ours.
fn reference<'a>(error: &Error, request_id: &'a str) -> Option<&'a str> {
    error.status.is_server_error().then_some(request_id)
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "Accès réservé",
        404 => "Page introuvable",
        409 => "Déjà fait ou changé entre-temps",
        413 => "Envoi trop volumineux",
        422 => "À corriger",
        429 => "Un peu de patience",
        503 => "De retour dans un instant",
        code if code < 500 => "Demande non comprise",
        _ => "Une erreur de notre côté",
    }
}

fn error_main(error: &Error, person: Option<&Person>, request_id: &str) -> Markup {
    html! {
        section class="error-page" {
            p class="eyebrow" { "Erreur " (error.status.as_u16()) }
            h1 { (title(error.status)) }
            p class="lead" { (error.sentence) }
            @if let Some(reference) = reference(error, request_id) {
                p class="muted" { "Référence : " code { (reference) } }
            }
            p class="actions" {
                @match person {
                    Some(person) => a class="button" href=(person.role.landing()) { "Retour à mon tableau de bord" },
                    None => a class="button" href="/" { "Retour à l’accueil" },
                }
            }
        }
    }
}

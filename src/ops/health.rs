//! Whether the server is alive, and ready to serve: for load balancers, containers and monitors. No session, no secret,
//! nothing that helps an attacker: fixed sentences, the cause goes to the log.
//!
//! Always true: an answer comes within two seconds, however stuck the database is.

use chrono::{SecondsFormat, Utc};
use poem::{EndpointExt as _, Route, http::header, middleware, web::Data};
use poem_openapi::{ApiResponse, Object, OpenApi, OpenApiService, payload::Json};

use super::checks::{self, Check};
use crate::ctx::Ctx;

/// `ok`, or `error` with the reason.
#[derive(Object)]
struct Health {
    /// `ok` or `error`.
    status: String,
    /// Now, in UTC.
    timestamp: String,
    /// `connected` or `disconnected`.
    database: String,
    /// Why not, at most 100 characters.
    #[oai(skip_serializing_if_is_none)]
    message: Option<String>,
    /// The same as `message`, for monitors that look for it here.
    #[oai(skip_serializing_if_is_none)]
    error: Option<String>,
}

#[derive(ApiResponse)]
enum HealthAnswer {
    /// Well.
    #[oai(status = 200)]
    Well(Json<Health>),
    /// The database is away.
    #[oai(status = 503)]
    Unwell(Json<Health>),
}

/// The process runs.
#[derive(Object)]
struct Alive {
    /// Always `alive`.
    status: String,
}

/// Whether requests can be served.
#[derive(Object)]
struct Ready {
    /// `ready` or `not_ready`.
    status: String,
    /// `connected` or `disconnected`.
    database: String,
    /// Sessions, which live in the database: `connected` or `disconnected`.
    cache: String,
    /// Each check: `ok`, or `error: ` and why, at most 100 characters in all.
    checks: Checks,
    /// The first reason why not.
    #[oai(skip_serializing_if_is_none)]
    reason: Option<String>,
    /// Now, in UTC.
    timestamp: String,
}

#[derive(Object)]
struct Checks {
    /// A query is answered.
    database: String,
    /// Sessions can be read.
    cache: String,
    /// `DATA_DIR` can be written.
    media: String,
}

#[derive(ApiResponse)]
enum ReadyAnswer {
    /// Requests can be served.
    #[oai(status = 200)]
    Ready(Json<Ready>),
    /// Not now; `checks` says why.
    #[oai(status = 503)]
    NotReady(Json<Ready>),
}

/// Operations of the OpenAPI document; [`mount`] serves them.
#[derive(Clone, Copy)]
pub struct HealthApi;

#[OpenApi]
impl HealthApi {
    /// Whether the application and its database are well.
    #[oai(path = "/api/health", method = "get")]
    async fn health(&self, ctx: Data<&Ctx>) -> HealthAnswer {
        health(&ctx).await
    }

    /// The same, under the address of the French-exam application.
    #[oai(path = "/api/v1/health", method = "get")]
    async fn health_v1(&self, ctx: Data<&Ctx>) -> HealthAnswer {
        health(&ctx).await
    }

    /// The process runs; nothing else is looked at.
    #[oai(path = "/api/health/live", method = "get")]
    async fn live(&self) -> Json<Alive> {
        Json(Alive { status: "alive".to_owned() })
    }

    /// Whether requests can be served: database, sessions, data folder.
    #[oai(path = "/api/health/ready", method = "get")]
    async fn ready(&self, ctx: Data<&Ctx>) -> ReadyAnswer {
        ready(&ctx).await
    }
}

/// Serves the operations with and without a final slash, for a place outside of the session middleware.
pub fn mount(route: Route) -> Route {
    ["/api/health", "/api/v1/health", "/api/health/live", "/api/health/ready"]
        .iter()
        .fold(route, |route, path| route.at(path, endpoint()).at(format!("{path}/"), endpoint()))
}

/// poem-openapi knows no paths that end in a slash: it is taken away before.
fn endpoint() -> impl poem::IntoEndpoint<Endpoint: 'static> {
    Route::new()
        .nest_no_strip("/", OpenApiService::new(HealthApi, "health", "1"))
        .with(middleware::NormalizePath::new(middleware::TrailingSlash::Trim))
        .with(middleware::SetHeader::new().overriding(header::CACHE_CONTROL, "no-store"))
}

fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

async fn health(ctx: &Ctx) -> HealthAnswer {
    let reason = checks::database(ctx).await.0.err().map(str::to_owned);
    let well = reason.is_none();
    let health = Json(Health {
        status: if well { "ok" } else { "error" }.to_owned(),
        timestamp: now(),
        database: connected(well),
        message: reason.clone(),
        error: reason,
    });
    if well { HealthAnswer::Well(health) } else { HealthAnswer::Unwell(health) }
}

async fn ready(ctx: &Ctx) -> ReadyAnswer {
    let ((database, cache), media) = tokio::join!(checks::database(ctx), checks::media(&ctx.config.data_dir));
    let reason = database.and(cache).and(media).err().map(str::to_owned);
    let all = reason.is_none();
    let ready = Json(Ready {
        status: if all { "ready" } else { "not_ready" }.to_owned(),
        database: connected(database.is_ok()),
        cache: connected(cache.is_ok()),
        checks: Checks { database: said(database), cache: said(cache), media: said(media) },
        reason,
        timestamp: now(),
    });
    if all { ReadyAnswer::Ready(ready) } else { ReadyAnswer::NotReady(ready) }
}

fn connected(ok: bool) -> String {
    if ok { "connected" } else { "disconnected" }.to_owned()
}

pub(super) fn said(result: Check) -> String {
    result.map_or_else(|reason| format!("error: {reason}"), |()| "ok".to_owned())
}

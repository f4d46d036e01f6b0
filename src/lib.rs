//! Nexus Réussite: assessments, tutoring and reports for a tutoring centre.
//!
//! Words: *bilan* = report; *élève* = student; *parent* = guardian; *SSN* = score standardisé Nexus (50 ± 15 in its
//! cohort); *NSP* = "je ne sais pas"; *cohort* = all who took one bank under one rule version; *bank* = a published,
//! unchanging set of questions; *attempt* = an assessment being taken in the app.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod aria;
pub mod assessments;
pub mod bilans;
pub mod billing;
pub mod commands;
pub mod compliance;
pub mod config;
pub mod ctx;
pub mod dashboards;
pub mod db;
pub mod desk;
pub mod error;
pub mod events;
mod fold;
pub mod jobs;
pub mod keys;
pub mod learning;
pub mod library;
pub mod llm;
pub mod masking;
pub mod messaging;
pub mod ops;
pub mod seed;
pub mod subjects;
pub mod ui;
pub mod web;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use poem::{
    Endpoint, EndpointExt as _, Request, Response, Route, get,
    http::header,
    middleware::Compression,
    web::{CompressionAlgo, CompressionLevel},
};
use poem_openapi::OpenApiService;

use crate::{
    ctx::Ctx,
    web::{
        Routes, assets, enrolment::Enrolment, limits::RateLimit, render::Render, request_log::RequestLog, security,
        session::Sessions,
    },
};

/// The whole site.
pub fn app(ctx: Ctx) -> impl Endpoint<Output = Response> {
    // Outside the session and the compression: assets are compressed already, health needs nobody.
    ops::health::mount(Route::new())
        .at("/assets/:name", get(assets::serve))
        .nest_no_strip("/", site(ctx.clone()))
        .with(security::Protect(ctx.clone()))
        .with(RequestLog)
        .data(ctx)
}

/// The site map of the pages; that of the JSON contract is [`api`].
fn pages() -> Routes {
    let rooms = [
        jobs::routes,
        llm::routes,
        messaging::routes,
        accounts::routes,
        assessments::routes,
        learning::routes,
        library::routes,
        billing::routes,
        aria::routes,
        bilans::routes,
        desk::routes,
        dashboards::routes,
    ];
    rooms.into_iter().fold(Routes::new(), |routes, room| room(routes))
}

/// Everything that knows who is asking.
fn site(ctx: Ctx) -> impl Endpoint<Output = Response> {
    let api = api(&ctx);
    let docs = api.swagger_ui();
    let spec = api.spec_endpoint();
    pages()
        .into_route()
        .nest("/api/docs", docs)
        .at("/api/openapi.json", spec)
        .nest_no_strip("/api", api)
        .with(RateLimit(ctx.clone()))
        .with(Enrolment)
        .with(Render)
        .with(Sessions(ctx))
        // At this level gzip packs a page as small as brotli, in a third of the time and without its megabytes.
        .with(Compression::new().algorithms([CompressionAlgo::GZIP]).with_quality(CompressionLevel::Precise(4)))
        .before(streams_stay_plain)
        .map_to_response()
}

/// A compressed stream would keep its events back until there are many.
async fn streams_stay_plain(mut req: Request) -> poem::Result<Request> {
    if req.header(header::ACCEPT).is_some_and(|accept| accept.contains("text/event-stream")) {
        req.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    Ok(req)
}

type Api = (
    accounts::coaching::CoachesApi,
    accounts::households::ChildrenApi,
    accounts::people::UsersApi,
    accounts::signin::api::AuthApi,
    accounts::reset::api::ResetApi,
    aria::api::AriaApi,
    assessments::api::AssessmentsApi,
    assessments::directeur::api::DirecteurApi,
    assessments::free::api::FreeAssessmentApi,
    learning::api::LearningApi,
    library::reading::api::RagSearchApi,
    dashboards::school::api::DashboardApi,
    library::api::LibraryApi,
    messaging::talk::api::MessagesApi,
    messaging::notices::api::NotificationsApi,
    ops::health::HealthApi,
);

/// The JSON contract, with its OpenAPI document.
fn api(ctx: &Ctx) -> OpenApiService<Api, ()> {
    let operations = (
        accounts::coaching::CoachesApi,
        accounts::households::ChildrenApi,
        accounts::people::UsersApi,
        accounts::signin::api::AuthApi,
        accounts::reset::api::ResetApi,
        aria::api::AriaApi,
        assessments::api::AssessmentsApi,
        assessments::directeur::api::DirecteurApi,
        assessments::free::api::FreeAssessmentApi,
        learning::api::LearningApi,
        library::reading::api::RagSearchApi,
        dashboards::school::api::DashboardApi,
        library::api::LibraryApi,
        messaging::talk::api::MessagesApi,
        messaging::notices::api::NotificationsApi,
        ops::health::HealthApi,
    );
    OpenApiService::new(operations, "Nexus Réussite", env!("CARGO_PKG_VERSION")).server(&ctx.config.public_url)
}

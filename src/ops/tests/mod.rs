mod tallies;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use poem::{Endpoint, EndpointExt as _, Route, http::StatusCode, test::TestClient};
use poem_openapi::OpenApiService;
use serde_json::Value;

use super::{
    checks::{AWAY, NO_ANSWER, NO_SESSIONS, NOT_WRITABLE},
    health::{HealthApi, mount, said},
};
use crate::{ctx::Ctx, testing};

fn app(ctx: &Ctx) -> TestClient<impl Endpoint> {
    TestClient::new(mount(Route::new()).data(ctx.clone()))
}

async fn ctx(data_dir: &Path) -> Ctx {
    testing::ctx_with(&[("DATA_DIR", &data_dir.to_string_lossy())]).await
}

async fn get(app: &TestClient<impl Endpoint>, path: &str) -> (StatusCode, Value) {
    let response = app.get(path).send().await.0;
    let status = response.status();
    assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
    (status, response.into_body().into_json().await.expect("JSON"))
}

#[tokio::test]
async fn every_address_answers_with_and_without_a_final_slash() {
    let ctx = ctx(&std::env::temp_dir()).await;
    let app = app(&ctx);
    for path in ["/api/health", "/api/v1/health", "/api/health/live", "/api/health/ready"] {
        for path in [path.to_owned(), format!("{path}/")] {
            assert_eq!(get(&app, &path).await.0, StatusCode::OK, "{path}");
        }
    }
    let health = get(&app, "/api/health").await.1;
    assert_eq!(health["status"], "ok");
    assert!(chrono::DateTime::parse_from_rfc3339(health["timestamp"].as_str().expect("text")).is_ok());
    assert_eq!(get(&app, "/api/health/live/").await.1, serde_json::json!({ "status": "alive" }));
    app.get("/api/health/other").send().await.assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ready_says_so_in_both_shapes() {
    let ctx = ctx(&std::env::temp_dir()).await;
    let (_, ready) = get(&app(&ctx), "/api/health/ready/").await;
    assert_eq!(
        (&ready["status"], &ready["database"], &ready["cache"]),
        (&"ready".into(), &"connected".into(), &"connected".into())
    );
    assert_eq!(ready["checks"], serde_json::json!({ "database": "ok", "cache": "ok", "media": "ok" }));
}

#[tokio::test]
async fn without_a_database_it_is_not_ready_and_says_why() {
    let ctx = ctx(&std::env::temp_dir()).await;
    ctx.pool.close().await;
    let app = app(&ctx);
    let (status, ready) = get(&app, "/api/health/ready").await;
    assert_eq!((status, &ready["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"not_ready".into()));
    assert_eq!((&ready["database"], &ready["checks"]["media"]), (&"disconnected".into(), &"ok".into()));
    let why = ready["checks"]["database"].as_str().expect("text");
    assert!(why.starts_with("error: ") && why.chars().count() <= 100, "{why}");
    let (status, health) = get(&app, "/api/health").await;
    assert_eq!((status, &health["status"]), (StatusCode::SERVICE_UNAVAILABLE, &"error".into()));
    assert_eq!(health["message"], AWAY);
    assert_eq!(get(&app, "/api/health/live").await.0, StatusCode::OK, "the process lives all the same");
}

#[tokio::test]
async fn an_answer_comes_within_two_seconds_when_every_connection_is_taken() {
    let ctx = ctx(&std::env::temp_dir()).await;
    let mut taken = Vec::new();
    for _ in 0..8 {
        taken.push(ctx.pool.acquire().await.expect("connection"));
    }
    let since = Instant::now();
    let (status, ready) = get(&app(&ctx), "/api/health/ready").await;
    assert!(since.elapsed() < Duration::from_secs(2));
    assert_eq!((status, &ready["reason"]), (StatusCode::SERVICE_UNAVAILABLE, &NO_ANSWER.into()));
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_not_ready() {
    let ctx = ctx(Path::new("/dev/null/nowhere")).await;
    let (status, ready) = get(&app(&ctx), "/api/health/ready").await;
    assert_eq!((status, &ready["checks"]["database"]), (StatusCode::SERVICE_UNAVAILABLE, &"ok".into()));
    assert_eq!(ready["checks"]["media"], format!("error: {NOT_WRITABLE}"));
}

#[tokio::test]
async fn sessions_that_cannot_be_read_are_not_ready() {
    let ctx = ctx(&std::env::temp_dir()).await;
    // As with a migration that was forgotten; dynamic, since the macros check against the whole schema.
    sqlx::query("drop table sessions").execute(&ctx.pool).await.expect("dropped");
    let (status, ready) = get(&app(&ctx), "/api/health/ready").await;
    assert_eq!((status, &ready["cache"]), (StatusCode::SERVICE_UNAVAILABLE, &"disconnected".into()));
    assert_eq!(ready["database"], "connected");
}

#[test]
fn every_reason_fits_the_contract() {
    for reason in [NO_ANSWER, AWAY, NO_SESSIONS, NOT_WRITABLE] {
        assert!(said(Err(reason)).chars().count() <= 100, "{reason}");
    }
}

#[test]
fn the_operations_are_in_the_openapi_document() {
    let document = OpenApiService::new(HealthApi, "health", "1").spec();
    for path in ["/api/health", "/api/v1/health", "/api/health/live", "/api/health/ready"] {
        assert!(document.contains(&format!("\"{path}\"")), "{path}");
    }
}

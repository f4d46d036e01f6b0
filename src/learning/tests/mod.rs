//! HTTP tests of this room on a real database.

mod adopting;
mod api;
mod attaching;
mod feeding;
mod pages;
mod presence;
mod projections;

use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use crate::{
    assessments::tests::support::{answer_some, begin, send},
    testing::{Signed, TestApp},
};

/// One JSON value out of the database; only the tests' own queries come here.
async fn value(app: &TestApp, sql: &'static str) -> Value {
    sqlx::query_scalar(sql).fetch_one(&app.ctx.pool).await.expect("value")
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&app.ctx.pool).await.expect("count")
}

/// Changes rows behind the site's back.
async fn set(app: &TestApp, sql: &'static str) {
    sqlx::query(sql).execute(&app.ctx.pool).await.expect("set");
}

/// The student takes a form, so many right and so many wrong, and sends it.
async fn completed(app: &TestApp, student: &Signed, form: &str, right: usize, wrong: usize) -> Uuid {
    let attempt = begin(student, form).await;
    answer_some(app, student, attempt, form, right, wrong).await;
    send(student, attempt).await.assert_redirect(&format!("/assessments/{attempt}/result"));
    attempt
}

/// Lets real workers do all jobs of a kind, half a minute at most.
async fn work(app: &TestApp, kind: &str) {
    let workers = crate::jobs::start(app.ctx.clone());
    let since = Instant::now();
    loop {
        let left: i64 = sqlx::query_scalar("select count(*) from jobs where kind = $1 and state <> 'DEAD'")
            .bind(kind)
            .fetch_one(&app.ctx.pool)
            .await
            .expect("jobs");
        if left == 0 {
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "waited in vain for {kind}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    workers.stop().await;
}

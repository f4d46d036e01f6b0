//! What benchmarks stand on, on a small scale. The queries are handed to a helper as text, so they are not checked when
//! this is compiled.

use std::fs;

use poem::{http::StatusCode, test::TestClient};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    assessments::{directeur::recompute, model::Subject},
    testing,
};

fn folder(name: &str) -> DataDir {
    DataDir::open(std::env::temp_dir().join(format!("nexus-bench-{}-{name}", std::process::id()))).expect("folder")
}

async fn value(pool: &PgPool, sql: &'static str) -> Value {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("value")
}

const COHORT: &str = "select jsonb_build_object(
    'sums', (select jsonb_agg(jsonb_build_array(bank, rule_version, n, sum_micro, sum_sq)) from cohorts),
    'bins', (select jsonb_agg(jsonb_build_array(tenths, n) order by tenths) from cohort_bins),
    'months', (select jsonb_agg(jsonb_build_array(month, n, sum_tenths, sum_global) order by month) from cohort_months),
    'scores', (select jsonb_agg(to_jsonb(s) order by assessment_id) from standard_scores s))";

#[tokio::test]
async fn a_recompute_of_bench_assessments_changes_nothing() {
    let (ctx, data) = (testing::ctx().await, folder("recompute"));
    bench(&ctx, &data, Wanted { assessments: 3000, students: 1 }).await.expect("filled");
    let before = value(&ctx.pool, COHORT).await;
    let actor = sqlx::query_scalar("select id from users").fetch_one(&ctx.pool).await.expect("user");
    let outcome = recompute::run(&ctx, Subject::Maths, actor, Uuid::new_v4()).await.expect("recompute");
    assert_eq!(outcome.updated, 3000);
    assert!(before == value(&ctx.pool, COHORT).await);
    fs::remove_dir_all(data.path()).expect("clean");
}

#[tokio::test]
async fn bench_assessments_are_as_large_as_real_ones_and_their_parts_are_complete() {
    let (ctx, data) = (testing::ctx().await, folder("size"));
    bench(&ctx, &data, Wanted { assessments: 40, students: 0 }).await.expect("filled");
    bench(&ctx, &data, Wanted { assessments: 2, students: 0 }).await.expect("more");
    let counts = "select jsonb_build_array(
        (select count(*) from assessments), (select count(*) from domain_scores), (select count(*) from skill_scores),
        (select n from cohorts), (select min((select count(*) from jsonb_object_keys(answers))) from assessments),
        (select count(*) from assessments where octet_length(scoring_result::text) < 500))";
    assert_eq!(value(&ctx.pool, counts).await, serde_json::json!([42, 42 * 5, 42, 42, 50, 0]));
    fs::remove_dir_all(data.path()).expect("clean");
}

#[tokio::test]
async fn each_cookie_on_the_list_opens_the_page_of_a_student() {
    let (ctx, data) = (testing::ctx().await, folder("cookies"));
    bench(&ctx, &data, Wanted { assessments: 0, students: 5 }).await.expect("filled");
    let list = fs::read_to_string(data.path().join("bench-sessions.txt")).expect("list");
    assert_eq!(list.lines().count(), 5);
    let client = TestClient::new(crate::app(ctx));
    for cookie in list.lines() {
        let page = client.get("/dashboard/eleve").header("cookie", format!("nexus={cookie}")).send().await;
        page.assert_status(StatusCode::OK);
    }
    fs::remove_dir_all(data.path()).expect("clean");
}

#[tokio::test]
async fn production_refuses_bench_data() {
    let https = [("PUBLIC_URL", "https://a.example"), ("SECRET_KEY", "0123456789abcdef0123456789abcdef")];
    let (ctx, data) = (testing::ctx_with(&https).await, folder("https"));
    let error = bench(&ctx, &data, Wanted { assessments: 1, students: 1 }).await.expect_err("refused");
    assert!(error.to_string().contains("https"), "{error}");
    fs::remove_dir_all(data.path()).expect("clean");
}

//! What benchmarks stand on, on a small scale. The queries are handed to a helper as text, so they are not checked when
//! this is compiled.

use std::{collections::BTreeSet, fs};

use poem::{http::StatusCode, test::TestClient};
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    assessments::{directeur::recompute, model::Subject},
    testing,
    web::Role,
};

fn folder(name: &str) -> DataDir {
    DataDir::open(std::env::temp_dir().join(format!("nexus-bench-{}-{name}", std::process::id()))).expect("folder")
}

async fn value(pool: &PgPool, sql: &'static str) -> Value {
    sqlx::query_scalar(sql).fetch_one(pool).await.expect("value")
}

const COHORT: &str = "select jsonb_build_object(
    'sums', (select jsonb_agg(jsonb_build_array(bank, rule_version, n, sum_micro, sum_sq) order by id) from cohorts),
    'bins', (select jsonb_agg(to_jsonb(b) order by cohort_id, tenths) from cohort_bins b),
    'months', (select jsonb_agg(to_jsonb(m) order by cohort_id, month) from cohort_months m),
    'scores', (select jsonb_agg(to_jsonb(s) order by assessment_id) from standard_scores s))";

#[tokio::test]
async fn a_recompute_of_bench_assessments_changes_nothing() {
    let (ctx, data) = (testing::ctx().await, folder("recompute"));
    bench(&ctx, &data, Wanted { assessments: 3000, students: 0 }).await.expect("filled");
    bench(&ctx, &data, Wanted { assessments: 0, students: 60 }).await.expect("and a school");
    let before = value(&ctx.pool, COHORT).await;
    let actor =
        sqlx::query_scalar("select id from users where role = 'ADMIN'").fetch_one(&ctx.pool).await.expect("user");
    let outcome = recompute::run(&ctx, Subject::Maths, actor, Uuid::new_v4()).await.expect("recompute");
    assert!(outcome.updated > 3000, "submissions and attempts: {}", outcome.updated);
    recompute::run(&ctx, Subject::General, actor, Uuid::new_v4()).await.expect("recompute");
    assert!(before == value(&ctx.pool, COHORT).await);
    fs::remove_dir_all(data.path()).expect("clean");
}

#[tokio::test]
async fn bench_assessments_are_as_large_as_real_ones_and_their_parts_are_complete() {
    let (ctx, data) = (testing::ctx().await, folder("size"));
    bench(&ctx, &data, Wanted { assessments: 40, students: 0 }).await.expect("filled");
    bench(&ctx, &data, Wanted { assessments: 2, students: 0 }).await.expect("more");
    let counts = "select jsonb_build_array(
        (select count(*) from assessments), (select sum(cardinality(domains)) from skill_scores), (select count(*) from skill_scores),
        (select n from cohorts), (select min((select count(*) from jsonb_object_keys(answers))) from assessments),
        (select count(*) from assessments where octet_length(scoring_result::text) < 500))";
    assert_eq!(value(&ctx.pool, counts).await, serde_json::json!([42, 42 * 5, 42, 42, 50, 0]));
    fs::remove_dir_all(data.path()).expect("clean");
}

#[tokio::test]
async fn each_cookie_on_the_list_opens_the_first_page_of_its_role() {
    let (ctx, data) = (testing::ctx().await, folder("cookies"));
    bench(&ctx, &data, Wanted { assessments: 0, students: 5 }).await.expect("filled");
    let list = fs::read_to_string(data.path().join("bench-sessions.txt")).expect("list");
    assert_eq!(list.lines().filter(|line| line.starts_with("ELEVE\t")).count(), 5);
    let client = TestClient::new(crate::app(ctx));
    let mut roles = BTreeSet::new();
    for line in list.lines() {
        let (role, cookie) = line.split_once('\t').expect("role and cookie");
        let role: Role = role.parse().expect("role");
        let page = client.get(role.landing()).header("cookie", cookie).send().await;
        page.assert_status(StatusCode::OK);
        roles.insert(role.key());
    }
    assert_eq!(roles.len(), Role::ALL.len(), "somebody of each role");
    fs::remove_dir_all(data.path()).expect("clean");
}

/// Of each attempt: whether its parts are those of the live system.
const ATTEMPTS: &str = "select jsonb_build_object(
    'attempts', (select count(*) from attempts), 'assessments', (select count(*) from assessments),
    'scored', (select count(*) from standard_scores), 'practice', (select count(*) from assessments where not in_cohort),
    'twice', (select count(*) from (select 1 from assessments where in_cohort group by student_id, bank having count(*) > 1) t),
    'astray', (select count(*) from assessments a join students s on s.user_id = a.student_id where s.grade <> a.grade),
    'late', (select count(*) from attempt_answers w join attempts t using (assessment_id)
             where w.answered_at > t.deadline or w.answered_at < w.seen_at),
    'wrong', (select count(*) from assessments a join attempts t on t.assessment_id = a.id
              where a.confidence_index <> round(100.0 * (select count(*) from attempt_answers w
                  where w.assessment_id = a.id and w.choice is not null)
                  / (select count(*) from attempt_answers w where w.assessment_id = a.id) )))";

#[tokio::test]
async fn the_students_of_a_bench_school_took_their_forms_as_the_app_would_have_stored_them() {
    let (ctx, data) = (testing::ctx().await, folder("school"));
    bench(&ctx, &data, Wanted { assessments: 0, students: 80 }).await.expect("filled");
    let found = value(&ctx.pool, ATTEMPTS).await;
    let count = |name: &str| found[name].as_i64().expect("count");
    assert!(count("assessments") >= 80 && count("practice") > 0, "{found}");
    assert_eq!((count("attempts"), count("scored") + count("practice")), (count("assessments"), count("assessments")));
    assert_eq!(["twice", "astray", "late", "wrong"].map(count), [0; 4], "{found}");
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

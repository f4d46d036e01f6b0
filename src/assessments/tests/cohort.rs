//! Cohorts: what is kept as one goes along equals a recount, and SQL and Rust make the same scores bit for bit.

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use serde_json::json;
use uuid::Uuid;

use super::support::{submission, submitted};
use crate::{
    assessments::{
        directeur::recompute,
        model::Subject,
        standard_score::{self, CohortStats},
    },
    testing::{TestApp, together},
    web::Role,
};

/// Every cohort's sums, histogram and months equal a recount of the scores.
async fn assert_recount(app: &TestApp) {
    let wrong: Vec<String> = sqlx::query_scalar!(
        r#"with recount as (
               select c.id, count(s.*) as n, coalesce(sum(s.cohort_micro::int8), 0) as sum_micro,
                      coalesce(sum(s.cohort_micro::numeric * s.cohort_micro), 0) as sum_sq
               from cohorts c left join standard_scores s on s.cohort_id = c.id group by c.id)
           select 'sums of cohort ' || c.id as "what!" from cohorts c join recount r using (id)
           where (c.n, c.sum_micro, c.sum_sq) is distinct from (r.n, r.sum_micro, r.sum_sq)
           union all
           select 'bin ' || coalesce(b.tenths, s.tenths) from (select cohort_id, tenths, n from cohort_bins where n > 0) b
           full join (select cohort_id, round(ssn * 10)::int2 as tenths, count(*) as n from standard_scores group by 1, 2) s
               on (s.cohort_id, s.tenths) = (b.cohort_id, b.tenths)
           where b.n is distinct from s.n
           union all
           select 'month ' || coalesce(m.month, s.month) from cohort_months m
           full join (select cohort_id, date_trunc('month', scored_on)::date as month, count(*) as n,
                             sum(round(ssn * 10)::int8) as tenths, sum(global_score::int8) as global
                      from standard_scores group by 1, 2) s on (s.cohort_id, s.month) = (m.cohort_id, m.month)
           where (m.n, m.sum_tenths, m.sum_global) is distinct from (s.n, s.tenths, s.global)"#
    )
    .fetch_all(&app.ctx.pool)
    .await
    .expect("recount");
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submissions_and_recomputes_at_once_leave_every_sum_as_a_recount_makes_it() {
    let app = TestApp::new().await;
    app.warm().await;
    let admin = app.signed_in(Role::Admin).await;
    submitted(app.anonymous().post_json("/api/assessments/submit", &submission(&[])).await);
    let letters = ["a", "b", "c", "__NSP__"];
    let mut asks = Vec::new();
    for number in 0..60 {
        if number % 15 == 7 {
            asks.push(admin.post_json("/api/admin/recompute-ssn", &json!({ "type": "MATHS" })));
        }
        let answers = [
            ("MATH-COMB-01", letters[number % 4]),
            ("MATH-ANA-02", letters[number % 3]),
            ("MATH-PROB-03", letters[number / 2 % 4]),
        ];
        asks.push(app.anonymous().post_json("/api/assessments/submit", &submission(&answers)));
    }
    for answer in together(asks).await {
        assert!(answer.status.is_success(), "{answer}");
    }
    assert_recount(&app).await;
    let done = admin.post_json("/api/admin/recompute-ssn", &json!({ "type": "MATHS" })).await.assert(200).json();
    assert_eq!((&done["updated"], &done["cohort"]["sampleSize"]), (&json!(61), &json!(61)));
    assert_recount(&app).await;
    let stale = sqlx::query_scalar!(
        r#"select count(distinct (cohort_n, cohort_mean, cohort_std)) as "n!" from standard_scores"#
    );
    assert_eq!(
        stale.fetch_one(&app.ctx.pool).await.expect("count"),
        1,
        "after a recompute all stand on the same cohort"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recompute_ends_though_waiting_submissions_take_every_connection() {
    let app = TestApp::new().await;
    app.warm().await;
    let admin = app.signed_in(Role::Admin).await;
    submitted(app.anonymous().post_json("/api/assessments/submit", &submission(&[])).await);
    // The cohort is held until a recompute and more submissions than connections wait for it.
    let options = app.ctx.pool.connect_options();
    let mut elsewhere = <sqlx::PgConnection as sqlx::Connection>::connect_with(&options).await.expect("connection");
    sqlx::raw_sql("begin; select from cohorts for update").execute(&mut elsewhere).await.expect("lock");
    let recompute = tokio::spawn(std::future::IntoFuture::into_future(
        admin.post_json("/api/admin/recompute-ssn", &json!({ "type": "MATHS" })),
    ));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let submissions: Vec<_> = (0..16)
        .map(|_| {
            tokio::spawn(std::future::IntoFuture::into_future(
                app.anonymous().post_json("/api/assessments/submit", &submission(&[])),
            ))
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    sqlx::raw_sql("commit").execute(&mut elsewhere).await.expect("free");
    recompute.await.expect("task").assert(200);
    for submission in submissions {
        submission.await.expect("task").assert(201);
    }
    assert_recount(&app).await;
}

/// Raw and cohort scores of a cohort, in millionths of a point: ordinary ones, all equal, of two values, at the edges.
fn cohort() -> impl Strategy<Value = Vec<(i32, i32)>> {
    let score = 0..=100_000_000_i32;
    let whole = (0..=100_i32).prop_map(|points| points * 1_000_000);
    prop_oneof![
        prop::collection::vec((score.clone(), score.clone()), 0..200),
        prop::collection::vec((score.clone(), whole.clone()), 1..200),
        (whole.clone(), prop::collection::vec(score.clone(), 1..60))
            .prop_map(|(same, raws)| raws.into_iter().map(|raw| (raw, same)).collect()),
        (score.clone(), prop::collection::vec((score.clone(), any::<bool>()), 2..60)).prop_map(|(base, all)| all
            .into_iter()
            .map(|(raw, up)| (raw, (base + i32::from(up)).min(100_000_000)))
            .collect()),
        prop::collection::vec(
            (prop_oneof![Just(0), Just(100_000_000)], prop_oneof![Just(0), Just(100_000_000)]),
            1..60
        ),
    ]
}

/// Stores the cohort as if its members had been submitted.
async fn store(app: &TestApp, members: &[(i32, i32)]) -> Vec<Uuid> {
    let ids: Vec<Uuid> = members.iter().map(|_| Uuid::new_v4()).collect();
    let (raws, scores): (Vec<i32>, Vec<i32>) = members.iter().copied().unzip();
    sqlx::query!(
        "with emptied as (delete from cohorts returning id),
              cohort as (insert into cohorts (bank, rule_version, subject) select 'b' || gen_random_uuid(), 'scoring_v3', 'NSI' returning id),
              made as (
                  insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, status, global_score)
                  select id, 'API', 'b', 'scoring_v3', 'NSI', 'TERMINALE', 'x', 'COMPLETED', 0 from unnest($1::uuid[]) as m (id) returning id)
         insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn, cohort_n, cohort_mean, cohort_std)
         select m.id, (select id from cohort), m.raw, m.score, 0, current_date, 0, 0, 0, 1
         from unnest($1::uuid[], $2::int4[], $3::int4[]) as m (id, raw, score)
         where (select count(*) from made) >= 0 and (select count(*) from emptied) >= 0",
        &ids,
        &raws,
        &scores
    )
    .execute(&app.ctx.pool)
    .await
    .expect("cohort");
    ids
}

#[tokio::test]
async fn sql_and_rust_make_the_same_scores_bit_for_bit() {
    let app = TestApp::new().await;
    let admin = app.person(Role::Admin).await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..40 {
        let members = cohort().new_tree(&mut runner).expect("cohort").current();
        sqlx::raw_sql("truncate standard_scores, cohort_bins, cohort_months, cohorts cascade")
            .execute(&app.ctx.pool)
            .await
            .expect("empty");
        let ids = store(&app, &members).await;
        let mut conn = app.ctx.pool.acquire().await.expect("connection");
        let id = recompute::announce(&mut conn, Subject::Nsi, admin).await.expect("announced");
        drop(conn);
        let outcome = recompute::run(&app.ctx, Subject::Nsi, admin, id).await.expect("recomputed");
        let expected: CohortStats = members.iter().map(|(_, score)| i64::from(*score)).collect();
        assert_eq!(outcome.updated, expected.n);
        let row = sqlx::query!("select n, sum_micro, sum_sq, previous_mean, previous_std from cohorts")
            .fetch_one(&app.ctx.pool)
            .await
            .expect("cohort");
        let whole = |sum: Decimal| sum.to_i128().expect("whole");
        assert_eq!(CohortStats { n: row.n, sum_micro: whole(row.sum_micro), sum_sq: whole(row.sum_sq) }, expected);
        let bits = |value: Option<f64>| value.map(f64::to_bits);
        assert_eq!(bits(row.previous_mean), Some(expected.mean().to_bits()), "{members:?}");
        assert_eq!(bits(row.previous_std), Some(expected.std().to_bits()), "{members:?}");
        for (id, (raw, _)) in ids.iter().zip(&members) {
            let ssn = sqlx::query_scalar!("select ssn from standard_scores where assessment_id = $1", id)
                .fetch_one(&app.ctx.pool)
                .await
                .expect("SSN");
            assert_eq!(
                ssn.to_bits(),
                standard_score::ssn(i64::from(*raw), &expected).to_bits(),
                "raw {raw} in {expected:?}"
            );
        }
        assert_recount(&app).await;
    }
}

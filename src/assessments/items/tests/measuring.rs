//! What counts, and how a run goes.

use super::*;
use crate::{
    assessments::{
        bank,
        items::{jobs, store},
        tests::support::{LONG, SHORT, answer, begin, completed_by, count, send, value},
    },
    testing::{TestApp, ctx},
    web::Role,
};

#[tokio::test]
async fn only_first_attempts_in_the_app_count() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let practice = completed_by(&app, &student).await;
    assert!(
        !sqlx::query_scalar::<_, bool>("select in_cohort from assessments where id = $1")
            .bind(practice)
            .fetch_one(&app.ctx.pool)
            .await
            .expect("attempt")
    );
    let unfinished = app.signed_in(Role::Eleve).await;
    begin(&unfinished, SHORT).await;
    app.anonymous()
        .post_json("/api/assessments/submit", &crate::assessments::tests::support::submission(&[("MATH-COMB-01", "a")]))
        .await
        .assert(201);
    let measured = measure(&app.ctx).await;
    assert_eq!(of(&measured, SHORT).counts, BankCounts { n: 1, sum_right: 8, sum_right_sq: 64 });
    assert_eq!(of(&measured, LONG).counts, BankCounts::default());
    assert_eq!(measured.len(), bank::editions().count(), "every edition has its line, though empty");
}

#[tokio::test]
async fn an_attempt_that_was_sent_without_any_answer_counts_as_such() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    send(&student, attempt).await.redirected();
    let measured = measure(&app.ctx).await;
    let found = of(&measured, SHORT);
    assert_eq!(found.counts, BankCounts { n: 1, sum_right: 0, sum_right_sq: 0 });
    assert!(found.items.iter().all(|item| *item == ItemCounts::default()));
}

#[tokio::test]
async fn time_is_that_since_the_question_was_shown_or_the_answer_before_it() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    for number in 0..4 {
        let right = value(&app, attempt, SHORT, number, true).await;
        answer(&student, attempt, number, &right).await.redirected();
    }
    send(&student, attempt).await.redirected();
    // The first is shown, left, and taken up again after the two that follow; the fourth was stored without a moment.
    for (number, seen, answered) in [(0, 0.0, 100.0), (1, 20.0, 50.0), (2, 50.0, 85.2), (3, 200.0, 200.0)] {
        sqlx::query(
            "update attempt_answers set seen_at = timestamptz 'epoch' + $3 * interval '1 s',
                    answered_at = timestamptz 'epoch' + $4 * interval '1 s' where assessment_id = $1 and question = $2",
        )
        .bind(attempt)
        .bind(number as i16)
        .bind(seen)
        .bind(answered)
        .execute(&app.ctx.pool)
        .await
        .expect("moments");
    }
    let measured = measure(&app.ctx).await;
    let times: Vec<Option<i16>> = of(&measured, SHORT).items.iter().map(|item| item.median_seconds).take(4).collect();
    assert_eq!(times, [Some(15), Some(30), Some(36), None]);
}

#[tokio::test]
async fn a_range_of_results_after_the_other_gives_the_whole() {
    let ctx = ctx().await;
    let edition = bank::find(SHORT).expect("bank");
    let right: Vec<Done> = edition.bank.questions.iter().map(|question| Some((question.key as i16, 1.0))).collect();
    store_attempts(&ctx.pool, edition, &vec![right; 3]).await;
    // Each row is moved to a later block again and again: the table is as long as if it held many.
    sqlx::raw_sql(
        "alter table standard_scores set (fillfactor = 10); create table filler as select * from standard_scores",
    )
    .execute(&ctx.pool)
    .await
    .expect("roomy");
    for _ in 0..30 {
        sqlx::raw_sql("update standard_scores set ssn = ssn").execute(&ctx.pool).await.expect("moved");
    }
    sqlx::raw_sql("insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, status, global_score)
             select md5(n::text)::uuid, 'APP', 'general_terminale_default', 'scoring_v3', 'GENERAL', 'TERMINALE', 'É', 'COMPLETED', 0
             from generate_series(1, 3000) n;
         insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn, cohort_n, cohort_mean, cohort_std)
         select md5(one::text)::uuid, c.id, 0, 0, 0, current_date, 50, 0, 50, 15 from generate_series(1, 3000) one, cohorts c")
        .execute(&ctx.pool)
        .await
        .expect("many");
    let blocks: i64 = sqlx::query_scalar("select pg_relation_size('standard_scores') / 8192")
        .fetch_one(&ctx.pool)
        .await
        .expect("size");
    assert!(blocks > 128, "{blocks} blocks are more than two ranges");
    let measured = measure(&ctx).await;
    assert_eq!(of(&measured, SHORT).counts, BankCounts { n: 3003, sum_right: 45, sum_right_sq: 675 });
}

#[tokio::test]
async fn the_job_measures_and_says_so_and_two_who_ask_at_once_get_one_run() {
    let app = TestApp::new().await;
    completed_by(&app, &app.signed_in(Role::Eleve).await).await;
    let admin = app.signed_in(Role::Admin).await;
    let ask = || admin.post("/admin/questions/recompute", &[]);
    for answer in crate::testing::together((0..6).map(|_| ask())).await {
        answer.assert_redirect("/admin/questions#recompute");
    }
    assert_eq!(count(&app, "item_runs").await, 1);
    assert_eq!(count(&app, "jobs where kind = 'assessments.measure-items'").await, 1);
    let fragment = admin.get("/admin/questions/recompute/progress").htmx().await.assert(200);
    assert!(fragment.text().contains("hx-get=\"/admin/questions/recompute/progress\""), "{fragment}");
    work(&app.ctx).await;
    let run = store::find_latest_run(&app.ctx.pool).await.expect("read").expect("asked");
    assert_eq!((run.state.as_str(), run.percent), ("DONE", 100));
    assert!(run.ended_at.is_some());
    let stored = store::list_statistics(&app.ctx.pool, Some(SHORT)).await.expect("read");
    assert_eq!((stored[0].counts.n, stored[0].items.len()), (1, 15));
    let fragment = admin.get("/admin/questions/recompute/progress").htmx().await.assert(200);
    assert!(fragment.text().contains("Mesure terminée") && !fragment.text().contains("hx-get"), "{fragment}");
    let before = count(&app, "item_runs").await; // that of the night may be among them
    ask().await.redirected();
    assert_eq!(count(&app, "item_runs").await, before + 1, "once it is done, another may follow");
}

/// Lets workers work until the queue is empty.
async fn work(ctx: &Ctx) {
    let workers = crate::jobs::start(ctx.clone());
    for _ in 0..400 {
        let left: i64 =
            sqlx::query_scalar("select count(*) from jobs where kind like 'assessments.measure%' and state <> 'DEAD'")
                .fetch_one(&ctx.pool)
                .await
                .expect("jobs");
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    workers.stop().await;
}

#[tokio::test]
async fn the_night_asks_for_a_run_unless_one_is_under_way() {
    let ctx = ctx().await;
    let mut conn = ctx.pool.acquire().await.expect("connection");
    jobs::request(&mut conn, None).await.expect("asked");
    crate::jobs::enqueue(&mut conn, &jobs::MeasureEveryNight::default()).await.expect("night");
    work(&ctx).await;
    let runs: i64 = sqlx::query_scalar("select count(*) from item_runs where state = 'DONE'")
        .fetch_one(&ctx.pool)
        .await
        .expect("runs");
    assert!((1..=2).contains(&runs), "{runs}");
    let left: i64 = sqlx::query_scalar("select count(*) from item_runs where state <> 'DONE'")
        .fetch_one(&ctx.pool)
        .await
        .expect("runs");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_run_that_dies_says_so_and_the_earlier_figures_stay() {
    let app = TestApp::new().await;
    completed_by(&app, &app.signed_in(Role::Eleve).await).await;
    measure(&app.ctx).await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    jobs::request(&mut conn, None).await.expect("asked");
    sqlx::raw_sql("update jobs set max_attempts = 1; alter table attempt_answers rename to elsewhere")
        .execute(&mut *conn)
        .await
        .expect("broken");
    work(&app.ctx).await;
    let run = store::find_latest_run(&app.ctx.pool).await.expect("read").expect("asked");
    assert_eq!(run.state, "FAILED");
    let admin = app.signed_in(Role::Admin).await;
    admin.get("/admin/questions").await.assert_page(200, "n’a pas abouti");
    let stored = store::list_statistics(&app.ctx.pool, Some(SHORT)).await.expect("read");
    assert_eq!(stored[0].counts.n, 1);
    // Put right and tried again from the page of tasks, it is done.
    sqlx::raw_sql("alter table elsewhere rename to attempt_answers").execute(&mut *conn).await.expect("put right");
    admin.post("/admin/jobs/retry", &[]).await.redirected();
    work(&app.ctx).await;
    let run = store::find_latest_run(&app.ctx.pool).await.expect("read").expect("asked");
    assert_eq!(run.state, "DONE");
}

//! The back-test of projections and its page.

use super::{count, set, work};
use crate::{
    jobs,
    learning::{jobs::BacktestProjections, projections},
    testing::TestApp,
    web::Role,
};

/// A projection made sixty days ago from 50 to 56, and a result of this SSN so many days after it.
async fn projected(app: &TestApp, came_after: i32, ssn: f64) {
    let student = app.person(Role::Eleve).await;
    sqlx::query(
        "with a as (
             insert into assessments (id, origin, bank, engine_version, subject, grade, student_id, student_name, status, global_score)
             select gen_random_uuid(), 'APP', 'b', 'scoring_v3', 'MATHS', 'TERMINALE', $1, 'É', 'COMPLETED', 50
             from generate_series(1, 2) returning id),
         n as (select id, row_number() over () as at from a),
         p as (
             insert into progression_history (assessment_id, student_id, subject, bank, rule_version, ssn, standard_error, global_score, completed_at)
             select id, $1, 'MATHS', 'b', 'scoring_v3', case at when 1 then 50 else $3 end, 5, 50,
                    now() - interval '60 days' + case at when 1 then interval '0' else make_interval(days => $2) end from n)
         insert into projection_history (student_id, subject, assessment_id, source, ssn, ssn_projected, confidence_index,
             bilans, model_version, input_snapshot, made_at, horizon_at)
         select $1, 'MATHS', id, 'AUTO', 50, 56, 40, 1, 'ridge_v1', '{}', now() - interval '60 days', now() - interval '4 days'
         from n where at = 1",
    )
    .bind(student)
    .bind(came_after)
    .bind(ssn)
    .execute(&app.ctx.pool)
    .await
    .expect("projection");
}

#[tokio::test]
async fn a_result_within_four_weeks_of_the_horizon_answers_a_projection() {
    let app = TestApp::new().await;
    projected(&app, 56, 58.0).await;
    projected(&app, 30, 52.0).await;
    projected(&app, 20, 90.0).await; // too early to tell
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    jobs::enqueue(&mut conn, &BacktestProjections {}).await.expect("enqueued");
    drop(conn);
    work(&app, "learning.backtest-projections").await;
    let found = projections::find_latest(&app.ctx.pool).await.expect("found").expect("a night");
    // Model off by 2 and 4, nothing changing by 8 and 2.
    assert_eq!((found.n, found.mae_model, found.mae_baseline, found.spread), (2, Some(3.0), Some(5.0), Some(4.0)));
    assert_eq!(count(&app, "select count(*) from projection_backtests").await, 4);
    let admin = app.signed_in(Role::Admin).await;
    let page = admin.get("/admin/projections").await;
    page.assert_page(200, "Les familles ne voient pas la projection");
    assert!(page.text().contains("Il manque 28 comparaisons"), "{page}");
}

#[tokio::test]
async fn the_page_says_so_before_the_first_night_and_when_families_may_see() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    admin.get("/admin/projections").await.assert_page(200, "Pas encore de vérification");
    set(
        &app,
        "insert into projection_backtests (day, model_version, subject, n, mae_model, mae_baseline, spread)
        values (current_date, 'ridge_v1', 'ALL', 40, 4, 5, 9)",
    )
    .await;
    admin.get("/admin/projections").await.assert_page(200, "Les familles voient la projection");
}

#[tokio::test]
async fn the_admin_has_the_skills_rebuilt_and_it_is_noted() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    admin.post("/admin/projections/rebuild", &[]).await.assert_redirect("/admin/projections#competences");
    assert_eq!(count(&app, "select count(*) from audit_log where action = 'learning.rebuild'").await, 1);
    work(&app, "learning.rebuild-skills").await;
    assert_eq!(count(&app, "select count(*) from jobs where state = 'DEAD'").await, 0);
}

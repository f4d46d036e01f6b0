//! Days of presence and their badges.

use super::{count, set};
use crate::{learning::badges, testing::TestApp, web::Role};

async fn judge(app: &TestApp) {
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    while badges::judge_days(&mut conn).await.expect("judged") > 0 {}
}

#[tokio::test]
async fn a_student_s_day_is_noted_once_and_nobody_else_s() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    app.signed_in(Role::Parent).await;
    for _ in 0..3 {
        student.get("/badges").await.assert(200);
    }
    assert_eq!(count(&app, "select count(*) from active_days").await, 1);
    // A session that was last seen on another day.
    set(&app, "update sessions set last_seen_at = now() - interval '2 days'").await;
    assert_eq!(count(&app, "select count(*) from active_days").await, 2);
    student.get("/badges").await.assert(200);
    assert_eq!(count(&app, "select count(*) from active_days").await, 2, "today is noted already");
}

#[tokio::test]
async fn days_earn_badges_once_with_their_moment() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    set(
        &app,
        "insert into active_days (student_id, day, seen_at)
        select s.user_id, d::date, (d + interval '18 hours') at time zone 'UTC'
        from students s, generate_series(date '2026-11-02', date '2026-11-06', interval '1 day') d",
    )
    .await;
    judge(&app).await;
    judge(&app).await;
    let earned =
        "select count(*) from student_badges where badge in ('first_login', 'login_streak_3', 'login_streak_5')";
    assert_eq!(count(&app, earned).await, 3);
    let moment =
        "select count(*) from student_badges where badge = 'login_streak_3' and earned_at = '2026-11-04T18:00:00Z'";
    assert_eq!(count(&app, moment).await, 1, "on the third day");
    assert_eq!(count(&app, "select count(*) from active_days where not judged").await, 0);
    student.get("/badges").await.assert_page(200, "5 jours de suite");
}

#[tokio::test]
async fn the_tutor_s_badges_are_awarded_by_its_counts_once() {
    let app = TestApp::new().await;
    let student = app.person(Role::Eleve).await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    let counts = badges::AriaCounts { questions: 25, most_in_a_subject: 25, subjects: 1, feedbacks: 0 };
    let now = chrono::Utc::now();
    let first = badges::on_aria(&mut conn, student, counts, &[], now).await.expect("awarded");
    assert_eq!(
        first.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(),
        ["first_aria_question", "aria_questions_25"]
    );
    let counts = badges::AriaCounts { feedbacks: 10, ..counts };
    let then = badges::on_aria(&mut conn, student, counts, &[], now).await.expect("awarded");
    assert_eq!(then.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["aria_feedback_10"]);
}

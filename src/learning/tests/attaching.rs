//! Assessments made before the account existed find their student when it is activated.

use uuid::Uuid;

use super::{count, set, work};
use crate::{
    accounts::{activation, events::AccountActivated},
    assessments::tests::support::{begin_as_family, send, submission, submitted},
    jobs,
    testing::{Client, TestApp},
    web::Role,
};

pub(super) const PASSWORD: &str = "un bon mot de passe";

/// Mails of registrations go to a folder of the machine.
pub(super) async fn app() -> TestApp {
    TestApp::with(&[("DATA_DIR", &std::env::temp_dir().to_string_lossy())]).await
}

/// The family takes the assessment in this browser; answers it.
pub(super) async fn taken_by_family(who: &Client, email: &str) -> Uuid {
    let attempt = begin_as_family(who, email).await;
    who.post(&format!("/assessments/{attempt}/start"), &[]).await.assert(303);
    send(who, attempt).await.assert(303);
    attempt
}

/// Activates the account by its mailed link.
async fn activate(app: &TestApp, email: &str) {
    let user: Uuid = sqlx::query_scalar("select id from users where email = $1")
        .bind(email)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("user");
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    let url = activation::create_link(&mut conn, &app.ctx, user).await.expect("link");
    let token = url.split("token=").nth(1).expect("token").to_owned();
    let form = [("token", token.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
    app.anonymous().post("/auth/activate", &form).await.assert(303);
    work(app, "accounts.activated").await;
}

pub(super) async fn student_of(app: &TestApp, assessment: Uuid) -> Option<Uuid> {
    sqlx::query_scalar("select student_id from assessments where id = $1")
        .bind(assessment)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("assessment")
}

#[tokio::test]
async fn a_request_made_with_the_guardian_s_address_finds_the_child_at_activation() {
    let app = app().await;
    let first = taken_by_family(&app.anonymous(), "leila@example.org").await;
    // The address has an account by now, so this one belongs to nobody: anybody can type an address.
    let second = taken_by_family(&app.anonymous(), "leila@example.org").await;
    let child = student_of(&app, first).await.expect("the first registration made the child");
    assert_eq!(student_of(&app, second).await, None);
    activate(&app, "leila@example.org").await;
    assert_eq!(student_of(&app, second).await, Some(child));
    assert_eq!(count(&app, "select count(*) from progression_history").await, 2);
    assert_eq!(
        count(&app, "select count(*) from progression_history where ssn is null").await,
        1,
        "the same form again"
    );
    assert_eq!(count(&app, "select count(*) from bilan_requests where student_id is null").await, 0);
}

#[tokio::test]
async fn the_family_s_link_is_enough_for_a_child_without_an_address() {
    let app = app().await;
    let attempt = taken_by_family(&app.anonymous(), "leila@example.org").await;
    let child = student_of(&app, attempt).await.expect("child");
    for sql in
        ["update assessments set student_id = null", "delete from progression_history", "delete from skill_mastery"]
    {
        set(&app, sql).await;
    }
    set(&app, "update users set activated_at = now() where role = 'ELEVE'").await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    jobs::enqueue(&mut conn, &AccountActivated { user_id: child }).await.expect("enqueued");
    work(&app, "accounts.activated").await;
    assert_eq!(student_of(&app, attempt).await, Some(child));
    assert_eq!(count(&app, "select count(*) from progression_history").await, 1);
}

#[tokio::test]
async fn answers_sent_by_a_program_are_found_by_the_verified_address_and_only_those_sent_before() {
    let app = app().await;
    let student = app.signed_in(Role::Eleve).await;
    set(&app, "update users set email = 'alya@example.org'").await;
    let send = || {
        app.anonymous().post_json("/api/assessments/submit", &submission(&[("MATH-ANA-01", "a"), ("MATH-ANA-02", "b")]))
    };
    let before = submitted(send().await);
    set(&app, "update users set activated_at = now()").await;
    let after = submitted(send().await);
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    jobs::enqueue(&mut conn, &AccountActivated { user_id: student.id }).await.expect("enqueued");
    work(&app, "accounts.activated").await;
    assert_eq!((student_of(&app, before).await, student_of(&app, after).await), (Some(student.id), None));
    assert_eq!(count(&app, "select count(*) from progression_history where rule_version = 'scoring_v2'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_feeds_once_however_often_and_by_how_many_it_is_done() {
    let app = app().await;
    app.warm().await;
    let attempt = taken_by_family(&app.anonymous(), "leila@example.org").await;
    let child = student_of(&app, attempt).await.expect("child");
    for sql in
        ["update assessments set student_id = null", "delete from progression_history", "delete from skill_mastery"]
    {
        set(&app, sql).await;
    }
    set(&app, "update users set activated_at = now()").await;
    let guardian: Uuid =
        sqlx::query_scalar("select guardian_id from guardianships").fetch_one(&app.ctx.pool).await.expect("guardian");
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    for user_id in [child, guardian, child, guardian, child, guardian] {
        jobs::enqueue(&mut conn, &AccountActivated { user_id }).await.expect("enqueued");
    }
    drop(conn);
    work(&app, "accounts.activated").await;
    assert_eq!(count(&app, "select count(*) from jobs where state = 'DEAD'").await, 0);
    assert_eq!(count(&app, "select count(*) from progression_history").await, 1);
    let once = "select count(*) from skill_mastery m where answers <> (
        select sum(k.total) from skill_scores s, unnest(s.tags, s.totals) k (tag, total) where k.tag = m.skill_tag)";
    assert_eq!(count(&app, once).await, 0);
}

#[tokio::test]
async fn an_account_that_is_not_active_claims_nothing() {
    let app = app().await;
    let attempt = taken_by_family(&app.anonymous(), "leila@example.org").await;
    set(&app, "update assessments set student_id = null").await;
    let guardian: Uuid =
        sqlx::query_scalar("select guardian_id from guardianships").fetch_one(&app.ctx.pool).await.expect("guardian");
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    jobs::enqueue(&mut conn, &AccountActivated { user_id: guardian }).await.expect("enqueued");
    work(&app, "accounts.activated").await;
    assert_eq!(student_of(&app, attempt).await, None);
}

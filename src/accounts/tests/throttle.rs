//! Wrong passwords make one wait, never for long, and never somebody else.

use super::{PASSWORD, with_password};
use crate::{
    testing::{Answer, Ask, TestApp, together},
    web::Role,
};

fn try_from(app: &TestApp, account: &str, password: &str, address: &str) -> Ask {
    app.anonymous().post("/auth/signin", &[("email", account), ("password", password)]).from(address)
}

/// Failures as if they had happened `seconds` ago; the account as the table knows it.
async fn fail(app: &TestApp, account: &str, address: &str, times: i32, seconds: f64) {
    sqlx::query!(
        "insert into signin_failures (account, address, failed_at)
         select $1, $2, now() - make_interval(secs => $4) from generate_series(1, $3)",
        app.ctx.keys.sign_text("signin", account),
        address,
        times,
        seconds
    )
    .execute(&app.ctx.pool)
    .await
    .expect("failures");
}

#[track_caller]
fn assert_waits(answer: &Answer) {
    assert_eq!(answer.status, 429, "{answer}");
    let seconds: i64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=crate::accounts::signin::LONGEST_WAIT).contains(&seconds), "{answer}");
}

#[tokio::test]
async fn after_five_failures_one_waits_even_with_the_right_password_and_then_gets_in() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    for _ in 0..5 {
        try_from(&app, &email, "wrong", "203.0.113.1").await.assert(422);
    }
    let answer = try_from(&app, &email, PASSWORD, "203.0.113.1").await;
    assert_waits(&answer);
    answer.assert_page(429, "Un peu de patience");
    sqlx::query!("update signin_failures set failed_at = failed_at - interval '3 seconds'")
        .execute(&app.ctx.pool)
        .await
        .expect("later");
    try_from(&app, &email, PASSWORD, "203.0.113.1").await.assert_redirect("/dashboard/parent");
    for _ in 0..4 {
        try_from(&app, &email, "wrong", "203.0.113.1").await.assert(422);
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_a_minute_however_often_they_failed() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    fail(&app, &email, "203.0.113.1", 500, 0.0).await;
    assert_waits(&try_from(&app, &email, PASSWORD, "203.0.113.1").await);
    sqlx::query!("update signin_failures set failed_at = failed_at - interval '61 seconds'")
        .execute(&app.ctx.pool)
        .await
        .expect("later");
    try_from(&app, &email, PASSWORD, "203.0.113.1").await.assert_redirect("/dashboard/parent");
}

#[tokio::test]
async fn failures_elsewhere_never_keep_the_owner_out() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    for address in 0..30 {
        fail(&app, &email, &format!("198.51.100.{address}"), 20, 0.0).await;
    }
    try_from(&app, &email, PASSWORD, "203.0.113.1").await.assert_redirect("/dashboard/parent");
    try_from(&app, &email, "wrong", "203.0.113.1").await.assert(422);
    assert_waits(&try_from(&app, &email, "wrong", "203.0.113.1").await);
}

#[tokio::test]
async fn a_class_that_mistypes_behind_one_address_keeps_nobody_waiting() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Eleve).await;
    fail(&app, &email, "203.0.113.1", 5, 10.0).await;
    for classmate in 0..35 {
        fail(&app, &format!("classmate-{classmate}"), "203.0.113.1", 4, 0.0).await;
    }
    try_from(&app, &email, PASSWORD, "203.0.113.1").await.assert_redirect("/dashboard/eleve");
}

#[tokio::test]
async fn one_address_that_tries_account_after_account_is_slowed_down() {
    let app = TestApp::new().await;
    for victim in 0..200 {
        fail(&app, &format!("victim-{victim}"), "203.0.113.1", 1, 0.0).await;
    }
    assert_waits(&try_from(&app, "another@example.org", PASSWORD, "203.0.113.1").await);
    try_from(&app, "another@example.org", PASSWORD, "203.0.113.2").await.assert(422);
}

#[tokio::test]
async fn a_network_of_version_6_counts_as_one_address() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    for host in 1..=5 {
        try_from(&app, &email, "wrong", &format!("2001:db8:1:2::{host}")).await.assert(422);
    }
    assert_waits(&try_from(&app, &email, "wrong", "2001:db8:1:2:aaaa:bbbb:cccc:dddd").await);
    try_from(&app, &email, PASSWORD, "2001:db8:1:3::1").await.assert_redirect("/dashboard/parent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tries_at_once_are_counted_one_by_one() {
    let app = TestApp::new().await;
    app.warm().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    let answers = together((0..20).map(|_| try_from(&app, &email, "wrong", "203.0.113.1"))).await;
    let tried = answers.iter().filter(|answer| answer.status == 422).count();
    assert!((1..=6).contains(&tried), "{tried} of 20 were tried");
    answers.iter().filter(|answer| answer.status != 422).for_each(assert_waits);
}

#[tokio::test]
async fn the_table_knows_no_account_name() {
    let app = TestApp::new().await;
    try_from(&app, "my secret password", "", "203.0.113.1").await.assert(422);
    let stored =
        sqlx::query_scalar!("select account from signin_failures").fetch_one(&app.ctx.pool).await.expect("row");
    assert!(!stored.contains("secret"), "{stored}");
}

#[tokio::test]
async fn an_unknown_account_makes_wait_like_a_known_one() {
    let app = TestApp::new().await;
    for _ in 0..5 {
        try_from(&app, "nobody@example.org", "wrong", "203.0.113.1").await.assert(422);
    }
    assert_waits(&try_from(&app, "nobody@example.org", "wrong", "203.0.113.1").await);
}

use uuid::Uuid;

use super::PASSWORD;
use crate::{
    accounts::activation,
    testing::{Ask, TestApp, together},
    web::Role,
};

/// A parent who has no password yet, and the secret of their link.
async fn invited(app: &TestApp) -> (Uuid, String) {
    let parent = app.person(Role::Parent).await;
    sqlx::query!("update users set activated_at = null where id = $1", parent)
        .execute(&app.ctx.pool)
        .await
        .expect("new");
    let token = link(app, parent).await;
    (parent, token)
}

async fn link(app: &TestApp, person: Uuid) -> String {
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    let url = activation::create_link(&mut conn, &app.ctx, person).await.expect("link");
    url.strip_prefix("http://localhost:3000/auth/activate?token=").expect("our address").to_owned()
}

fn activate(app: &TestApp, token: &str, password: &str, again: &str) -> Ask {
    app.anonymous().post("/auth/activate", &[("token", token), ("password", password), ("again", again)])
}

async fn set(app: &TestApp, person: Uuid, sql: &'static str) {
    sqlx::query(sql).bind(person).execute(&app.ctx.pool).await.expect("set");
}

#[tokio::test]
async fn the_link_sets_the_first_password_and_one_signs_in_with_it() {
    let app = TestApp::new().await;
    let (parent, token) = invited(&app).await;
    for _ in 0..3 {
        // A mail scanner that opens the link does not use it up.
        app.anonymous().get(&format!("/auth/activate?token={token}")).await.assert_page(200, "Bienvenue, Prénom");
    }
    activate(&app, &token, PASSWORD, PASSWORD).await.assert_redirect("/auth/signin?activated=true");
    app.anonymous().get("/auth/signin?activated=true").await.assert_page(200, "Votre compte est activé");
    let email = format!("parent-{parent}@example.org");
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    app.anonymous().post("/auth/signin", &form).await.assert_redirect("/dashboard/parent");
}

#[tokio::test]
async fn a_password_that_is_short_or_mistyped_is_asked_for_again() {
    let app = TestApp::new().await;
    let (_, token) = invited(&app).await;
    activate(&app, &token, "court", "court").await.assert_refused(&["password"]);
    activate(&app, &token, PASSWORD, "autre").await.assert_refused(&["again"]);
    let long = "x".repeat(129);
    activate(&app, &token, &long, &long).await.assert_refused(&["password"]);
    let page = activate(&app, &token, "court", "autre").await;
    page.assert_refused(&["password", "again"]);
    assert!(!page.text().contains("court\""), "a password is not sent back: {page}");
    activate(&app, &token, PASSWORD, PASSWORD).await.assert(303);
}

#[tokio::test]
async fn it_serves_once_even_when_sent_twice_at_once() {
    let app = TestApp::new().await;
    let (_, token) = invited(&app).await;
    let answers = together((0..4).map(|_| activate(&app, &token, PASSWORD, PASSWORD))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
    activate(&app, &token, "another password", "another password").await.assert_page(400, "Ce lien n’est plus valable");
    app.anonymous().get(&format!("/auth/activate?token={token}")).await.assert_page(400, "Ce lien n’est plus valable");
}

#[tokio::test]
async fn it_ends_after_three_days_and_with_the_account() {
    let app = TestApp::new().await;
    let (parent, token) = invited(&app).await;
    set(&app, parent, "update account_links set expires_at = now() - interval '1 second' where user_id = $1").await;
    app.anonymous().get(&format!("/auth/activate?token={token}")).await.assert_page(400, "Ce lien n’est plus valable");
    activate(&app, &token, PASSWORD, PASSWORD).await.assert(400);
    let (parent, token) = invited(&app).await;
    let hours = sqlx::query_scalar!(
        r#"select round(extract(epoch from expires_at - created_at) / 3600)::int as "hours!" from account_links where user_id = $1"#,
        parent
    );
    assert_eq!(hours.fetch_one(&app.ctx.pool).await.expect("link"), 72);
    set(&app, parent, "update users set deactivated_at = now() where id = $1").await;
    activate(&app, &token, PASSWORD, PASSWORD).await.assert(400);
}

#[tokio::test]
async fn once_one_link_was_used_the_others_are_dead() {
    let app = TestApp::new().await;
    let (parent, first) = invited(&app).await;
    let second = link(&app, parent).await;
    activate(&app, &second, PASSWORD, PASSWORD).await.assert(303);
    activate(&app, &first, "an old mail's reader", "an old mail's reader").await.assert(400);
}

#[tokio::test]
async fn the_table_holds_no_link() {
    let app = TestApp::new().await;
    let (parent, token) = invited(&app).await;
    let hash = sqlx::query_scalar!("select token_hash from account_links where user_id = $1", parent)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("link");
    assert_eq!(hash.len(), 32);
    assert!(token.len() >= 64 && !token.as_bytes().windows(8).any(|part| hash.windows(8).any(|other| part == other)));
}

#[tokio::test]
async fn a_guessed_link_opens_nothing() {
    let app = TestApp::new().await;
    invited(&app).await;
    for token in ["", "act_", "act_00000000000000000000000000000000", "'; drop table users; --", "%00"] {
        app.anonymous().get(&format!("/auth/activate?token={}", token.replace(' ', "%20"))).await.assert(400);
        activate(&app, token, PASSWORD, PASSWORD).await.assert(400);
    }
}

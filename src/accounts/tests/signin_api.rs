use serde_json::json;

use super::{PASSWORD, with_password};
use crate::{
    testing::{Ask, Client, TestApp},
    web::Role,
};

/// As a program signs in: token first, then the form, without the headers of a browser.
async fn credentials(who: &Client, fields: &[(&str, &str)]) -> Ask {
    let csrf = who.get("/api/auth/csrf").await.assert(200).json();
    let mut fields = fields.to_vec();
    let token = csrf["csrfToken"].as_str().expect("token").to_owned();
    fields.push(("csrfToken", &token));
    fields.push(("json", "true"));
    who.post("/api/auth/callback/credentials", &fields).without("sec-fetch-site")
}

#[tokio::test]
async fn the_contract_of_signing_in_and_out() {
    let app = TestApp::new().await;
    let (id, email) = with_password(&app, Role::Admin).await;
    let who = app.anonymous();
    assert_eq!(who.get("/api/auth/session").await.assert(200).json(), json!({}));
    let answer = credentials(&who, &[("email", &email), ("password", PASSWORD)]).await.await.assert(200);
    assert_eq!(answer.json(), json!({ "url": "http://localhost:3000/dashboard/admin" }));
    let session = who.get("/api/auth/session").await.assert(200).json();
    let user = json!({ "id": id, "email": email, "role": "ADMIN", "firstName": "Prénom", "lastName": "Nom" });
    assert_eq!(session["user"], user);
    assert!(session["expires"].as_str().is_some_and(|at| at.parse::<chrono::DateTime<chrono::Utc>>().is_ok()));
    who.post("/api/auth/signout", &[]).without("sec-fetch-site").await.assert(403);
    assert_eq!(who.get("/api/auth/session").await.json()["user"]["role"], "ADMIN", "no token, no sign-out");
    let csrf = who.get("/api/auth/csrf").await.json()["csrfToken"].as_str().expect("token").to_owned();
    let out = who.post("/api/auth/signout", &[("csrfToken", &csrf)]).without("sec-fetch-site").await.assert(200);
    assert_eq!(out.json(), json!({ "url": "http://localhost:3000" }));
    assert_eq!(who.get("/api/auth/session").await.json(), json!({}));
}

#[tokio::test]
async fn a_refusal_is_401_with_the_contract_s_url_whatever_the_reason() {
    let app = TestApp::new().await;
    let (inactive, not_activated) = with_password(&app, Role::Eleve).await;
    let (_, known) = with_password(&app, Role::Coach).await;
    sqlx::query!("update users set activated_at = null where id = $1", inactive)
        .execute(&app.ctx.pool)
        .await
        .expect("a");
    for (account, password) in [(known.as_str(), "wrong"), ("nobody@example.org", PASSWORD), (&not_activated, PASSWORD)]
    {
        let who = app.anonymous();
        let answer = credentials(&who, &[("email", account), ("password", password)]).await.await.assert(401);
        assert_eq!(answer.json(), json!({ "url": "http://localhost:3000/auth/signin?error=CredentialsSignin" }));
        assert_eq!(who.cookie("nexus"), None);
    }
}

#[tokio::test]
async fn without_the_token_nothing_is_even_tried() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Coach).await;
    let fields = [("email", email.as_str()), ("password", PASSWORD), ("csrfToken", "guessed")];
    app.anonymous().post("/api/auth/callback/credentials", &fields).without("sec-fetch-site").await.assert(403);
    let tries = sqlx::query_scalar!(r#"select count(*) as "n!" from signin_failures"#);
    assert_eq!(tries.fetch_one(&app.ctx.pool).await.expect("count"), 0);
}

#[tokio::test]
async fn the_url_is_the_wanted_one_when_it_is_ours() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Coach).await;
    for (wanted, url) in [
        ("/assessments/1?x=y", "http://localhost:3000/assessments/1?x=y"),
        ("http://localhost:3000/assessments/1", "http://localhost:3000/assessments/1"),
        ("http://localhost:3000.evil.example/", "http://localhost:3000/dashboard/coach"),
        ("http://localhost:3000//evil.example/", "http://localhost:3000/dashboard/coach"),
        ("https://evil.example", "http://localhost:3000/dashboard/coach"),
        ("//evil.example", "http://localhost:3000/dashboard/coach"),
        ("/\t/evil.example", "http://localhost:3000/dashboard/coach"),
    ] {
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("callbackUrl", wanted)];
        let answer = credentials(&app.anonymous(), &fields).await.await.assert(200);
        assert_eq!(answer.json()["url"], url, "{wanted}");
    }
}

//! The second factor: setting it up, the second step, recovery codes.

use chrono::Utc;
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

use super::{PASSWORD, count_audit, mails, with_password};
use crate::{
    testing::{Ask, Client, TestApp, together},
    web::Role,
};

const PAGE: &str = "/compte/two-factor";

/// The generator in the person's phone, from what the page shows.
fn phone(page: &str) -> Totp {
    let key = page.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).expect("key");
    let secret = Secret::try_from_base32(key.replace(' ', "")).expect("base32");
    Builder::new().with_secret(secret).build().expect("generator")
}

fn now() -> u64 {
    Utc::now().timestamp().unsigned_abs()
}

fn code(phone: &Totp, steps_later: u64) -> String {
    phone.generate(now() + 30 * steps_later).to_string()
}

fn sign_in(app: &TestApp, who: &Client, email: &str) -> Ask {
    let _ = app;
    who.post("/auth/signin", &[("email", email), ("password", PASSWORD)])
}

/// What the page of the recovery codes shows.
fn codes(page: &str) -> Vec<String> {
    page.split("<code>").skip(1).filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
}

/// Somebody with a second factor: id, e-mail, phone, recovery codes. The code of the moment is used up; that of the next
/// step is good, also when the clock goes on meanwhile.
async fn enrolled(app: &TestApp) -> (Uuid, String, Totp, Vec<String>) {
    let (id, email) = with_password(app, Role::Parent).await;
    let who = app.sign_in(id).await;
    who.post(PAGE, &[("password", PASSWORD)]).await.assert_redirect(PAGE);
    let phone = phone(who.get(PAGE).await.assert(200).text());
    let first = code(&phone, 0);
    let page = who.post("/compte/two-factor/confirmation", &[("code", &first)]).await;
    page.assert_page(200, "codes de secours");
    let codes = codes(page.text());
    (id, email, phone, codes)
}

#[tokio::test]
async fn it_is_on_once_the_first_code_came_back_and_shows_ten_recovery_codes_once() {
    let app = TestApp::new().await;
    let (id, _) = with_password(&app, Role::Parent).await;
    let who = app.sign_in(id).await;
    who.get(PAGE).await.assert_page(200, "Commencer");
    who.post(PAGE, &[("password", "not the password")]).await.assert_refused(&["password"]);
    who.post(PAGE, &[("password", PASSWORD)]).await.assert_redirect(PAGE);
    let page = who.get(PAGE).await;
    page.assert_page(200, "<svg class=\"qr\"");
    let phone = phone(page.text());
    who.post("/compte/two-factor/confirmation", &[("code", "000000")]).await.assert_refused(&["code"]);
    let shown = who.post("/compte/two-factor/confirmation", &[("code", &code(&phone, 0))]).await;
    shown.assert_page(200, "Vos codes de secours");
    let codes = codes(shown.text());
    assert_eq!(codes.len(), 10);
    let later = who.get(PAGE).await;
    later.assert_page(200, "Il reste 10 codes");
    assert!(codes.iter().all(|one| !later.text().contains(one)));
    assert_eq!(count_audit(&app, "accounts.two_factor_on").await, 1);
    assert_eq!(mails(&app).await.pop().expect("notice").template, "account-two-factor");
}

#[tokio::test]
async fn nothing_in_the_tables_lets_anyone_make_a_code() {
    let app = TestApp::new().await;
    let (id, _, phone, codes) = enrolled(&app).await;
    let secret = sqlx::query_scalar!("select secret from two_factor where user_id = $1", id)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("secret");
    assert!(!secret.windows(8).any(|part| phone.secret().as_bytes().windows(8).any(|other| part == other)));
    let hashes =
        sqlx::query_scalar!("select code_hash from recovery_codes").fetch_all(&app.ctx.pool).await.expect("codes");
    assert_eq!((hashes.len(), codes.len()), (10, 10));
    assert!(hashes.iter().all(|hash| hash.len() == 32));
}

#[tokio::test]
async fn the_password_alone_signs_nobody_in() {
    let app = TestApp::new().await;
    let (_, email, phone, _) = enrolled(&app).await;
    let who = app.anonymous();
    sign_in(&app, &who, &email).await.assert_redirect("/auth/two-factor?callbackUrl=");
    who.get("/dashboard/parent").await.assert_redirect("/auth/signin?callbackUrl=/dashboard/parent");
    who.get("/compte").await.assert(303);
    who.get("/auth/two-factor").await.assert_page(200, "Code de connexion");
    who.post("/auth/two-factor", &[("code", "123")]).await.assert_page(422, "Ce code n’est pas le bon");
    let before = who.cookie("nexus");
    who.post("/auth/two-factor", &[("code", &code(&phone, 1))]).await.assert_redirect("/dashboard/parent");
    assert_ne!(before, who.cookie("nexus"), "the session's id changes");
    who.get("/dashboard/parent").await.assert(200);
    app.anonymous().get("/auth/two-factor").await.assert_redirect("/auth/signin");
    let code = code(&phone, 1);
    app.anonymous().post("/auth/two-factor", &[("code", &code)]).await.assert_redirect("/auth/signin");
}

#[tokio::test]
async fn one_comes_back_to_where_one_was_sent_from() {
    let app = TestApp::new().await;
    let (_, email, phone, _) = enrolled(&app).await;
    let who = app.anonymous();
    let form = [("email", email.as_str()), ("password", PASSWORD), ("callbackUrl", "/compte")];
    let second = who.post("/auth/signin", &form).await.redirected();
    assert_eq!(second, "/auth/two-factor?callbackUrl=%2Fcompte");
    assert!(who.get(&second).await.text().contains("name=\"callbackUrl\" value=\"/compte\""));
    let form = [("code", code(&phone, 1)), ("callbackUrl", "/compte".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    who.post("/auth/two-factor", &form).await.assert_redirect("/compte");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_counts_once_also_when_sent_from_many_browsers_at_once() {
    let app = TestApp::new().await;
    app.warm().await;
    let (_, email, phone, codes) = enrolled(&app).await;
    for code in [code(&phone, 1), codes[0].clone()] {
        let mut asks = Vec::new();
        for _ in 0..4 {
            let who = app.anonymous();
            sign_in(&app, &who, &email).await.assert(303);
            asks.push(who.post("/auth/two-factor", &[("code", &code)]));
        }
        let answers = together(asks).await;
        let inside = answers.iter().filter(|answer| answer.header("location") == "/dashboard/parent").count();
        assert_eq!(inside, 1, "{code}");
        sqlx::query!("delete from signin_failures").execute(&app.ctx.pool).await.expect("later");
    }
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_phone_once_however_it_is_typed() {
    let app = TestApp::new().await;
    let (id, email, _, codes) = enrolled(&app).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    let who = app.anonymous();
    sign_in(&app, &who, &email).await.assert(303);
    who.post("/auth/two-factor", &[("code", &typed)]).await.assert_redirect("/dashboard/parent");
    let again = app.anonymous();
    sign_in(&app, &again, &email).await.assert(303);
    again.post("/auth/two-factor", &[("code", &codes[3])]).await.assert(422);
    let signed = app.sign_in(id).await;
    let renewed = signed.post("/compte/two-factor/codes", &[("password", PASSWORD)]).await;
    renewed.assert_page(200, "Vos codes de secours");
    again.post("/auth/two-factor", &[("code", &codes[4])]).await.assert(422);
    let fresh = self::codes(renewed.text());
    again.post("/auth/two-factor", &[("code", &fresh[0])]).await.assert_redirect("/dashboard/parent");
}

#[tokio::test]
async fn wrong_codes_make_wait_wherever_they_come_from() {
    let app = TestApp::new().await;
    let (_, email, _, _) = enrolled(&app).await;
    let who = app.anonymous();
    sign_in(&app, &who, &email).await.assert(303);
    for number in 0..5 {
        who.post("/auth/two-factor", &[("code", "000000")]).from(&format!("203.0.113.{number}")).await.assert(422);
    }
    who.post("/auth/two-factor", &[("code", "000000")]).from("198.51.100.9").await.assert(429);
}

#[tokio::test]
async fn the_first_step_is_worth_ten_minutes_and_the_password_that_was_given() {
    let app = TestApp::new().await;
    let (id, email, phone, _) = enrolled(&app).await;
    let who = app.anonymous();
    sign_in(&app, &who, &email).await.assert(303);
    sqlx::query(
        "update sessions set data = jsonb_set(data, '{second_step,at}', to_jsonb(now() - interval '11 minutes')) where data ? 'second_step'",
    )
    .execute(&app.ctx.pool)
    .await
    .expect("later");
    who.post("/auth/two-factor", &[("code", &code(&phone, 1))]).await.assert_redirect("/auth/signin");
    let who = app.anonymous();
    sign_in(&app, &who, &email).await.assert(303);
    let other = app.ctx.passwords.hash("un tout autre mot".into()).await.expect("hash");
    sqlx::query!("update users set password_hash = $2 where id = $1", id, other)
        .execute(&app.ctx.pool)
        .await
        .expect("set");
    who.post("/auth/two-factor", &[("code", &code(&phone, 1))]).await.assert_redirect("/auth/signin");
}

#[tokio::test]
async fn the_json_contract_refuses_with_a_code_of_its_own_until_the_code_is_sent_along() {
    let app = TestApp::new().await;
    let (_, email, phone, _) = enrolled(&app).await;
    let path = "/api/auth/callback/credentials";
    let who = app.anonymous();
    let answer = who.post(path, &[("email", &email), ("password", PASSWORD)]).await.assert(401);
    assert_eq!(answer.json()["url"], "http://localhost:3000/auth/signin?error=TwoFactorRequired");
    assert_eq!(who.get("/api/auth/session").await.json(), serde_json::json!({}));
    let wrong = who.post(path, &[("email", &email), ("password", "no"), ("code", &code(&phone, 1))]).await.assert(401);
    assert_eq!(wrong.json()["url"], "http://localhost:3000/auth/signin?error=CredentialsSignin");
    let code = code(&phone, 1);
    who.post(path, &[("email", &email), ("password", PASSWORD), ("code", &code)]).await.assert(200);
    assert_eq!(who.get("/api/auth/session").await.json()["user"]["role"], "PARENT");
}

#[tokio::test]
async fn it_is_switched_off_with_the_password() {
    let app = TestApp::new().await;
    let (id, email, _, _) = enrolled(&app).await;
    let who = app.sign_in(id).await;
    who.post("/compte/two-factor/arret", &[("password", "no")]).await.assert_refused(&["password"]);
    who.post("/compte/two-factor/arret", &[("password", PASSWORD)]).await.assert_redirect(PAGE);
    sign_in(&app, &app.anonymous(), &email).await.assert_redirect("/dashboard/parent");
    assert_eq!(count_audit(&app, "accounts.two_factor_off").await, 1);
    let left = sqlx::query_scalar!(r#"select count(*) as "n!" from recovery_codes"#).fetch_one(&app.ctx.pool).await;
    assert_eq!(left.expect("count"), 0);
}

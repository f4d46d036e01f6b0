//! The lost password, by the pages and by the JSON contract.

use serde_json::json;
use uuid::Uuid;

use super::{PASSWORD, can_sign_in, child_of, count_audit, do_jobs, mails, only_mail, set, with_password};
use crate::{
    testing::{Ask, TestApp, together},
    web::Role,
};

const NEW: &str = "quatre mots bien choisis";
const PATH: &str = "/auth/reset-password";

fn ask(app: &TestApp, account: &str) -> Ask {
    app.anonymous().post("/auth/forgot-password", &[("account", account)])
}

fn reset(app: &TestApp, token: &str, password: &str) -> Ask {
    app.anonymous().post(PATH, &[("token", token), ("password", password), ("again", password)])
}

/// A parent with a link to reset; answers id, e-mail and token.
async fn with_link(app: &TestApp) -> (Uuid, String, String) {
    let (id, email) = with_password(app, Role::Parent).await;
    ask(app, &email).await.assert_redirect("/auth/forgot-password?sent=true");
    do_jobs(app).await;
    let token = mails(app).await.pop().expect("mail").token(PATH);
    (id, email, token)
}

#[tokio::test]
async fn the_mailed_link_sets_another_password_and_ends_every_session() {
    let app = TestApp::new().await;
    let (id, email, token) = with_link(&app).await;
    let elsewhere = app.sign_in(id).await;
    app.anonymous().get(&format!("{PATH}?token={token}")).await.assert_page(200, "Nouveau mot de passe");
    reset(&app, &token, NEW).await.assert_redirect("/auth/signin?reset=true");
    app.anonymous().get("/auth/signin?reset=true").await.assert_page(200, "Le mot de passe est changé");
    elsewhere.get("/dashboard/parent").await.assert(303);
    assert!(can_sign_in(&app, &email, NEW).await && !can_sign_in(&app, &email, PASSWORD).await);
    assert_eq!(count_audit(&app, "accounts.reset_password").await, 1);
    let notice = mails(&app).await.pop().expect("notice");
    assert_eq!((notice.template.as_str(), notice.to_email), ("account-password-changed", email));
}

#[tokio::test]
async fn nobody_learns_whether_an_account_exists() {
    let app = TestApp::new().await;
    let (_, known) = with_password(&app, Role::Parent).await;
    let (gone, closed) = with_password(&app, Role::Coach).await;
    set(&app, gone, "update users set deactivated_at = now() where id = $1").await;
    for account in [known.as_str(), "nobody@example.org", &closed, "personne.inconnue"] {
        let answer = ask(&app, account).await;
        answer.assert_redirect("/auth/forgot-password?sent=true");
        assert_eq!(answer.queries().len(), 1, "the same work: {:?}", answer.queries());
    }
    do_jobs(&app).await;
    assert_eq!(only_mail(&app).await.to_email, known);
    ask(&app, " ").await.assert_refused(&["account"]);
}

#[tokio::test]
async fn what_cannot_be_an_account_is_not_kept() {
    let app = TestApp::new().await;
    ask(&app, "my secret password!").await.assert_redirect("/auth/forgot-password?sent=true");
    let jobs = sqlx::query_scalar!(r#"select count(*) as "n!" from jobs"#).fetch_one(&app.ctx.pool).await;
    assert_eq!(jobs.expect("count"), 0);
}

#[tokio::test]
async fn the_link_lives_an_hour_and_dies_with_any_change_of_the_password() {
    let app = TestApp::new().await;
    let (id, email, token) = with_link(&app).await;
    let minutes = sqlx::query_scalar!(
        r#"select round(extract(epoch from expires_at - created_at) / 60)::int as "m!" from account_links where user_id = $1"#,
        id
    );
    assert_eq!(minutes.fetch_one(&app.ctx.pool).await.expect("link"), 60);
    let who = app.anonymous();
    who.post("/auth/signin", &[("email", &email), ("password", PASSWORD)]).await.assert(303);
    let change = [("current", PASSWORD), ("password", NEW), ("again", NEW)];
    who.post("/compte/mot-de-passe", &change).await.assert_redirect("/compte?fait=mot-de-passe");
    reset(&app, &token, "encore un autre mot").await.assert_page(400, "Ce lien n’est plus valable");
    let (id, _, token) = with_link(&app).await;
    set(&app, id, "update account_links set expires_at = now() - interval '1 second' where user_id = $1").await;
    reset(&app, &token, NEW).await.assert(400);
    let (id, _, token) = with_link(&app).await;
    set(&app, id, "update users set deactivated_at = now() where id = $1").await;
    reset(&app, &token, NEW).await.assert(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_uses_at_once_are_one() {
    let app = TestApp::new().await;
    app.warm().await;
    let (_, _, token) = with_link(&app).await;
    let answers = together((0..4).map(|_| reset(&app, &token, NEW))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
}

#[tokio::test]
async fn a_link_for_something_else_does_not_reset() {
    let app = TestApp::new().await;
    let (id, _) = with_password(&app, Role::Parent).await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    let url = crate::accounts::activation::create_link(&mut conn, &app.ctx, id).await.expect("link");
    reset(&app, url.split("token=").nth(1).expect("token"), NEW).await.assert(400);
}

#[tokio::test]
async fn a_child_without_e_mail_is_helped_through_the_guardians() {
    let app = TestApp::new().await;
    let (mother, first) = with_password(&app, Role::Parent).await;
    let (father, second) = with_password(&app, Role::Parent).await;
    let child = child_of(&app, mother, "yassine.bensalah").await;
    app.guard(father, child).await;
    set(&app, child, "update users set activated_at = now() where id = $1").await;
    ask(&app, "Yassine.BenSalah").await.assert(303);
    do_jobs(&app).await;
    let sent = mails(&app).await;
    let to: Vec<&str> = sent.iter().map(|mail| mail.to_email.as_str()).collect();
    assert!(to.len() == 2 && to.contains(&first.as_str()) && to.contains(&second.as_str()), "{to:?}");
    assert!(sent.iter().all(|mail| mail.template == "child-reset" && mail.body_text.contains("yassine.bensalah")));
    reset(&app, &sent[0].token(PATH), NEW).await.assert(303);
    assert!(can_sign_in(&app, "yassine.bensalah", NEW).await);
}

#[tokio::test]
async fn who_never_activated_gets_the_activation_link_instead() {
    let app = TestApp::new().await;
    let parent = app.person(Role::Parent).await;
    set(&app, parent, "update users set activated_at = null where id = $1").await;
    ask(&app, &format!("parent-{parent}@example.org")).await.assert(303);
    do_jobs(&app).await;
    let mail = only_mail(&app).await;
    assert_eq!(mail.template, "account-activation");
    mail.token("/auth/activate");
}

#[tokio::test]
async fn an_account_gets_five_mails_an_hour_at_most() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    for _ in 0..8 {
        ask(&app, &email).await.assert_redirect("/auth/forgot-password?sent=true");
    }
    do_jobs(&app).await;
    assert_eq!(mails(&app).await.len(), 5);
}

#[tokio::test]
async fn one_address_cannot_ask_for_ever_but_a_school_can() {
    let app = TestApp::new().await;
    for number in 0..120 {
        ask(&app, &format!("p{number}@example.org")).from("203.0.113.5").await.assert(303);
    }
    let answer = ask(&app, "one.more@example.org").from("203.0.113.5").await.assert(429);
    assert!(!answer.header("retry-after").is_empty());
    ask(&app, "one.more@example.org").from("203.0.113.6").await.assert(303);
}

fn api(app: &TestApp, body: &serde_json::Value) -> Ask {
    app.anonymous().post_json("/api/auth/reset-password", body)
}

#[tokio::test]
async fn the_contract_asks_for_a_link_and_uses_it() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    let sent = json!({ "success": true, "message": "Si un compte existe avec cet email, un lien de réinitialisation a été envoyé." });
    for account in [email.as_str(), "nobody@example.org"] {
        assert_eq!(api(&app, &json!({ "email": account })).await.assert(200).json(), sent);
    }
    assert_eq!(api(&app, &json!({ "email": "nobody" })).await.assert(400).json()["error"], "Email invalide");
    do_jobs(&app).await;
    let token = only_mail(&app).await.token(PATH);
    let weak = api(&app, &json!({ "token": token, "newPassword": "motdepasse1" })).await.assert(400).json();
    assert_eq!(weak["error"], "Données invalides");
    assert!(weak["details"]["fieldErrors"]["newPassword"][0].is_string(), "{weak}");
    assert_eq!(api(&app, &json!({ "token": token })).await.assert(400).json()["error"], "Données invalides");
    let done = api(&app, &json!({ "token": token, "newPassword": NEW })).await.assert(200).json();
    assert_eq!(done["success"], true);
    let again = api(&app, &json!({ "token": token, "newPassword": NEW })).await.assert(400).json();
    assert_eq!(again["error"], "Token invalide ou expiré. Veuillez demander un nouveau lien.");
    assert!(can_sign_in(&app, &email, NEW).await);
}

use super::{PASSWORD, with_password};
use crate::{
    assessments::tests::support,
    testing::{Answer, Ask, Client, TestApp, together},
    web::Role,
};

fn sign_in(who: &Client, account: &str, password: &str) -> Ask {
    who.post("/auth/signin", &[("email", account), ("password", password)])
}

async fn role_of(who: &Client) -> String {
    who.get("/api/auth/session").await.json()["user"]["role"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_right_password_leads_to_the_role_s_landing_page() {
    let app = TestApp::new().await;
    for role in [Role::Admin, Role::Parent] {
        let (_, email) = with_password(&app, role).await;
        let who = app.anonymous();
        sign_in(&who, &format!("  {} ", email.to_uppercase()), PASSWORD).await.assert_redirect(role.landing());
        assert_eq!(role_of(&who).await, role.key());
        who.get(role.landing()).await.assert(200);
    }
}

#[tokio::test]
async fn a_child_signs_in_with_an_identifier() {
    let app = TestApp::new().await;
    let (id, _) = with_password(&app, Role::Eleve).await;
    sqlx::query!("update users set email = null, identifier = 'yassine.bensalah2' where id = $1", id)
        .execute(&app.ctx.pool)
        .await
        .expect("child");
    let who = app.anonymous();
    sign_in(&who, "Yassine.BenSalah2", PASSWORD).await.assert_redirect("/dashboard/eleve");
}

#[tokio::test]
async fn one_comes_back_to_where_one_was_sent_from() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    let who = app.anonymous();
    let page = who.get("/auth/signin?callbackUrl=/assessments/1/result").await;
    assert!(page.text().contains("name=\"callbackUrl\" value=\"/assessments/1/result\""), "{page}");
    let form = |back: &str| {
        app.anonymous().post("/auth/signin", &[("email", &email), ("password", PASSWORD), ("callbackUrl", back)])
    };
    form("/assessments/1/result").await.assert_redirect("/assessments/1/result");
    form("/\t/evil.example").await.assert_redirect("/dashboard/parent");
    let htmx = form("/assessments/1/result").htmx().await.assert(200);
    assert_eq!(htmx.header("hx-redirect"), "/assessments/1/result");
}

/// The page without what was typed into it.
fn without(answer: &Answer, account: &str) -> String {
    answer.text().replace(account, "…")
}

#[tokio::test]
async fn every_refusal_is_the_same_answer() {
    let app = TestApp::new().await;
    let (_, known) = with_password(&app, Role::Coach).await;
    let (inactive, not_activated) = with_password(&app, Role::Eleve).await;
    let (gone, deactivated) = with_password(&app, Role::Assistante).await;
    let no_password = app.person(Role::Parent).await;
    sqlx::query!("update users set activated_at = null where id = $1", inactive)
        .execute(&app.ctx.pool)
        .await
        .expect("a");
    sqlx::query!("update users set deactivated_at = now() where id = $1", gone)
        .execute(&app.ctx.pool)
        .await
        .expect("b");
    let no_password = format!("parent-{no_password}@example.org");
    let too_long = "x".repeat(5000);
    let tries = [
        (known.as_str(), "a wrong password"),
        ("nobody@example.org", PASSWORD),
        (&not_activated, PASSWORD),
        (&deactivated, PASSWORD),
        (&no_password, ""),
        (&no_password, PASSWORD),
        (&known, &too_long),
        ("", ""),
    ];
    let mut pages: Vec<String> = Vec::new();
    for (number, (account, password)) in tries.into_iter().enumerate() {
        let who = app.anonymous();
        let answer = sign_in(&who, account, password).from(&format!("203.0.113.{number}")).await;
        answer.assert_page(422, crate::accounts::signin::REFUSED);
        assert_eq!(who.cookie("nexus"), None, "{answer}");
        pages.push(if account.is_empty() { pages[0].clone() } else { without(&answer, account) });
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the answers differ");
}

#[tokio::test]
async fn signing_in_changes_the_session_s_id_and_keeps_what_the_browser_had_begun() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    let who = app.anonymous();
    let attempt = support::begin_as_family(&who, "leila@example.org").await;
    let before = who.cookie("nexus").expect("session");
    sign_in(&who, &email, PASSWORD).await.assert_redirect("/dashboard/parent");
    let after = who.cookie("nexus").expect("session");
    assert_ne!(before, after);
    who.get(&format!("/assessments/{attempt}")).await.assert(200);
    let thief = app.anonymous();
    thief.set_cookie("nexus", &before);
    assert_eq!(role_of(&thief).await, "");
    thief.get(&format!("/assessments/{attempt}/questions/1")).await.assert(404);
}

#[tokio::test]
async fn who_signs_in_over_somebody_else_sees_nothing_of_theirs() {
    let app = TestApp::new().await;
    let (_, second) = with_password(&app, Role::Parent).await;
    let who = app.signed_in(Role::Parent).await;
    let attempt = support::begin_as_family(&who, "leila@example.org").await;
    who.get(&format!("/assessments/{attempt}")).await.assert(200);
    sign_in(&who, &second, PASSWORD).await.assert_redirect("/dashboard/parent");
    who.get(&format!("/assessments/{attempt}/questions/1")).await.assert(404);
    who.get(&format!("/assessments/{attempt}/result")).await.assert(404);
    let form = who.get("/bilan-gratuit").await;
    assert!(!form.text().contains("Leïla"), "what the other typed: {form}");
}

#[tokio::test]
async fn sent_twice_at_once_it_signs_in_once() {
    let app = TestApp::new().await;
    let (id, email) = with_password(&app, Role::Parent).await;
    let who = app.anonymous();
    support::begin_as_family(&who, "leila@example.org").await;
    let answers = together([sign_in(&who, &email, PASSWORD), sign_in(&who, &email, PASSWORD)]).await;
    for answer in &answers {
        answer.assert_redirect("/dashboard/parent");
    }
    assert_eq!(role_of(&who).await, "PARENT");
    let sessions = sqlx::query_scalar!(r#"select count(*) as "n!" from sessions where user_id = $1"#, id);
    assert!(sessions.fetch_one(&app.ctx.pool).await.expect("count") <= 2);
}

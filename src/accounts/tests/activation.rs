use uuid::Uuid;

use super::{PASSWORD, child_of, count_audit, do_jobs, mails, only_mail, set, with_password};
use crate::{
    accounts::activation::{self, Sent},
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

#[tokio::test]
async fn the_link_sets_the_first_password_and_one_signs_in_with_it() {
    let app = TestApp::new().await;
    let (parent, token) = invited(&app).await;
    for _ in 0..3 {
        // A mail scanner that opens the link does not use it up.
        app.anonymous().get(&format!("/auth/activate?token={token}")).await.assert_page(200, "Bienvenue, Prénom");
    }
    activate(&app, &token, PASSWORD, PASSWORD).await.assert_redirect("/auth/signin?activated=true");
    app.anonymous().get("/auth/signin?activated=true").await.assert_page(200, "Le compte est activé");
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

#[tokio::test]
async fn a_password_that_everybody_takes_or_made_of_the_person_is_refused_with_the_reason() {
    let app = TestApp::new().await;
    let (parent, token) = invited(&app).await;
    set(&app, parent, "update users set first_name = 'Leïla', last_name = 'Ben Salah' where id = $1").await;
    for weak in ["motdepasse2024", "azertyuiop", "leila.bensalah", "LeilaBenSalah1"] {
        activate(&app, &token, weak, weak).await.assert_refused(&["password"]);
    }
    let hint = |password| app.anonymous().post("/auth/password-hint", &[("token", &token), ("password", password)]);
    for (typed, says) in [
        ("court", "Encore 5\u{a0}caractères"),
        ("leila.bensalah", "informations du compte"),
        ("quatre mots bien choisis", "Très bon"),
        ("", "></p>"),
    ] {
        let answer = hint(typed).await.assert(200);
        assert!(answer.text().contains(says), "{typed}: {answer}");
    }
}

#[tokio::test]
async fn from_the_expired_page_anybody_asks_for_another_link_and_learns_nothing() {
    let app = TestApp::new().await;
    let (parent, old) = invited(&app).await;
    set(&app, parent, "update account_links set expires_at = now() where user_id = $1").await;
    app.anonymous().get(&format!("/auth/activate?token={old}")).await.assert_page(400, "Recevoir un nouveau lien");
    let known = format!("parent-{parent}@example.org");
    for account in [known.as_str(), "nobody@example.org"] {
        let answer = app.anonymous().post("/auth/activate/resend", &[("account", account)]).await;
        answer.assert_redirect("/auth/activate?sent=true");
        assert_eq!(answer.queries().len(), 1, "the same work: {:?}", answer.queries());
    }
    app.anonymous().get("/auth/activate?sent=true").await.assert_page(200, "peut-être en route");
    do_jobs(&app).await;
    let mail = only_mail(&app).await;
    assert_eq!((mail.to_email.as_str(), mail.template.as_str()), (known.as_str(), "account-activation"));
    activate(&app, &mail.token("/auth/activate"), PASSWORD, PASSWORD).await.assert(303);
    assert_eq!(count_audit(&app, "accounts.activate").await, 1);
}

#[tokio::test]
async fn who_is_active_already_is_told_so_with_the_way_to_another_password() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Coach).await;
    app.anonymous().post("/auth/activate/resend", &[("account", &email)]).await.assert(303);
    do_jobs(&app).await;
    let mail = only_mail(&app).await;
    assert_eq!(mail.template, "account-already-active");
    mail.token("/auth/reset-password");
}

async fn send_again(app: &TestApp, staff: Uuid, user: Uuid) -> Sent {
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    let sent = activation::send_again(&mut tx, &app.ctx, staff, user).await.expect("sent");
    tx.commit().await.expect("commit");
    sent
}

#[tokio::test]
async fn staff_send_the_link_again_to_the_owner_or_to_the_guardians() {
    let app = TestApp::new().await;
    let staff = app.person(Role::Assistante).await;
    let (parent, _) = invited(&app).await;
    assert_eq!(send_again(&app, staff, parent).await, Sent::ToOwner);
    let child = child_of(&app, parent, "yassine.bensalah").await;
    assert_eq!(send_again(&app, staff, child).await, Sent::ToGuardians(1));
    let mail = mails(&app).await.pop().expect("mail");
    assert!(mail.template == "child-activation" && mail.body_text.contains("yassine.bensalah"), "{mail:?}");
    assert_eq!(mail.to_email, format!("parent-{parent}@example.org"));
    for _ in 0..4 {
        assert_eq!(send_again(&app, staff, child).await, Sent::ToGuardians(1));
    }
    assert_eq!(send_again(&app, staff, child).await, Sent::TooOften);
    let orphan = app.person(Role::Eleve).await;
    set(&app, orphan, "update users set email = null, identifier = 'seul', activated_at = null where id = $1").await;
    assert_eq!(send_again(&app, staff, orphan).await, Sent::NoAddress);
    activate(&app, &mail.token("/auth/activate"), PASSWORD, PASSWORD).await.assert(303);
    assert_eq!(send_again(&app, staff, child).await, Sent::AlreadyActive);
    set(&app, child, "update users set deactivated_at = now() where id = $1").await;
    assert_eq!(send_again(&app, staff, child).await, Sent::Closed);
    assert_eq!(count_audit(&app, "accounts.send_link").await, 6);
}

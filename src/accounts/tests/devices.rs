//! A sign-in on a device that was not seen before is told to the owner, or to the guardians of a child without e-mail.

use uuid::Uuid;

use super::{PASSWORD, child_of, mails, set, with_password};
use crate::{testing::TestApp, web::Role};

const PHONE: &str =
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36";
const NEWER: &str =
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";
const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15";

async fn sign_in(app: &TestApp, email: &str, user_agent: &str) {
    let form = [("email", email), ("password", PASSWORD)];
    app.anonymous().post("/auth/signin", &form).header("user-agent", user_agent).from("203.0.113.9").await.assert(303);
}

#[tokio::test]
async fn the_first_device_is_no_news_the_second_is_and_a_known_one_is_not_again() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    sign_in(&app, &email, PHONE).await;
    sign_in(&app, &email, NEWER).await;
    assert!(mails(&app).await.is_empty());
    sign_in(&app, &email, MAC).await;
    sign_in(&app, &email, MAC).await;
    let sent = mails(&app).await;
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].to_email.as_str(), sent[0].template.as_str()), (email.as_str(), "account-new-device"));
    for says in ["Safari sur Mac", "203.0.113.9", "/auth/forgot-password"] {
        assert!(sent[0].body_text.contains(says), "{says}: {sent:?}");
    }
}

#[tokio::test]
async fn a_device_that_was_away_for_ninety_days_is_new_again() {
    let app = TestApp::new().await;
    let (id, email) = with_password(&app, Role::Parent).await;
    sign_in(&app, &email, PHONE).await;
    set(&app, id, "update known_devices set last_seen_at = now() - interval '91 days' where user_id = $1").await;
    sign_in(&app, &email, PHONE).await;
    assert_eq!(mails(&app).await.len(), 1);
}

#[tokio::test]
async fn a_refused_sign_in_makes_no_device_known() {
    let app = TestApp::new().await;
    let (_, email) = with_password(&app, Role::Parent).await;
    let form = [("email", email.as_str()), ("password", "wrong")];
    app.anonymous().post("/auth/signin", &form).header("user-agent", MAC).await.assert(422);
    let known = sqlx::query_scalar!(r#"select count(*) as "n!" from known_devices"#).fetch_one(&app.ctx.pool).await;
    assert_eq!(known.expect("count"), 0);
}

/// Yassine, who signs in as `yassine.x` and has used a phone; his two parents; and others whom it is no business of: a
/// guardian who decides no more, one who never activated the account, one whose account is closed, the parent of
/// another, his coach.
async fn family(app: &TestApp) -> (Uuid, [String; 2]) {
    let ((mother, mothers), (father, fathers)) =
        (with_password(app, Role::Parent).await, with_password(app, Role::Parent).await);
    let child = child_of(app, mother, "yassine.x").await;
    app.guard(father, child).await;
    for sql in [
        "update guardianships set rights = '{VIEW}' where guardian_id = $1",
        "update users set activated_at = null where id = $1",
        "update users set deactivated_at = now() where id = $1",
    ] {
        let guardian = app.person(Role::Parent).await;
        app.guard(guardian, child).await;
        set(app, guardian, sql).await;
    }
    let (other, coach) = (app.person(Role::Parent).await, app.person(Role::Coach).await);
    child_of(app, other, "yassine.y").await;
    app.coach(coach, child).await;
    let hash = app.ctx.passwords.hash(PASSWORD.into()).await.expect("hash");
    sqlx::query!("update users set password_hash = $2, activated_at = now() where id = $1", child, hash)
        .execute(&app.ctx.pool)
        .await
        .expect("activated");
    sign_in(app, "yassine.x", PHONE).await;
    (child, [mothers, fathers])
}

#[tokio::test]
async fn the_guardians_of_a_child_without_an_address_are_told_once_each_and_nobody_else() {
    let app = TestApp::new().await;
    let (_, mut parents) = family(&app).await;
    assert!(mails(&app).await.is_empty(), "the first device is no news");
    sign_in(&app, "yassine.x", MAC).await;
    sign_in(&app, "yassine.x", MAC).await;
    let sent = mails(&app).await;
    let mut told: Vec<&str> = sent.iter().map(|mail| mail.to_email.as_str()).collect();
    told.sort_unstable();
    parents.sort_unstable();
    assert_eq!(told, parents);
    for mail in &sent {
        assert_eq!(mail.template, "child-new-device");
        for says in ["Le compte de Yassine", "Safari sur Mac", "203.0.113.9", "/auth/forgot-password", "yassine.x"] {
            assert!(mail.body_text.contains(says), "{says}: {mail:?}");
        }
    }
    let subjects = sqlx::query_scalar!("select distinct subject from outbox").fetch_all(&app.ctx.pool).await;
    assert_eq!(subjects.expect("subjects"), ["Connexion de Yassine depuis un nouvel appareil"]);
}

#[tokio::test]
async fn a_child_with_an_address_is_told_alone() {
    let app = TestApp::new().await;
    let (child, _) = family(&app).await;
    set(&app, child, "update users set email = 'yassine@example.org' where id = $1").await;
    sign_in(&app, "yassine.x", MAC).await;
    let sent = mails(&app).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].to_email.as_str(), sent[0].template.as_str()), ("yassine@example.org", "account-new-device"));
}

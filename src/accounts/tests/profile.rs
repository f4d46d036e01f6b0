//! "Mon compte".

use uuid::Uuid;

use super::{PASSWORD, can_sign_in, child_of, count_audit, mails, set, with_password};
use crate::{
    testing::{Ask, Client, TestApp, together},
    web::Role,
};

const NEW: &str = "quatre mots bien choisis";
const CONFIRM: &str = "/compte/email/confirmation";

fn change(who: &Client, current: &str, password: &str) -> Ask {
    who.post("/compte/mot-de-passe", &[("current", current), ("password", password), ("again", password)])
}

#[tokio::test]
async fn everybody_finds_their_own_account_behind_their_name() {
    let app = TestApp::new().await;
    for role in Role::ALL {
        let who = app.signed_in(role).await;
        let landing = who.get(role.landing()).await.assert(200);
        assert!(landing.text().contains("href=\"/compte\""), "{landing}");
        let page = who.get("/compte").await;
        page.assert_page(200, "Mon compte");
        assert!(page.text().contains(&format!("{}-{}@example.org", role.key().to_lowercase(), who.id)), "{page}");
    }
}

#[tokio::test]
async fn changing_the_password_asks_for_the_current_one_and_ends_the_other_sessions() {
    let app = TestApp::new().await;
    let (id, email) = with_password(&app, Role::Eleve).await;
    let (who, elsewhere) = (app.sign_in(id).await, app.sign_in(id).await);
    change(&who, "not the password", NEW).await.assert_refused(&["current"]);
    change(&who, PASSWORD, "motdepasse2024").await.assert_refused(&["password"]);
    change(&who, PASSWORD, PASSWORD).await.assert_refused(&["password"]);
    change(&who, PASSWORD, NEW).await.assert_redirect("/compte?fait=mot-de-passe");
    who.get("/compte?fait=mot-de-passe").await.assert_page(200, "Le mot de passe est changé");
    elsewhere.get("/compte").await.assert(303);
    assert!(can_sign_in(&app, &email, NEW).await && !can_sign_in(&app, &email, PASSWORD).await);
    assert_eq!(count_audit(&app, "accounts.change_password").await, 1);
    assert!(mails(&app).await.iter().any(|mail| mail.template == "account-password-changed" && mail.to_email == email));
}

#[tokio::test]
async fn guessing_the_current_password_at_an_open_computer_makes_wait() {
    let app = TestApp::new().await;
    let (id, _) = with_password(&app, Role::Parent).await;
    let who = app.sign_in(id).await;
    for _ in 0..5 {
        change(&who, "not the password", NEW).await.assert(422);
    }
    change(&who, PASSWORD, NEW).await.assert(429);
}

fn ask_email(who: &Client, email: &str) -> Ask {
    who.post("/compte/email", &[("email", email), ("password", PASSWORD)])
}

#[tokio::test]
async fn a_new_address_takes_effect_when_it_is_confirmed_and_the_old_one_is_told() {
    let app = TestApp::new().await;
    let (id, old) = with_password(&app, Role::Parent).await;
    let who = app.sign_in(id).await;
    who.post("/compte/email", &[("email", "new@example.org"), ("password", "no")]).await.assert_refused(&["password"]);
    ask_email(&who, "not an address").await.assert_refused(&["email"]);
    ask_email(&who, &old).await.assert_refused(&["email"]);
    ask_email(&who, " New@Example.org ").await.assert_redirect("/compte?fait=email-demande");
    let sent = mails(&app).await;
    assert_eq!((sent[0].to_email.as_str(), sent[0].template.as_str()), ("new@example.org", "account-email-confirm"));
    assert_eq!((sent[1].to_email.as_str(), sent[1].template.as_str()), (old.as_str(), "account-email-asked"));
    assert!(can_sign_in(&app, &old, PASSWORD).await && !can_sign_in(&app, "new@example.org", PASSWORD).await);
    let token = sent[0].token(CONFIRM);
    let anyone = app.anonymous();
    anyone.get(&format!("{CONFIRM}?token={token}")).await.assert_page(200, "new@example.org");
    anyone.post(CONFIRM, &[("token", &token)]).await.assert_redirect("/auth/signin");
    assert!(can_sign_in(&app, "new@example.org", PASSWORD).await && !can_sign_in(&app, &old, PASSWORD).await);
    assert!(mails(&app).await.iter().any(|mail| mail.template == "account-email-changed" && mail.to_email == old));
    anyone.post(CONFIRM, &[("token", &token)]).await.assert_page(400, "Ce lien n’est plus valable");
    assert_eq!(count_audit(&app, "accounts.change_email").await, 1);
}

#[tokio::test]
async fn an_address_that_has_an_account_is_not_given_away_nor_taken() {
    let app = TestApp::new().await;
    let (_, taken) = with_password(&app, Role::Coach).await;
    let (id, old) = with_password(&app, Role::Parent).await;
    let who = app.sign_in(id).await;
    ask_email(&who, &taken).await.assert_redirect("/compte?fait=email-demande");
    let mail = &mails(&app).await[0];
    assert_eq!((mail.to_email.as_str(), mail.template.as_str()), (taken.as_str(), "account-email-taken"));
    assert!(!mail.body_text.contains("token="));
    ask_email(&who, "new@example.org").await.assert(303);
    let token = mails(&app).await.iter().find(|mail| mail.to_email == "new@example.org").expect("mail").token(CONFIRM);
    let other = app.person(Role::Parent).await;
    set(&app, other, "update users set email = 'new@example.org' where id = $1").await;
    app.anonymous().post(CONFIRM, &[("token", &token)]).await.assert(409);
    assert!(can_sign_in(&app, &old, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_confirmations_at_once_are_one() {
    let app = TestApp::new().await;
    app.warm().await;
    let (id, _) = with_password(&app, Role::Parent).await;
    ask_email(&*app.sign_in(id).await, "new@example.org").await.assert(303);
    let token = mails(&app).await[0].token(CONFIRM);
    let answers = together((0..4).map(|_| app.anonymous().post(CONFIRM, &[("token", &token)]))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
}

#[tokio::test]
async fn the_phone_and_the_comfort_of_reading_are_one_s_own() {
    let app = TestApp::new().await;
    let who = app.signed_in(Role::Eleve).await;
    who.post("/compte/telephone", &[("phone", "abc")]).await.assert_refused(&["phone"]);
    who.post("/compte/telephone", &[("phone", " +216 20 123 456 ")]).await.assert_redirect("/compte?fait=telephone");
    assert!(who.get("/compte").await.text().contains("value=\"+216 20 123 456\""));
    assert!(!who.get("/compte").await.text().contains("class=\"dys\""));
    who.post("/compte/lecture", &[("easy", "true")]).await.assert_redirect("/compte?fait=lecture");
    assert!(
        who.get("/").await.status == 303
            && who.get("/dashboard/eleve").await.text().contains("<html lang=\"fr\" class=\"dys\">")
    );
    who.post("/compte/lecture", &[]).await.assert(303);
    assert!(!who.get("/compte").await.text().contains("class=\"dys\""));
}

async fn sessions(app: &TestApp, user: Uuid) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "n!" from sessions where user_id = $1"#, user)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("count")
}

/// The sessions that the page names, its own first.
fn named(page: &str) -> Vec<String> {
    page.split("name=\"session\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_list_of_sessions_names_devices_marks_this_one_and_ends_any_of_them() {
    let app = TestApp::new().await;
    let (id, email) = with_password(&app, Role::Parent).await;
    let phone = app.anonymous();
    let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1";
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    phone.post("/auth/signin", &form).header("user-agent", agent).from("203.0.113.9").await.assert(303);
    let desk = app.sign_in(id).await;
    let page = desk.get("/compte").await.assert(200);
    for says in ["Safari sur iPhone", "203.0.113.9", "cet appareil", "Déconnecter tous les autres"] {
        assert!(page.text().contains(says), "{says}: {page}");
    }
    assert_eq!(page.text().matches("cet appareil").count(), 1);
    assert_eq!(named(page.text()).len(), 2);
    let stranger = app.signed_in(Role::Parent).await;
    let of_phone = named(phone.get("/compte").await.text()).into_iter().find(|name| {
        let key: Vec<u8> =
            (0..name.len() / 2).map(|at| u8::from_str_radix(&name[2 * at..2 * at + 2], 16).expect("hex")).collect();
        let id: tower_sessions::session::Id = phone.cookie("nexus").expect("cookie").parse().expect("id");
        key == crate::web::session::key(&id)
    });
    let of_phone = of_phone.expect("listed");
    stranger.post("/compte/sessions/fin", &[("session", &of_phone)]).await.assert(303);
    assert_eq!(sessions(&app, id).await, 2, "only one's own");
    desk.post("/compte/sessions/fin", &[("session", &of_phone)]).await.assert_redirect("/compte?fait=session");
    phone.get("/compte").await.assert(303);
    let own = named(desk.get("/compte").await.text()).remove(0);
    desk.post("/compte/sessions/fin", &[("session", &own)]).await.assert_redirect("/");
    assert_eq!(sessions(&app, id).await, 0);
}

#[tokio::test]
async fn all_other_sessions_end_at_once() {
    let app = TestApp::new().await;
    let id = app.person(Role::Coach).await;
    let (here, one, two) = (app.sign_in(id).await, app.sign_in(id).await, app.sign_in(id).await);
    here.post("/compte/sessions/autres", &[]).await.assert_redirect("/compte?fait=sessions");
    here.get("/compte").await.assert(200);
    one.get("/compte").await.assert(303);
    two.get("/compte").await.assert(303);
}

#[tokio::test]
async fn a_guardian_gets_the_link_of_a_child_without_e_mail_and_of_no_other() {
    let app = TestApp::new().await;
    let parent = app.person(Role::Parent).await;
    let child = child_of(&app, parent, "yassine.bensalah").await;
    let who = app.sign_in(parent).await;
    who.get("/compte").await.assert_page(200, "Activer par e-mail");
    let path = format!("/compte/enfants/{child}/lien");
    who.post(&path, &[]).await.assert_redirect("/compte?fait=lien");
    let mail = mails(&app).await.remove(0);
    assert_eq!(mail.to_email, format!("parent-{parent}@example.org"));
    assert!(mail.template == "child-activation" && mail.body_text.contains("yassine.bensalah"), "{mail:?}");
    mail.token("/auth/activate");
    app.signed_in(Role::Parent).await.post(&path, &[]).await.assert(404);
    app.signed_in(Role::Admin).await.post(&path, &[]).await.assert(403);
    set(&app, child, "update users set activated_at = now() where id = $1").await;
    who.post(&path, &[]).await.assert(303);
    mails(&app).await.remove(1).token("/auth/reset-password");
    for _ in 0..3 {
        who.post(&path, &[]).await.assert(303);
    }
    who.post(&path, &[]).await.assert(409);
    set(&app, child, "update users set email = 'y@example.org' where id = $1").await;
    who.post(&path, &[]).await.assert(404);
}

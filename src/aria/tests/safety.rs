//! Messages that worry.

use std::time::Duration;

use uuid::Uuid;

use super::support::{alone, ask, is_second_look, said};
use crate::{
    aria::{
        self,
        alerts::{FoundBy, Sign},
        safety::Kind,
    },
    llm::standin::{Reply, StandIn},
    testing::TestApp,
    web::Role,
};

#[tokio::test]
async fn a_message_that_shows_danger_gets_the_fixed_text_and_tells_the_staff_at_once() {
    let tutor = alone().await;
    let staff = [tutor.app.signed_in(Role::Admin).await, tutor.app.signed_in(Role::Assistante).await];
    // Nobody puts the mail of an alert off.
    for (person, wish) in staff.iter().zip(["DAILY", "NEVER"]) {
        person.post("/compte/notifications", &[("ALERT", wish)]).await.redirected();
    }
    let student = tutor.student().await;
    let answer = ask(&student, "j’ai envie de mourir").await.assert(200);
    assert_eq!(answer.json()["mode"], "SAFETY");
    assert!(said(&answer).contains("3114") && said(&answer).contains("Une personne de l’équipe"), "{answer}");
    let used = sqlx::query_scalar!(r#"select count(*) as "count!" from aria_usage"#)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("usage");
    assert_eq!(used, 0);
    for person in &staff {
        person.get("/notifications").await.assert_page(200, "Idées de mort ou de blessure\u{a0}: Prénom");
        person.get("/admin/aria/alertes").await.assert_page(200, "À traiter");
    }
    let mails = sqlx::query_scalar!(r#"select count(*) as "count!" from outbox"#)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("mails");
    assert_eq!(mails, 2);
    let alert = sqlx::query_scalar!("select id from aria_alerts").fetch_one(&tutor.app.ctx.pool).await.expect("alert");
    let path = format!("/admin/aria/alertes/{alert}");
    staff[1].get(&path).await.assert_page(200, "envie de mourir");
    staff[1].post(&format!("{path}/fin"), &[("note", "")]).await.assert_refused(&["note"]);
    staff[1].post(&format!("{path}/fin"), &[("note", "Famille appelée")]).await.assert_redirect("/admin/aria/alertes");
    staff[0].post(&format!("{path}/fin"), &[("note", "Moi aussi")]).await.assert(409);
    student.get(&path).await.assert(403);
}

/// A site whose model finds danger in each message, after so long, and answers so.
async fn worried(after: Duration, answer: fn() -> Reply) -> (TestApp, StandIn, aria::Running) {
    let model = StandIn::start(move |seen, _| {
        if is_second_look(seen) { Reply::After(after, Box::new(Reply::Text("DETRESSE".into()))) } else { answer() }
    })
    .await;
    let app = TestApp::with(&[("OPENAI_BASE_URL", &model.base_url), ("OPENAI_API_KEY", "sk-test")]).await;
    let running = aria::start(&app.ctx);
    (app, model, running)
}

async fn alerts(app: &TestApp) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from aria_alerts"#)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("alerts")
}

#[tokio::test]
async fn what_the_model_finds_counts_also_when_the_answer_fails() {
    let refused = || Reply::Status(400, "content filter".into());
    let (app, _model, _running) = worried(Duration::from_millis(300), refused).await;
    let student = app.signed_in(Role::Eleve).await;
    let answer = ask(&student, "Explique la dérivée de x").await.assert(200);
    assert_eq!(answer.json()["mode"], "SAFETY");
    assert_eq!(alerts(&app).await, 1);
}

#[tokio::test]
async fn what_the_model_finds_is_told_to_the_team_also_when_the_answer_is_stopped() {
    let (app, _model, _running) = worried(Duration::from_millis(700), || Reply::silence_after(&["La dérivée "])).await;
    let student = app.signed_in(Role::Eleve).await;
    student.post("/dashboard/eleve/aria", &[("key", "a"), ("question", "x² ?"), ("subject", "NSI")]).htmx().await;
    let id = sqlx::query_scalar!("select id from aria_generations").fetch_one(&app.ctx.pool).await.expect("answer");
    tokio::time::sleep(Duration::from_millis(200)).await;
    student.post(&format!("/aria/reponses/{id}/arret"), &[]).await.redirected();
    until_told(&app).await;
}

async fn until_told(app: &TestApp) {
    for _ in 0..200 {
        if alerts(app).await == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody was told");
}

#[tokio::test]
async fn what_the_model_finds_is_told_to_the_team_also_when_the_child_deletes_the_conversation_meanwhile() {
    let (app, model, _running) = worried(Duration::from_millis(900), || Reply::silence_after(&["La dérivée "])).await;
    let (student, admin) = (app.signed_in(Role::Eleve).await, app.signed_in(Role::Admin).await);
    let asked = [("key", "a"), ("question", "Explique la dérivée de x"), ("subject", "NSI")];
    let page = student.post("/dashboard/eleve/aria", &asked).htmx().await.redirected();
    while !model.seen().iter().any(is_second_look) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let conversation = page.rsplit('/').next().expect("path").split(['?', '#']).next().expect("key");
    student.post(&format!("/aria/{conversation}/suppression"), &[]).await.redirected();
    assert_eq!(alerts(&app).await, 0, "the look goes on");
    until_told(&app).await;
    let kept = sqlx::query!("select id, user_id, question_id, message from aria_alerts")
        .fetch_one(&app.ctx.pool)
        .await
        .expect("alert");
    assert_eq!((kept.user_id, kept.question_id), (student.id, None));
    admin.get(&format!("/admin/aria/alertes/{}", kept.id)).await.assert_page(200, "Explique la dérivée de x");
}

#[tokio::test]
async fn a_sign_that_is_stored_again_is_one_alert_also_when_its_question_is_gone() {
    let app = TestApp::new().await;
    let student = app.person(Role::Eleve).await;
    let sign = Sign::new(FoundBy::Model, Kind::Distress, student, Uuid::now_v7(), "Je n’en peux plus.");
    for _ in 0..2 {
        aria::alerts::raise_later(&app.ctx, &sign).await.expect("told");
    }
    assert_eq!(alerts(&app).await, 1);
}

#[tokio::test]
async fn what_the_rules_miss_and_the_model_sees_takes_the_place_of_the_answer() {
    let model = StandIn::start(|seen, _| {
        if is_second_look(seen) {
            Reply::Text("DETRESSE".into())
        } else {
            Reply::stream(&["La dérivée ", "de x est 1."])
        }
    })
    .await;
    let app = TestApp::with(&[("OPENAI_BASE_URL", &model.base_url), ("OPENAI_API_KEY", "sk-test")]).await;
    let _running = aria::start(&app.ctx);
    let student = app.signed_in(Role::Eleve).await;
    let answer = ask(&student, "Explique la dérivée de x").await.assert(200);
    assert_eq!(answer.json()["mode"], "SAFETY");
    assert!(!said(&answer).contains("dérivée"), "{answer}");
    let found = sqlx::query!("select kind, found_by from aria_alerts").fetch_one(&app.ctx.pool).await.expect("alert");
    assert_eq!((found.kind.as_str(), found.found_by.as_str()), ("DISTRESS", "MODEL"));
    assert_eq!(titles(&app).await, ["Conversation"]);
}

#[tokio::test]
async fn the_school_sets_whom_to_call() {
    let tutor = alone().await;
    let admin = tutor.app.signed_in(Role::Admin).await;
    admin.post("/admin/aria/numeros", &[("numeros", "190 SAMU")]).await.assert_refused(&["numeros"]);
    admin
        .post("/admin/aria/numeros", &[("numeros", "TN | 71 123 456 | La directrice | de 8 h à 20 h")])
        .await
        .assert(303);
    let answer = ask(&tutor.student().await, "j’ai envie de mourir").await.assert(200);
    assert!(said(&answer).contains("71 123 456") && !said(&answer).contains("3114"), "{answer}");
}

async fn titles(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar!("select title from aria_conversations order by id")
        .fetch_all(&app.ctx.pool)
        .await
        .expect("titles")
}

#[tokio::test]
async fn a_message_that_worries_is_no_title_and_takes_none_from_its_conversation() {
    let tutor = alone().await;
    let student = tutor.student().await;
    ask(&student, "j’ai envie de mourir").await.assert(200);
    let begun = ask(&student, "Explique la dérivée de x").await.assert(200).json();
    let more = serde_json::json!({ "message": "j’ai envie de mourir", "conversationId": begun["conversationId"] });
    assert_eq!(student.post_json("/api/aria/chat", &more).await.assert(200).json()["mode"], "SAFETY");
    assert_eq!(titles(&tutor.app).await, ["Conversation", "Explique la dérivée de x"]);
}

//! The admin's page.

use super::{log::app, *};
use crate::{llm::Task, testing::TestApp, web::Role};

#[tokio::test]
async fn without_a_model_the_page_says_that_nothing_is_missing_but_prose() {
    let app = TestApp::new().await;
    let page = app.signed_in(Role::Admin).await.get("/admin/modeles").await.assert(200);
    for words in ["Aucun modèle n’est réglé", "Aucune dépense", "Aucun appel", "Sans limite"] {
        assert!(page.text().contains(words), "{words}");
    }
}

#[tokio::test]
async fn the_page_shows_who_answers_what_it_cost_and_what_is_left() {
    let server = StandIn::always(Reply::Text("Oui".into())).await;
    let app = app(&server, &[("LLM_BUDGET_DAY", "0.01")]).await;
    let student = app.person(Role::Eleve).await;
    assert!(app.ctx.llm.chat(question().task(Task::Aria).by(Some(student))).await.is_ok());
    app.ctx.llm.flush().await.expect("written");
    let page = app.signed_in(Role::Admin).await.get("/admin/modeles").await.assert(200);
    for words in ["En service", "Tuteur", "Prénom Nom", "0,000046\u{a0}€", "0\u{a0}% de 0,01\u{a0}€", "46 jetons"]
    {
        assert!(page.text().contains(words), "{words}");
    }
}

#[tokio::test]
async fn an_open_circuit_is_shown_with_its_cause_and_closed_by_hand() {
    let server = StandIn::always(Reply::Status(401, "{}".into())).await;
    let app = app(&server, &[]).await;
    for _ in 0..3 {
        assert!(app.ctx.llm.chat(question()).await.is_err());
    }
    let admin = app.signed_in(Role::Admin).await;
    let page = admin.get("/admin/modeles").await.assert(200);
    for words in ["De côté", "OpenAI chat failed: 401 — access refused", "/admin/modeles/openai/reprendre"] {
        assert!(page.text().contains(words), "{words}");
    }
    admin.post("/admin/modeles/openai/reprendre", &[]).await.assert(303);
    assert!(app.ctx.llm.available());
    let audited =
        sqlx::query!("select actor_id, action, subject from audit_log").fetch_one(&app.ctx.pool).await.expect("one");
    assert_eq!(
        (audited.actor_id, audited.action.as_str(), audited.subject.as_str()),
        (Some(admin.id), "llm.close_circuit", "llm:openai")
    );
}

#[tokio::test]
async fn the_list_of_calls_goes_on_where_its_first_page_ends() {
    let app = TestApp::with(&[("LLM_MODE", "stub")]).await;
    for _ in 0..51 {
        assert!(app.ctx.llm.chat(question()).await.is_ok());
    }
    app.ctx.llm.flush().await.expect("written");
    let admin = app.signed_in(Role::Admin).await;
    let page = admin.get("/admin/modeles").await.assert(200);
    let next =
        page.text().split("href=\"/admin/modeles?at=").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let path = format!("/admin/modeles?at={}", next.replace("&amp;", "&"));
    let later = admin.get(&path).await.assert(200);
    assert_eq!(later.text().matches("id=\"appel-").count(), 1);
    assert!(!later.text().contains("Plus anciens"));
}

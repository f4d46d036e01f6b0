//! The family's form as JSON.

use serde_json::{Value, json};

use super::support::count;
use crate::testing::{Ask, TestApp, together};

fn family(email: &str) -> Value {
    json!({
        "parentFirstName": "Leïla", "parentLastName": "Ben Salah", "parentEmail": email, "parentPhone": "+216 20 123 456",
        "parentPassword": "ignored by us", "studentFirstName": "Yassine", "studentLastName": "Ben Salah",
        "studentGrade": "terminale", "subjects": ["MATHEMATIQUES"], "currentLevel": "moyen", "acceptTerms": true,
    })
}

fn register(app: &TestApp, body: &Value) -> Ask {
    app.anonymous().post_json("/api/bilan-gratuit", body)
}

async fn made(app: &TestApp) -> (i64, i64, i64, i64) {
    (
        count(app, "users").await,
        count(app, "bilan_requests").await,
        count(app, "assessments").await,
        count(app, "outbox").await,
    )
}

#[tokio::test]
async fn a_family_registers_and_no_password_is_set() {
    let app = TestApp::new().await;
    let body = register(&app, &family("leila@example.org")).await.assert(200).json();
    assert_eq!(body["success"], true);
    for field in ["message", "parentId", "studentId"] {
        assert!(body[field].is_string(), "{body}");
    }
    assert_eq!(made(&app).await, (2, 1, 1, 1));
    let passwords = sqlx::query_scalar!(r#"select count(password_hash) as "n!" from users"#);
    assert_eq!(passwords.fetch_one(&app.ctx.pool).await.expect("count"), 0);
}

#[tokio::test]
async fn the_answer_is_the_same_for_an_address_that_has_an_account() {
    let app = TestApp::new().await;
    let first = register(&app, &family("leila@example.org")).await.assert(200);
    let again = register(&app, &family(" LEILA@example.org ")).await.assert(200);
    assert_eq!(first.json(), again.json());
    assert_eq!(made(&app).await, (2, 1, 1, 1), "the same child: nothing new");
    let mut sibling = family("leila@example.org");
    sibling["studentFirstName"] = json!("Salma");
    let sibling = register(&app, &sibling).await.assert(200);
    let keys = |answer: &crate::testing::Answer| {
        answer.json().as_object().expect("object").keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&first), keys(&sibling));
    assert_eq!(first.json()["message"], sibling.json()["message"]);
    assert_eq!(first.json()["parentId"], sibling.json()["parentId"]);
    assert_eq!(made(&app).await, (2, 2, 2, 2), "an attempt and a mail, but no account");
    let ids = sqlx::query_scalar!("select id from users").fetch_all(&app.ctx.pool).await.expect("users");
    assert!(ids.iter().all(|id| !first.text().contains(&id.to_string())), "references, not keys");
}

#[tokio::test]
async fn what_is_refused_names_its_fields() {
    let app = TestApp::new().await;
    let answer = register(&app, &json!({ "parentEmail": "x" })).await.assert(400).json();
    assert_eq!((answer["success"].clone(), answer["error"].clone()), (json!(false), json!("Données invalides")));
    assert_eq!(answer["details"]["fieldErrors"]["parentEmail"][0], "Email invalide");
    let mut wrong = family("leila@example.org");
    wrong["subjects"] = json!("MATHEMATIQUES");
    let answer = register(&app, &wrong).await.assert(400).json();
    assert!(answer["details"]["fieldErrors"]["subjects"].is_array(), "{answer}");
    let mut unagreed = family("leila@example.org");
    unagreed["acceptTerms"] = json!(false);
    assert!(register(&app, &unagreed).await.assert(400).json()["details"]["fieldErrors"]["acceptTerms"].is_array());
    assert_eq!(made(&app).await, (0, 0, 0, 0));
}

#[tokio::test]
async fn a_form_filled_in_by_a_program_gets_the_same_answer_and_makes_nothing() {
    let app = TestApp::new().await;
    let mut spam = family("leila@example.org");
    spam["website"] = json!("http://spam.example");
    let trapped = register(&app, &spam).await.assert(200).json();
    assert_eq!(made(&app).await, (0, 0, 0, 0));
    assert_eq!(register(&app, &family("leila@example.org")).await.json(), trapped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_many_times_at_once_it_is_one_family() {
    let app = TestApp::new().await;
    app.warm().await;
    for answer in together((0..8).map(|_| register(&app, &family("leila@example.org")))).await {
        answer.assert(200);
    }
    assert_eq!(made(&app).await, (2, 1, 1, 1));
    let keyed = |key: &str| register(&app, &family("salma@example.org")).header("idempotency-key", key);
    for answer in together((0..8).map(|_| keyed("one"))).await {
        answer.assert(200);
    }
    assert_eq!(made(&app).await, (4, 2, 2, 2));
}

#[tokio::test]
async fn the_key_of_one_family_is_not_that_of_another() {
    let app = TestApp::new().await;
    for email in ["leila@example.org", "salma@example.org"] {
        register(&app, &family(email)).header("idempotency-key", "1").await.assert(200);
    }
    assert_eq!(made(&app).await, (4, 2, 2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_in_parent_s_child_is_made_once_whatever_the_keys() {
    let app = TestApp::new().await;
    app.warm().await;
    let parent = app.signed_in(crate::web::Role::Parent).await;
    let body = family(&format!("parent-{}@example.org", parent.id));
    let asks =
        (0..6).map(|key| parent.post_json("/api/bilan-gratuit", &body).header("idempotency-key", &key.to_string()));
    for answer in together(asks).await {
        answer.assert(200);
    }
    assert_eq!(count(&app, "students").await, 1);
    assert_eq!(count(&app, "assessments").await, 1, "one open attempt");
}

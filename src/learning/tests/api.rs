//! The JSON contract of learning.

use serde_json::{Value, json};

use super::count;
use crate::{
    assessments::tests::support::{SHORT, begin, completed_by},
    testing::{Answer, Client, TestApp},
    web::Role,
};

async fn predict(who: &Client, body: Value) -> Answer {
    who.post_json("/api/assessments/predict", &body).await
}

#[tokio::test]
async fn a_projection_is_answered_in_the_contract_s_fields_and_kept() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let answer = predict(&student, json!({ "studentId": student.id, "weeklyHours": 5 })).await.assert(200).json();
    assert_eq!((&answer["success"], &answer["modelVersion"]), (&true.into(), &"ridge_v1".into()));
    let input = &answer["inputSnapshot"];
    assert_eq!(
        (&input["weeklyHours"], &input["methodologyScore"], &input["progressionTrend"]),
        (&json!(5.0), &json!(50.0), &json!(0.0))
    );
    let ssn = input["ssn"].as_f64().expect("ssn");
    let expected = ((5.0 + 0.6 * ssn + 6.0 + 15.0) * 10.0 + 0.5).floor() / 10.0;
    assert_eq!(answer["ssnProjected"], json!(expected));
    for key in ["bilansNorm", "stabiliteTrend", "dispersionInverse"] {
        assert!(answer["confidenceBreakdown"][key].is_i64(), "{answer}");
    }
    assert_eq!(count(&app, "select count(*) from projection_history where source = 'ASKED'").await, 1);
}

#[tokio::test]
async fn who_may_not_see_the_student_learns_no_more_than_that_there_is_too_little_to_tell() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let (parent, stranger) = (app.signed_in(Role::Parent).await, app.signed_in(Role::Parent).await);
    app.guard(parent.id, student.id).await;
    let body = json!({ "studentId": student.id });
    predict(&parent, body.clone()).await.assert(200);
    let admin = app.signed_in(Role::Admin).await;
    predict(&admin, body.clone()).await.assert(200);
    let refused = predict(&stranger, body.clone()).await.assert(404).json();
    assert_eq!(refused["error"], "Données insuffisantes pour la prédiction. Au moins 1 bilan avec SSN requis.");
    let nobody = predict(&stranger, json!({ "studentId": "nobody" })).await.assert(404).json();
    assert_eq!(refused, nobody);
    assert_eq!(predict(&app.anonymous(), body).await.assert(401).json()["error"], "Authentification requise.");
}

#[tokio::test]
async fn a_missing_or_odd_student_is_a_400_and_so_is_an_impossible_effort() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    for body in [json!({}), json!({ "studentId": 5 }), json!({ "studentId": "" })] {
        assert_eq!(predict(&student, body).await.assert(400).json()["error"], "studentId requis (string).");
    }
    predict(&student, json!({ "studentId": student.id, "weeklyHours": 500 })).await.assert(400);
    predict(&student, json!({ "studentId": student.id })).await.assert(404);
}

#[tokio::test]
async fn badges_are_answered_in_the_contract_s_fields() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let path = format!("/api/students/{}/badges", student.id);
    let badges = student.get(&path).await.assert(200).json()["badges"].clone();
    let first =
        badges.as_array().and_then(|all| all.iter().find(|it| it["id"] == "first_module_completed")).expect("badge");
    assert_eq!(
        (&first["category"], &first["isNew"], &first["name"]),
        (&"PROGRESSION".into(), &true.into(), &"Décollage Réussi".into())
    );
    assert!(first["unlockedAt"].is_string() && first["description"].is_string() && first["icon"].is_string());
    app.signed_in(Role::Eleve).await.get(&path).await.assert(404);
}

#[tokio::test]
async fn the_next_step_follows_what_the_student_does() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let step = async || student.get("/api/me/next-step").await.assert(200).json()["step"].clone();
    let first = step().await;
    assert_eq!((&first["type"], &first["priority"]), (&"TAKE_ASSESSMENT".into(), &"high".into()));
    let attempt = begin(&student, SHORT).await;
    let running = step().await;
    assert_eq!(
        (&running["type"], &running["link"]),
        (&"RESUME_ASSESSMENT".into(), &format!("/assessments/{attempt}").into())
    );
    crate::assessments::tests::support::send(&student, attempt).await.assert(303);
    assert_eq!(step().await["type"], "PRACTISE_SKILL");
}

#[tokio::test]
async fn every_role_has_a_next_step_in_few_queries() {
    let app = TestApp::new().await;
    for role in Role::ALL {
        let answer = app.signed_in(role).await.get("/api/me/next-step").await.assert(200);
        assert!(answer.json()["step"]["message"].is_string(), "{answer}");
        assert!(answer.queries().len() <= 3, "{:?}", answer.queries());
    }
}

//! What the log says of a request: enough to find the fault, nothing about the person.

use crate::{assessments::tests::support, testing::TestApp, web::Role};

#[tokio::test]
async fn every_request_leaves_one_line_with_its_reference() {
    let app = TestApp::new().await;
    let answer = app.anonymous().get("/bilan-gratuit").await;
    let log = answer.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(" request ")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    for part in [answer.header("x-request-id"), "method=GET", "path=/bilan-gratuit", "status=200", "ms="] {
        assert!(lines[0].contains(part), "{part}: {log}");
    }
}

#[tokio::test]
async fn no_line_holds_an_id_an_address_a_name_or_a_password() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = support::completed_by(&app, &student).await;
    let simple = attempt.simple().to_string();
    let secrets = [
        attempt.to_string(),
        simple.clone(),
        student.id.to_string(),
        "leila@example.org".into(),
        "Ben Salah".into(),
        "hunter2 hunter2".into(),
    ];
    let form = [("email", "leila@example.org"), ("password", "hunter2 hunter2")];
    let answers = [
        student.get(&format!("/assessments/{attempt}/result?acces=1.x")).await,
        student.get(&format!("/assessments/{simple}/result")).await,
        student.get(&format!("/api/assessments/{attempt}/result")).await,
        student.get(&format!("/api/assessments/%7B{attempt}%7D/result")).await,
        student.get("/users/leila@example.org").await,
        student.get("/users/leila%40example.org").await,
        student.get("/users/Ben%20Salah").await,
        student.get("/bilan-gratuit?email=leila@example.org").await,
        app.anonymous().post("/auth/signin", &form).await,
        app.anonymous().post("/api/auth/callback/credentials", &form).await,
        app.anonymous()
            .post_json(
                "/api/assessments/submit",
                &serde_json::json!({ "studentData": { "email": "leila@example.org", "name": 5 } }),
            )
            .await,
    ];
    for answer in answers {
        for secret in &secrets {
            assert!(!answer.log().contains(secret.as_str()), "{secret} in the log: {answer}");
        }
    }
}

#[tokio::test]
async fn a_fault_of_ours_is_logged_with_its_cause_but_without_whom_it_hit() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = support::begin(&student, support::SHORT).await;
    sqlx::query!("update assessments set bank = 'gone' where id = $1", attempt)
        .execute(&app.ctx.pool)
        .await
        .expect("bank");
    let answer = student.get(&format!("/assessments/{attempt}/review")).await.assert(500);
    assert!(answer.log().contains("ERROR") && answer.log().contains("gone"), "{answer}");
    assert!(!answer.log().contains(&attempt.to_string()), "{answer}");
}

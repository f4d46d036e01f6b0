//! `POST /api/assessments/submit`: what it takes, what it refuses, and what sending twice does.

use serde_json::{Value, json};

use super::support::{count, submission, submitted};
use crate::{
    assessments::bank,
    testing::{Ask, TestApp, together},
};

fn submit(app: &TestApp, body: &Value) -> Ask {
    app.anonymous().post_json("/api/assessments/submit", body)
}

/// A submission with one field replaced.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = submission(&[("MATH-COMB-01", "a")]);
    body["metadata"] = json!({});
    let (parent, key) = pointer.rsplit_once('/').expect("pointer");
    body.pointer_mut(parent).expect("parent")[key] = value;
    body
}

#[tokio::test]
async fn it_answers_as_the_contract_says() {
    let app = TestApp::new().await;
    let answer = submit(&app, &submission(&[("MATH-COMB-01", "a")])).await.assert(201).json();
    let id = answer["assessmentId"].as_str().expect("id").to_owned();
    assert_eq!(
        answer,
        json!({ "success": true, "assessmentId": id, "redirectUrl": format!("/assessments/{id}/processing"),
                "message": "Assessment submitted successfully" })
    );
    let status = app.anonymous().get(&format!("/api/assessments/{id}/status")).await.assert(200).json();
    assert_eq!(
        status,
        json!({ "id": id, "status": "COMPLETED", "progress": 100, "message": "Votre bilan est prêt !",
                "result": { "globalScore": 100, "confidenceIndex": 100, "recommendations": [] } })
    );
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let app = TestApp::new().await;
    for id in ["00000000-0000-4000-8000-000000000000", "nonsense", "1", "%20"] {
        for kind in ["status", "result"] {
            let answer = app.anonymous().get(&format!("/api/assessments/{id}/{kind}")).await.assert(404);
            assert_eq!(answer.json(), json!({ "error": "Assessment not found" }));
        }
    }
}

#[tokio::test]
async fn a_field_at_fault_is_named() {
    let app = TestApp::new().await;
    let long = "x".repeat(200);
    let cases = [
        ("/studentData/email", json!("not an address"), "studentData.email"),
        ("/studentData/email", json!(5), "studentData.email"),
        ("/studentData/email", Value::Null, "studentData.email"),
        ("/studentData/name", json!("A"), "studentData.name"),
        ("/studentData/name", json!({}), "studentData.name"),
        ("/studentData/name", json!(long), "studentData.name"),
        ("/studentData/phone", json!(20_123_456), "studentData.phone"),
        ("/studentData", json!([]), "studentData"),
        ("/studentData", json!("x"), "studentData"),
        ("/subject", json!("LATIN"), "subject"),
        ("/subject", json!(1), "subject"),
        ("/grade", json!("SECONDE"), "grade"),
        ("/answers", json!([]), "answers"),
        ("/answers", json!({ "MATH-COMB-01": 1 }), "answers.MATH-COMB-01"),
        ("/answers", json!({ "MATH-COMB-01": null }), "answers.MATH-COMB-01"),
        ("/answers", json!({ "MATH-COMB-01": long }), "answers"),
        ("/duration", json!(-5), "duration"),
        ("/duration", json!(0), "duration"),
        ("/duration", json!(1.5), "duration"),
        ("/duration", json!("long"), "duration"),
        ("/duration", json!(1e30), "duration"),
        ("/duration", json!(u64::MAX), "duration"),
        ("/metadata", json!(5), "metadata"),
        ("/metadata/startedAt", json!("yesterday"), "metadata.startedAt"),
        ("/metadata/completedAt", json!(17), "metadata.completedAt"),
        ("/assessmentVersion", json!(long), "assessmentVersion"),
    ];
    for (pointer, value, field) in cases {
        let answer = submit(&app, &with(pointer, value)).await.assert(400);
        let body = answer.json();
        assert_eq!((&body["success"], &body["error"]), (&json!(false), &json!("Validation failed")), "{answer}");
        assert!(body["details"]["formErrors"].is_array(), "{answer}");
        assert!(body["details"]["fieldErrors"][field][0].is_string(), "{pointer} names {field}: {answer}");
    }
    for (missing, field) in
        [("subject", "subject"), ("grade", "grade"), ("studentData", "studentData"), ("answers", "answers")]
    {
        let mut body = submission(&[]);
        body.as_object_mut().expect("object").remove(missing);
        let answer = submit(&app, &body).await.assert(400);
        assert!(answer.json()["details"]["fieldErrors"][field][0].is_string(), "{answer}");
    }
    let sentences = |field: &'static str, value: Value| submit(&app, &with(field, value));
    assert!(sentences("/studentData/email", json!("x")).await.text().contains("Email invalide"));
    assert!(sentences("/studentData/name", json!("A")).await.text().contains("Nom trop court"));
    assert_eq!(count(&app, "assessments").await, 0);
}

#[tokio::test]
async fn a_combination_without_questions_is_404_and_a_known_version_wins() {
    let app = TestApp::new().await;
    let mut body = submission(&[]);
    (body["subject"], body["grade"]) = (json!("NSI"), json!("PREMIERE"));
    let answer = submit(&app, &body).await.assert(404);
    assert_eq!(answer.json(), json!({ "success": false, "error": "No questions available for this combination" }));
    let mut body = submission(&[("MATH-COMB-01", "a")]);
    (body["subject"], body["grade"], body["assessmentVersion"]) =
        (json!("NSI"), json!("PREMIERE"), json!("maths_terminale_spe_v1"));
    let id = submitted(submit(&app, &body).await);
    let result = app.anonymous().get(&format!("/api/assessments/{id}/result")).await.json();
    assert_eq!((&result["subject"], &result["grade"]), (&json!("MATHS"), &json!("TERMINALE")));
    body["assessmentVersion"] = json!("unknown_v9");
    submit(&app, &body).await.assert(404);
}

#[tokio::test]
async fn a_student_of_premiere_is_measured_in_mathematics_under_the_version_that_the_contract_stores() {
    let app = TestApp::new().await;
    // Suites: right, wrong; second degré: right; dérivation: "je ne sais pas".
    let answers = [("MATHP-SUI-01", "c"), ("MATHP-SUI-02", "a"), ("MATHP-DEG-01", "b"), ("MATHP-DER-01", "__NSP__")];
    let mut body = submission(&answers);
    body["grade"] = json!("PREMIERE");
    let id = submitted(submit(&app, &body).await);
    let result = app.anonymous().get(&format!("/api/assessments/{id}/result")).await.json();
    assert_eq!((&result["subject"], &result["grade"]), (&json!("MATHS"), &json!("PREMIERE")));
    assert_eq!(
        result["domainScores"],
        json!([{ "domain": "suites", "score": 50 }, { "domain": "secondDegre", "score": 100 },
               { "domain": "derivation", "score": 0 }, { "domain": "expTrigo", "score": 0 },
               { "domain": "geometrie", "score": 0 }, { "domain": "probabilites", "score": 0 }])
    );
    let stored: String = sqlx::query_scalar("select bank from assessments where id = $1")
        .bind(id)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("row");
    assert_eq!(stored, "maths_premiere_default");
}

#[tokio::test]
async fn nsi_in_terminale_is_scored_on_its_own_domains() {
    let app = TestApp::new().await;
    let right = |id: &str| bank::banks().iter().find_map(|bank| bank.question(id)).expect("question").right_option();
    let mut body = submission(&["NSI-POO-01", "NSI-SQL-02"].map(|id| (id, right(id))));
    (body["subject"], body["grade"]) = (json!("NSI"), json!("TERMINALE"));
    let id = submitted(submit(&app, &body).await);
    let result = app.anonymous().get(&format!("/api/assessments/{id}/result")).await.json();
    assert_eq!((&result["subject"], &result["globalScore"]), (&json!("NSI"), &json!(100)), "{result}");
    let domains: Vec<_> = result["domainScores"].as_array().expect("list").iter().map(|it| &it["domain"]).collect();
    assert_eq!(domains, ["poo", "structures", "algorithmique", "sql", "architecture"], "{result}");
}

#[tokio::test]
async fn everything_that_fits_is_taken() {
    let app = TestApp::new().await;
    let mut body = submission(&[]);
    let answers: serde_json::Map<String, Value> =
        (0..500).map(|number| (format!("UNKNOWN-{number}"), json!("x".repeat(100)))).collect();
    body["answers"] = Value::Object(answers);
    body["duration"] = json!(i64::MAX);
    body["studentData"]["name"] = json!("é".repeat(160));
    body["metadata"] = json!({ "userAgent": "x".repeat(5000), "startedAt": "2026-02-17T10:00:00Z", "completedAt": "2026-02-17T10:30:00+01:00" });
    let id = submitted(submit(&app, &body).await);
    let row = sqlx::query!(
        "select scoring_result->>'totalNSP' as nsp, length(user_agent) as agent from assessments where id = $1",
        id
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("row");
    assert_eq!((row.nsp.as_deref(), row.agent), (Some("500"), Some(300)));
    submit(&app, &submission(&[])).await.assert(201);
    body["answers"]["ONE-MORE"] = json!("a");
    submit(&app, &body).await.assert(400);
}

#[tokio::test]
async fn moments_that_no_calendar_of_ours_holds_are_left_out() {
    let app = TestApp::new().await;
    for moment in [
        "-100000-01-01T00:00:00Z",
        "+200000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-06-30T23:59:60Z",
    ] {
        let mut body = submission(&[("MATH-COMB-01", "a")]);
        body["metadata"] = json!({ "startedAt": moment, "completedAt": moment });
        let answer = submit(&app, &body).await;
        assert!(matches!(answer.status.as_u16(), 201 | 400), "{moment}: {answer}");
    }
    let late = sqlx::query_scalar!(
        r#"select count(*) as "n!" from assessments where started_at not between now() - interval '1 year 1 day' and now() + interval '1 day'
           or completed_at > now() + interval '1 day'"#
    );
    assert_eq!(late.fetch_one(&app.ctx.pool).await.expect("count"), 0);
}

#[tokio::test]
async fn a_key_makes_a_second_send_the_same_assessment() {
    let app = TestApp::new().await;
    let keyed = |body: &Value| submit(&app, body).header("idempotency-key", "b1946ac9");
    let body = submission(&[("MATH-COMB-01", "a"), ("MATH-COMB-02", "b"), ("MATH-ANA-01", "c")]);
    let first = submitted(keyed(&body).await);
    let reordered = submission(&[("MATH-ANA-01", "c"), ("MATH-COMB-02", "b"), ("MATH-COMB-01", "a")]);
    assert_eq!(submitted(keyed(&reordered).await), first);
    let other = submission(&[("MATH-COMB-01", "b")]);
    let refused = keyed(&other).await.assert(409).json();
    assert!(refused["error"].is_string() && refused["message"].is_string(), "{refused}");
    assert_eq!(count(&app, "assessments").await, 1);
    let invalid = with("/studentData/name", json!("A"));
    keyed(&invalid).await.assert(400);
    for key in ["", "   "] {
        let (one, two) =
            (submit(&app, &body).header("idempotency-key", key), submit(&app, &body).header("idempotency-key", key));
        assert_ne!(submitted(one.await), submitted(two.await), "an empty key is none");
    }
    submit(&app, &body).header("idempotency-key", &"k".repeat(201)).await.assert(400);
    submit(&app, &body).header("idempotency-key", &"k".repeat(200)).await.assert(201);
}

#[tokio::test]
async fn a_key_used_for_a_refused_body_is_free_again() {
    let app = TestApp::new().await;
    let keyed = |body: &Value| submit(&app, body).header("idempotency-key", "once");
    keyed(&with("/studentData/name", json!("A"))).await.assert(400);
    keyed(&submission(&[])).await.assert(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_at_once_with_one_key_it_is_one_assessment() {
    let app = TestApp::new().await;
    app.warm().await;
    let body = submission(&[("MATH-COMB-01", "a")]);
    let ids: Vec<_> = together((0..10).map(|_| submit(&app, &body).header("idempotency-key", "one")))
        .await
        .into_iter()
        .map(submitted)
        .collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    assert_eq!((count(&app, "assessments").await, count(&app, "standard_scores").await), (1, 1));
    let n = sqlx::query_scalar!("select n from cohorts").fetch_one(&app.ctx.pool).await.expect("cohort");
    assert_eq!(n, 1);
}

#[tokio::test]
async fn a_fault_of_ours_has_the_contract_s_body() {
    let app = TestApp::new().await;
    let id = submitted(submit(&app, &submission(&[])).await);
    sqlx::raw_sql("drop table skill_scores").execute(&app.ctx.pool).await.expect("broken");
    for answer in
        [submit(&app, &submission(&[])).await, app.anonymous().get(&format!("/api/assessments/{id}/result")).await]
    {
        let body = answer.assert(500).json();
        assert_eq!((&body["success"], &body["error"]), (&json!(false), &json!("Internal server error")), "{body}");
        assert!(body["message"].as_str().is_some_and(|text| !text.contains("skill_scores")), "{body}");
    }
    assert_eq!(count(&app, "assessments").await, 1, "half a submission is none");
}

#[tokio::test]
async fn a_submission_costs_the_same_whatever_the_size_of_the_cohort() {
    let app = TestApp::new().await;
    let few = submit(&app, &submission(&[])).await.queries().len();
    for _ in 0..5 {
        submit(&app, &submission(&[("MATH-COMB-01", "a")])).await.assert(201);
    }
    let answer = submit(&app, &submission(&[("MATH-COMB-01", "a")])).await;
    assert!(answer.queries().len() <= few && few <= 6, "{:#?}", answer.queries());
}

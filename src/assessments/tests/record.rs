//! The production record of 17 February 2026, figure for figure, through HTTP (specs §1.5).

use serde_json::{Value, json};
use uuid::Uuid;

use super::support::submitted;
use crate::{
    testing::{Client, TestApp},
    web::Role,
};

/// Questions of the record: the six of combinatorics and so on, by the letters that were sent.
fn answers(letters: &[(&str, &str)]) -> Value {
    let mut all = serde_json::Map::new();
    for (domain, sent) in letters {
        for (number, letter) in sent.chars().enumerate() {
            all.insert(format!("MATH-{domain}-{:02}", number + 1), json!(letter.to_string()));
        }
    }
    Value::Object(all)
}

async fn submit(who: &Client, name: &str, letters: &[(&str, &str)]) -> Uuid {
    let body = json!({
        "subject": "MATHS", "grade": "TERMINALE", "duration": 600_000, "answers": answers(letters),
        "studentData": { "email": format!("{}@example.org", name.to_lowercase()), "name": name },
    });
    submitted(who.post_json("/api/assessments/submit", &body).await)
}

async fn result(who: &Client, id: Uuid) -> Value {
    who.get(&format!("/api/assessments/{id}/result")).await.assert(200).json()
}

#[tokio::test]
async fn its_three_tests_its_averages_and_its_recompute() {
    let app = TestApp::new().await;
    let (who, admin) = (app.anonymous(), app.signed_in(Role::Admin).await);

    let mixed = [("COMB", "aabaac"), ("ANA", "bacdab"), ("GEO", "abda"), ("PROB", "acba"), ("LOGEXP", "bac")];
    let one = submit(&who, "Mixte", &mixed).await;
    let first = result(&who, one).await;
    assert_eq!((first["globalScore"].as_i64(), first["confidenceIndex"].as_i64()), (Some(49), Some(94)));
    assert_eq!((first["ssn"].as_f64(), first["scoringResult"]["precisionIndex"].as_i64()), (Some(52.4), Some(21)));
    assert_eq!(
        first["domainScores"],
        json!([{ "domain": "analyse", "score": 33 }, { "domain": "combinatoire", "score": 67 },
               { "domain": "geometrie", "score": 50 }, { "domain": "logExp", "score": 0 }, { "domain": "probabilites", "score": 50 }])
    );
    assert_eq!(
        [&first["cohortMean"], &first["cohortStd"], &first["cohortN"], &first["isLowSample"], &first["percentile"]],
        [&json!(49.0), &json!(15.0), &json!(1), &json!(true), &json!(0)]
    );
    assert_eq!(
        first["ssnCohort"],
        json!({ "n": 0, "mean": 50.0, "std": 15.0, "ruleVersion": "scoring_v2", "provisional": true })
    );

    let two = submit(
        &who,
        "Zero",
        &[("COMB", "bbbbbb"), ("ANA", "dddddd"), ("GEO", "dddd"), ("PROB", "dddd"), ("LOGEXP", "ddd")],
    )
    .await;
    let second = result(&who, two).await;
    assert_eq!((second["globalScore"].as_i64(), second["ssn"].as_f64()), (Some(0), Some(19.8)));

    let stats = admin.get("/api/admin/directeur/stats").await.assert(200).json();
    assert_eq!(
        (stats["kpis"]["averageSSN"].as_f64(), stats["kpis"]["averageGlobalScore"].as_f64()),
        (Some(36.1), Some(24.5))
    );
    assert_eq!(
        stats["distribution"],
        json!({ "excellence": 0, "tres_solide": 0, "stable": 0, "fragile": 1, "prioritaire": 1 })
    );
    assert_eq!((stats["alerts"].as_array().map(Vec::len), stats["alerts"][0]["ssn"].as_f64()), (Some(1), Some(19.8)));

    let recompute = || admin.post_json("/api/admin/recompute-ssn", &json!({ "type": "MATHS" }));
    let done = recompute().await.assert(200).json();
    assert_eq!(
        (done["updated"].as_i64(), &done["cohort"]),
        (Some(2), &json!({ "mean": 24.5, "std": 24.5, "sampleSize": 2 }))
    );
    assert_eq!((&done["audit"]["previousMean"], &done["audit"]["delta"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (result(&who, one).await["ssn"].as_f64(), result(&who, two).await["ssn"].as_f64()),
        (Some(67.1), Some(46.5))
    );
    assert_eq!(result(&who, one).await["percentile"].as_i64(), Some(50));

    let three = submit(&who, "Parfait", &[("COMB", "aaaaaa"), ("ANA", "aaa")]).await;
    let third = result(&who, three).await;
    assert_eq!((third["globalScore"].as_i64(), third["ssn"].as_f64()), (Some(100), Some(86.2)));

    let again = recompute().await.assert(200).json();
    assert_eq!((&again["audit"]["previousMean"], &again["audit"]["previousStd"]), (&json!(24.5), &json!(24.5)));
    assert_eq!(again["audit"]["delta"]["sampleDelta"], 1);
    assert_eq!(again["cohorts"][0]["bank"], "maths_terminale_spe_v1");
}

#[tokio::test]
async fn the_two_rule_versions_never_share_a_cohort() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = super::support::begin(&student, super::support::LONG).await;
    super::support::send(&student, attempt).await.assert(303);
    let id = submit(&app.anonymous(), "Zero", &[("COMB", "bbbbbb")]).await;
    let result = result(&app.anonymous(), id).await;
    assert_eq!((&result["cohortN"], &result["ssnCohort"]["n"]), (&json!(1), &json!(0)));
    assert_eq!(super::support::count(&app, "cohorts").await, 2);
}

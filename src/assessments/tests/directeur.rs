//! The directeur's figures and recompute, as pages and as the JSON contract.

use serde_json::{Value, json};

use super::support::{SHORT, begin, completed_attempt, completed_by, count, send, state, submission, submitted};
use crate::{
    assessments::{directeur::recompute, model::Subject},
    testing::{Client, TestApp},
    web::Role,
};

const DENIED: &str = "Accès non autorisé. Rôle ADMIN requis.";

fn recompute_as(who: &Client, subject: &str) -> crate::testing::Ask {
    who.post_json("/api/admin/recompute-ssn", &json!({ "type": subject }))
}

#[tokio::test]
async fn all_but_the_admin_get_the_contract_s_refusal_whatever_they_send() {
    let app = TestApp::new().await;
    let refused = json!({ "success": false, "error": DENIED });
    let mut people = vec![app.anonymous()];
    for role in [Role::Assistante, Role::Coach, Role::Parent, Role::Eleve] {
        people.push((*app.signed_in(role).await).clone());
    }
    for who in &people {
        assert_eq!(who.get("/api/admin/directeur/stats").await.assert(403).json(), refused);
        for body in [r#"{"type":"MATHS"}"#, r#"{"type":"LATIN"}"#, "{}", "", "{", r#"{"type":5}"#] {
            assert_eq!(who.post_text("/api/admin/recompute-ssn", body).await.assert(403).json(), refused, "{body}");
        }
    }
    assert_eq!(count(&app, "recomputes").await, 0);
}

#[tokio::test]
async fn a_type_that_is_none_is_400_with_the_contract_s_sentence() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let sentence = "Type invalide. Valeurs acceptées : MATHS, NSI, GENERAL";
    for body in
        [r#"{"type":"LATIN"}"#, r#"{"type":"maths"}"#, r#"{"type":""}"#, "{}", r#"{"type":5}"#, r#"{"type":null}"#]
    {
        let answer = admin.post_text("/api/admin/recompute-ssn", body).await.assert(400);
        assert_eq!(answer.json(), json!({ "success": false, "error": sentence }), "{body}");
    }
    admin.post_text("/api/admin/recompute-ssn", "{").await.assert(400);
    assert_eq!(count(&app, "recomputes").await, 0);
}

#[tokio::test]
async fn an_empty_school_has_figures_of_nothing() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let stats = admin.get("/api/admin/directeur/stats").await.assert(200).json();
    assert_eq!(
        stats,
        json!({
            "success": true,
            "kpis": { "totalAssessments": 0, "completedAssessments": 0, "averageSSN": null, "averageGlobalScore": null,
                      "activeStudents": 0, "stageConversionRate": null },
            "distribution": { "excellence": 0, "tres_solide": 0, "stable": 0, "fragile": 0, "prioritaire": 0 },
            "subjectAverages": [], "alerts": [], "monthlyProgression": [],
        })
    );
    let page = admin.get("/admin/directeur").await;
    page.assert_page(200, "Cohorte insuffisante");
    let done = recompute_as(&admin, "NSI").await.assert(200).json();
    assert_eq!((&done["updated"], &done["cohort"]["sampleSize"], &done["cohorts"]), (&json!(0), &json!(0), &json!([])));
}

#[tokio::test]
async fn an_average_of_zero_is_zero_and_not_nothing() {
    let app = TestApp::new().await;
    submitted(app.anonymous().post_json("/api/assessments/submit", &submission(&[("MATH-COMB-01", "b")])).await);
    let stats = app.signed_in(Role::Admin).await.get("/api/admin/directeur/stats").await.json();
    assert_eq!(stats["kpis"]["averageGlobalScore"], json!(0.0));
}

#[tokio::test]
async fn the_figures_count_what_is_there() {
    let app = TestApp::new().await;
    completed_attempt(&app).await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let practice = completed_by(&app, &student).await;
    assert_eq!(state(&app, practice).await.3, None);
    let third = app.signed_in(Role::Eleve).await;
    begin(&third, SHORT).await;
    for _ in 0..25 {
        submitted(app.anonymous().post_json("/api/assessments/submit", &submission(&[("MATH-COMB-01", "b")])).await);
    }
    sqlx::query!("update standard_scores set ssn = 39 - cohort_n where cohort_n > 2")
        .execute(&app.ctx.pool)
        .await
        .expect("low scores");
    let admin = app.signed_in(Role::Admin).await;
    let stats = admin.get("/api/admin/directeur/stats").await.assert(200).json();
    let kpis = &stats["kpis"];
    assert_eq!(
        (&kpis["totalAssessments"], &kpis["completedAssessments"], &kpis["activeStudents"]),
        (&json!(29), &json!(28), &json!(3))
    );
    let alerts = stats["alerts"].as_array().expect("alerts");
    assert_eq!(alerts.len(), 20);
    let ssns: Vec<f64> = alerts.iter().map(|alert| alert["ssn"].as_f64().expect("SSN")).collect();
    assert!(ssns.windows(2).all(|pair| pair[0] <= pair[1]) && ssns.iter().all(|ssn| *ssn < 40.0), "{ssns:?}");
    assert_eq!(alerts[0]["studentEmail"], "alya@example.org");
    let distribution: i64 = stats["distribution"].as_object().expect("bands").values().filter_map(Value::as_i64).sum();
    assert_eq!(distribution, 27, "practice has no band");
    let subjects: Vec<&str> = stats["subjectAverages"]
        .as_array()
        .expect("subjects")
        .iter()
        .filter_map(|one| one["subject"].as_str())
        .collect();
    assert_eq!(subjects, ["GENERAL", "MATHS"]);
    assert_eq!(stats["monthlyProgression"][0]["count"], 27);
    let page = admin.get("/admin/directeur").await;
    page.assert_page(200, "À accompagner en priorité");
    assert!(page.queries().len() <= 4, "{:#?}", page.queries());
}

#[tokio::test]
async fn a_recompute_is_audited_and_the_page_says_that_it_is_done() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    completed_attempt(&app).await;
    recompute_as(&admin, "GENERAL").await.assert(200);
    let audit = sqlx::query!("select actor_id, action, subject, details from audit_log")
        .fetch_one(&app.ctx.pool)
        .await
        .expect("entry");
    assert_eq!(
        (audit.actor_id, audit.action.as_str(), audit.subject.as_str()),
        (Some(admin.id), "RECOMPUTE_SSN", "GENERAL")
    );
    assert_eq!(audit.details["outcome"]["updated"], 1);
    let fragment = admin.get("/admin/directeur/recompute/progress").htmx().await.assert(200);
    assert!(fragment.text().contains("recalcul terminé") && !fragment.text().contains("hx-get"), "{fragment}");
}

#[tokio::test]
async fn from_the_page_a_job_does_it_and_the_page_shows_it_running() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    completed_attempt(&app).await;
    let form = |subject: &'static str| admin.post("/admin/directeur/recompute", &[("subject", subject)]);
    form("GENERAL").await.assert_redirect("/admin/directeur#recompute");
    form("LATIN").await.assert(400);
    assert_eq!(count(&app, "jobs where kind = 'assessments.recompute'").await, 1);
    let fragment = admin.get("/admin/directeur/recompute/progress").htmx().await.assert(200);
    assert!(fragment.text().contains("hx-get=\"/admin/directeur/recompute/progress\""), "{fragment}");
    let running = recompute::latest(&app.ctx.pool).await.expect("read").expect("announced");
    recompute::run(&app.ctx, Subject::General, admin.id, running.id).await.expect("done");
    admin.get("/admin/directeur").await.assert_page(200, "recalcul terminé");
}

#[tokio::test]
async fn a_recompute_whose_caller_went_away_is_done_all_the_same() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    send(&student, attempt).await.assert(303);
    // Somebody holds the cohort, so that the recompute is still at work when its caller gives up.
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    sqlx::query!("select from cohorts for update").execute(&mut *tx).await.expect("lock");
    let gave_up = tokio::time::timeout(
        std::time::Duration::from_millis(200),
        std::future::IntoFuture::into_future(recompute_as(&admin, "GENERAL")),
    );
    assert!(gave_up.await.is_err());
    tx.rollback().await.expect("rollback");
    for _ in 0..100 {
        if recompute::latest(&app.ctx.pool).await.expect("read").is_some_and(|one| one.state == "DONE") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("still running: {:?}", recompute::latest(&app.ctx.pool).await);
}

#[tokio::test]
async fn a_recompute_that_a_crash_cut_off_is_not_shown_as_running_for_ever() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    recompute::announce(&mut conn, Subject::Maths, admin.id).await.expect("announced");
    sqlx::query!("update recomputes set started_at = now() - interval '2 hours'")
        .execute(&mut *conn)
        .await
        .expect("long ago");
    admin.get("/admin/directeur").await.assert_page(200, "le recalcul a échoué");
}

#[tokio::test]
async fn a_fault_of_ours_has_the_contract_s_body() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    sqlx::raw_sql("drop table cohort_months").execute(&app.ctx.pool).await.expect("broken");
    let body = json!({ "success": false, "error": "Erreur interne du serveur" });
    assert_eq!(admin.get("/api/admin/directeur/stats").await.assert(500).json(), body);
}

//! The same questions again (decision 6): practice, without SSN, and the cohort does not move.

use uuid::Uuid;

use super::support::{
    LONG, SHORT, begin, begin_as_family, child_fields, completed_by, count, id_in, parent_fields, send, state,
};
use crate::{
    testing::{Client, TestApp},
    web::Role,
};

/// A family that wants no mathematics: the general diagnostic has one form.
async fn begin_general(who: &Client, email: &str, first_name: &str) -> Uuid {
    who.post("/bilan-gratuit", &parent_fields(email)).await.assert(303);
    let mut fields = child_fields(first_name);
    fields.iter_mut().filter(|(name, _)| *name == "subjects").for_each(|field| field.1 = "FRANCAIS");
    id_in(&who.post("/bilan-gratuit/eleve", &fields).await.redirected())
}

#[tokio::test]
async fn a_second_attempt_on_the_form_is_practice() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let first = completed_by(&app, &student).await;
    let before = cohort(&app).await;
    assert!(student.get("/dashboard/eleve").await.text().contains("ce sera un entraînement"));
    let second = completed_by(&app, &student).await;
    let (status, in_cohort, global, ssn) = state(&app, second).await;
    assert_eq!((status.as_str(), in_cohort, ssn), ("COMPLETED", false, None));
    assert!(global.is_some());
    assert_eq!(cohort(&app).await, before);
    assert_eq!(count(&app, "skill_scores").await, 2, "it feeds the skills, too");
    let page = student.get(&format!("/assessments/{second}/result")).await;
    page.assert_page(200, "Entraînement");
    assert!(page.text().contains("il faut une autre série de questions"), "{page}");
    student.get(&format!("/assessments/{first}/result")).await.assert_page(200, "Score standardisé");
    let api = student.get(&format!("/api/assessments/{second}/result")).await.assert(200).json();
    assert!(api["ssn"].is_null() && api["percentile"].is_null() && api["ssnCohort"].is_null(), "{api}");
}

/// The only cohort, with its histogram.
async fn cohort(app: &TestApp) -> serde_json::Value {
    sqlx::query_scalar!(
        r#"select jsonb_build_object('cohort', to_jsonb(c), 'bins', (select jsonb_agg(to_jsonb(b) order by tenths) from cohort_bins b),
                                     'months', (select jsonb_agg(to_jsonb(m)) from cohort_months m)) as "cohort!" from cohorts c"#
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("cohort")
}

#[tokio::test]
async fn another_form_is_no_practice() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let other = begin(&student, LONG).await;
    send(&student, other).await.assert(303);
    assert!(state(&app, other).await.3.is_some());
}

#[tokio::test]
async fn two_attempts_open_at_once_count_once() {
    let app = TestApp::new().await;
    let parent = app.signed_in(Role::Parent).await;
    let email = format!("parent-{}@example.org", parent.id);
    let first = begin_as_family(&parent, &email).await;
    // The same child once more without an account, in the same browser.
    sqlx::query!("update assessments set student_id = null").execute(&app.ctx.pool).await.expect("untied");
    let second = begin_as_family(&parent, &email).await;
    assert_ne!(first, second);
    for attempt in [first, second] {
        parent.post(&format!("/assessments/{attempt}/start"), &[]).await.assert(303);
        send(&parent, attempt).await.assert(303);
    }
    assert!(state(&app, first).await.3.is_some());
    assert_eq!(state(&app, second).await.3, None);
}

#[tokio::test]
async fn a_family_that_begins_again_in_its_browser_is_told_and_practises() {
    let app = TestApp::new().await;
    let family = app.anonymous();
    let first = begin_general(&family, "leila@example.org", "Yassine").await;
    family.post(&format!("/assessments/{first}/start"), &[]).await.assert(303);
    send(&family, first).await.assert(303);
    let second = begin_general(&family, "leila@example.org", "Yassine").await;
    family.get(&format!("/assessments/{second}")).await.assert_page(200, "cette fois, c’est un entraînement");
    family.post(&format!("/assessments/{second}/start"), &[]).await.assert(303);
    send(&family, second).await.assert(303);
    assert_eq!(state(&app, second).await.3, None);
    // A sister in the same browser has no result yet.
    let sister = begin_general(&family, "leila@example.org", "Salma").await;
    family.post(&format!("/assessments/{sister}/start"), &[]).await.assert(303);
    send(&family, sister).await.assert(303);
    assert!(state(&app, sister).await.3.is_some());
}

#[tokio::test]
async fn an_unfinished_attempt_makes_no_practice() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let first = begin(&student, SHORT).await;
    super::support::end_time(&app, first, 60.0).await;
    crate::assessments::attempt::end_expired(&app.ctx).await.expect("ended");
    let second = completed_by(&app, &student).await;
    assert!(state(&app, second).await.3.is_some());
}

/// The form of an assessment.
async fn form(app: &TestApp, id: Uuid) -> String {
    sqlx::query_scalar!("select bank from assessments where id = $1", id).fetch_one(&app.ctx.pool).await.expect("form")
}

#[tokio::test]
async fn a_family_that_begins_again_gets_the_form_with_new_questions_and_a_second_score() {
    let app = TestApp::new().await;
    let family = app.anonymous();
    let first = begin_as_family(&family, "leila@example.org").await;
    family.post(&format!("/assessments/{first}/start"), &[]).await.assert(303);
    send(&family, first).await.assert(303);
    let second = begin_as_family(&family, "leila@example.org").await;
    assert_ne!(form(&app, first).await, form(&app, second).await);
    family.post(&format!("/assessments/{second}/start"), &[]).await.assert(303);
    send(&family, second).await.assert(303);
    assert!(state(&app, second).await.3.is_some());
}

#[tokio::test]
async fn a_student_who_asks_for_a_subject_gets_a_form_with_new_questions_while_there_is_one() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let mut forms = Vec::new();
    for _ in 0..3 {
        let attempt = id_in(&student.post("/assessments", &[("subject", "MATHS")]).await.redirected());
        send(&student, attempt).await.assert(303);
        forms.push(form(&app, attempt).await);
    }
    assert_eq!(forms[..2], [LONG, "maths_terminale_spe_v1_form2"]);
    assert_eq!(forms[2], LONG, "all are taken: the one seen longest ago, as practice");
    student.post("/assessments", &[("subject", "LATIN")]).await.assert(404);
}

//! Quota.

use serde_json::json;

use super::support::{self, ask, tutor};
use crate::{llm::standin::Reply, testing::together, web::Role};

#[tokio::test]
async fn two_hundred_questions_at_once_never_exceed_a_limit_of_five() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    // As forms, of which none waits for a place to hear the answer: each is decided by the quota alone.
    let asks = (0..200).map(|number| {
        let (key, question) = (format!("k{number}"), format!("Question {number}"));
        student.post("/dashboard/eleve/aria", &[("key", &*key), ("question", &question), ("subject", "NSI")])
    });
    let answers = together(asks).await;
    let taken = answers.iter().filter(|answer| answer.status == 303).count();
    let refused = answers.iter().filter(|answer| answer.status == 422 && answer.text().contains("à partir de minuit"));
    assert_eq!((taken, refused.count()), (5, 195));
    let used = sqlx::query_scalar!("select used from aria_usage where user_id = $1", student.id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("usage");
    assert_eq!(used, 5);
}

#[tokio::test]
async fn when_nothing_is_left_the_person_is_told_when_it_begins_anew_and_how_to_have_more() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    for number in 0..5 {
        ask(&student, &format!("Question {number}")).await.assert(200);
    }
    let refused = ask(&student, "Une de plus").await.assert(429);
    let body = refused.json();
    assert_eq!(body["error"], "limit");
    assert_eq!(body["cta"], json!({ "url": "/dashboard/parent/abonnements", "label": "Souscrire à ARIA+" }));
    assert!(body["resetAt"].as_str().expect("reset").ends_with("23:00:00+00:00"), "{refused}");
    assert!(!refused.header("retry-after").is_empty());
    let form = [("key", "z"), ("question", "Encore ?"), ("subject", "NSI")];
    let page = student.post("/dashboard/eleve/aria", &form).await;
    page.assert_page(422, "id=\"question-error\"");
    assert!(page.text().contains("Encore ?") && page.text().contains("à partir de minuit"), "{page}");
    student.get("/dashboard/parent/abonnements").await.assert_page(200, "ARIA+");
}

#[tokio::test]
async fn staff_open_more_for_a_student_and_the_admin_sets_the_limits() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let (admin, desk) = (tutor.app.signed_in(Role::Admin).await, tutor.app.signed_in(Role::Assistante).await);
    let email = format!("eleve-{}@example.org", student.id);
    desk.post("/admin/aria/abonnes", &[("eleve", "personne"), ("fin", "hier")]).await.assert_refused(&["fin", "eleve"]);
    desk.post("/admin/aria/abonnes", &[("eleve", &email), ("fin", "")]).await.assert_redirect("/admin/aria");
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 60 questions");
    desk.post("/admin/aria/limites", &[("role", "ELEVE"), ("plan", "SUBSCRIBER"), ("limite", "7")]).await.assert(403);
    admin
        .post("/admin/aria/limites", &[("role", "ELEVE"), ("plan", "SUBSCRIBER"), ("limite", "beaucoup")])
        .await
        .assert(422);
    admin.post("/admin/aria/limites", &[("role", "ELEVE"), ("plan", "SUBSCRIBER"), ("limite", "7")]).await.assert(303);
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 7 questions");
    desk.post(&format!("/admin/aria/abonnes/{}/fin", student.id), &[]).await.assert(303);
    desk.post(&format!("/admin/aria/abonnes/{}/fin", student.id), &[]).await.assert(404);
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 5 questions");
    let audited = sqlx::query_scalar!(
        "select array_agg(action order by id) from audit_log where action like 'aria.%' or action like 'billing.%'"
    )
    .fetch_one(&tutor.app.ctx.pool)
    .await
    .expect("audit");
    assert_eq!(audited.expect("rows"), ["billing.grant", "aria.set_limit", "billing.withdraw"]);
}

#[tokio::test]
async fn a_parent_is_offered_nothing_that_raises_no_limit_of_theirs() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let parent = tutor.app.signed_in(Role::Parent).await;
    for number in 0..10 {
        ask(&parent, &format!("Question {number}")).await.assert(200);
    }
    let refused = ask(&parent, "Une de plus").await.assert(429).json();
    assert!(refused.get("cta").is_none() && refused["message"].as_str().is_some(), "{refused}");
}

#[tokio::test]
async fn one_answer_at_a_time_is_written_in_a_conversation() {
    let tutor = tutor(|_, _| Reply::silence_after(&["Un. "])).await;
    let student = tutor.student().await;
    let form = [("key", "a"), ("question", "Bonjour ?"), ("subject", "NSI")];
    let path = student.post("/dashboard/eleve/aria", &form).htmx().await.redirected();
    let path = path.split('#').next().expect("path");
    let page = student.post(path, &[("key", "b"), ("question", "Et encore ?")]).htmx().await.assert(422);
    assert!(page.text().contains("ARIA répond déjà") && page.text().contains("Et encore ?"), "{page}");
}

#[tokio::test]
async fn every_role_asks_with_a_persona_of_its_own() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    for role in Role::ALL {
        ask(&tutor.app.signed_in(role).await, "Bonjour").await.assert(200);
    }
    let prompts: std::collections::BTreeSet<String> =
        tutor.asked().iter().map(|seen| seen.message("system").chars().take(160).collect()).collect();
    assert_eq!(prompts.len(), 4, "{prompts:?}");
    support::alone().await.app.anonymous().post_json("/api/aria/chat", &json!({ "message": "x" })).await.assert(401);
}

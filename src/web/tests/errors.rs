//! Every error in three forms: a page, an htmx toast, JSON.

use poem::http::Method;

use crate::{
    testing::{Answer, Ask, Client, TestApp},
    web::Role,
};

/// What every error carries, whatever its form.
#[track_caller]
fn assert_common(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{answer}");
    assert_eq!(answer.header("x-request-id").len(), 12, "{answer}");
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    let wait = answer.header("retry-after");
    let waits = matches!(status, 429 | 503);
    assert_eq!(wait.parse::<u64>().is_ok_and(|seconds| seconds > 0), waits, "{answer}");
}

#[track_caller]
fn assert_page(answer: &Answer, status: u16, title: &str) {
    assert_common(answer, status);
    answer.assert_page(status, title);
    assert!(answer.text().contains(&format!("Erreur {status}")), "{answer}");
    let reference = answer.text().contains(answer.header("x-request-id"));
    assert_eq!(reference, status >= 500, "the reference is shown when the fault is ours: {answer}");
}

#[track_caller]
fn assert_toast(answer: &Answer, status: u16) {
    assert_common(answer, status);
    assert!(answer.text().starts_with("<hx-partial hx-target=\"#toasts\""), "{answer}");
    assert!(!answer.text().contains("<html"), "{answer}");
}

#[track_caller]
fn assert_json(answer: &Answer, status: u16, code: &str) {
    assert_common(answer, status);
    assert!(answer.header("content-type").starts_with("application/json"), "{answer}");
    let body = answer.json();
    assert_eq!(body["error"], code, "{answer}");
    assert!(body["message"].as_str().is_some_and(|sentence| sentence.ends_with('.')), "{answer}");
    if status == 429 || status == 503 {
        assert_eq!(body["details"]["retryAfter"].to_string(), answer.header("retry-after"), "{answer}");
    }
}

fn json(ask: Ask) -> Ask {
    ask.header("accept", "application/json")
}

#[tokio::test]
async fn what_does_not_exist_is_404_in_every_form() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    assert_page(&who.get("/nulle-part").await, 404, "Page introuvable");
    assert_toast(&who.get("/nulle-part").htmx().await, 404);
    assert_json(&json(who.get("/nulle-part")).await, 404, "NOT_FOUND");
    assert_json(&who.get("/api/nulle-part").await, 404, "NOT_FOUND");
    assert_page(&who.get("/assets/none.js").await, 404, "Page introuvable");
}

#[tokio::test]
async fn another_method_than_a_route_has_is_405_in_every_form() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    assert_page(&who.get("/auth/signout").await, 405, "Demande non comprise");
    assert_toast(&who.post("/mentions-legales", &[]).htmx().await, 405);
    assert_json(&who.get("/api/assessments/submit").await, 405, "METHOD_NOT_ALLOWED");
    assert_json(
        &who.ask(Method::DELETE, "/api/auth/csrf").header("sec-fetch-site", "same-origin").await,
        405,
        "METHOD_NOT_ALLOWED",
    );
    assert_page(&who.post("/assets/none.js", &[]).await, 405, "Demande non comprise");
}

#[tokio::test]
async fn what_is_for_others_is_403_in_every_form() {
    let app = TestApp::new().await;
    let coach = app.signed_in(Role::Coach).await;
    assert_page(&coach.get("/admin/directeur").await, 403, "Accès réservé");
    assert_toast(&coach.get("/admin/directeur").htmx().await, 403);
    assert_json(&json(coach.get("/admin/directeur")).await, 403, "FORBIDDEN");
    assert!(coach.get("/admin/directeur").await.text().contains("/dashboard/coach"), "a way out");
}

#[tokio::test]
async fn who_must_sign_in_is_led_there_and_back() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    who.get("/dashboard/eleve").await.assert_redirect("/auth/signin?callbackUrl=/dashboard/eleve");
    let htmx = who.get("/admin/directeur/recompute/progress").htmx().await.assert(401);
    assert_eq!(htmx.header("hx-redirect"), "/auth/signin?callbackUrl=/admin/directeur/recompute/progress");
    assert_json(&json(who.get("/dashboard")).await, 401, "UNAUTHORIZED");
}

#[tokio::test]
async fn after_a_change_that_needed_signing_in_one_comes_back_to_the_page_it_was_sent_from() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let change = || who.post("/admin/directeur/recompute", &[("subject", "MATHS")]);
    change()
        .header("referer", "http://localhost:3000/admin/directeur?x=1")
        .await
        .assert_redirect("/auth/signin?callbackUrl=/admin/directeur");
    change().await.assert_redirect("/auth/signin");
    change().header("referer", "not a url").await.assert_redirect("/auth/signin");
    let htmx = change().header("referer", "http://localhost:3000/admin/directeur").htmx().await.assert(401);
    assert_eq!(htmx.header("hx-redirect"), "/auth/signin?callbackUrl=/admin/directeur");
}

#[tokio::test]
async fn what_is_too_large_is_413_in_every_form() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let long = "x".repeat(70 * 1024);
    let form = || who.post("/bilan-gratuit", &[("parentFirstName", &long)]);
    assert_page(&form().await, 413, "Envoi trop volumineux");
    assert_toast(&form().htmx().await, 413);
    let big = format!("{{\"subject\":\"{}\"}}", "x".repeat(1024 * 1024));
    assert_json(&who.post_text("/api/assessments/submit", &big).await, 413, "PAYLOAD_TOO_LARGE");
    assert_json(&who.post_text("/api/bilan-gratuit", &big).await, 413, "PAYLOAD_TOO_LARGE");
    assert_json(&who.post("/api/auth/callback/credentials", &[("email", &long)]).await, 413, "PAYLOAD_TOO_LARGE");
}

/// The first answer that is a refusal: between two requests, a slow machine earns one more.
async fn refused(ask: impl Fn() -> Ask) -> Answer {
    for _ in 0..300 {
        let answer = ask().await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("never refused");
}

#[tokio::test]
async fn too_many_changes_are_429_in_every_form_and_for_one_session_only() {
    let app = TestApp::new().await;
    let (busy, other) = (app.signed_in(Role::Eleve).await, app.signed_in(Role::Eleve).await);
    let change = |who: &Client| who.post("/bilan-gratuit/eleve", &[]);
    // Three hundred at once, five more a second.
    let mut sent = 0;
    while change(&busy).await.status == 303 {
        sent += 1;
        assert!(sent < 3000, "never refused");
    }
    assert!(sent >= 300, "{sent}");
    assert_page(&refused(|| change(&busy)).await, 429, "Un peu de patience");
    assert_toast(&refused(|| change(&busy).htmx()).await, 429);
    assert_json(&refused(|| json(change(&busy))).await, 429, "RATE_LIMIT_EXCEEDED");
    busy.get("/dashboard/eleve").await.assert(200);
    change(&other).await.assert_redirect("/bilan-gratuit");
}

#[tokio::test]
async fn our_fault_is_500_in_every_form_and_tells_nothing_of_the_cause() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    sqlx::raw_sql("drop table recomputes, bilan_requests cascade").execute(&app.ctx.pool).await.expect("broken");
    let answers = [
        admin.get("/admin/directeur").await,
        admin.get("/admin/directeur/recompute/progress").htmx().await,
        json(admin.get("/dashboard/assistante")).await,
    ];
    assert_page(&answers[0], 500, "Une erreur de notre côté");
    assert_toast(&answers[1], 500);
    assert_json(&answers[2], 500, "INTERNAL_ERROR");
    for answer in &answers {
        assert!(!answer.text().contains("recomputes") && !answer.text().contains("relation"), "{answer}");
        assert!(answer.log().contains(answer.header("x-request-id")), "the log knows the reference: {answer}");
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_503_in_every_form_and_pages_without_it_still_open() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    app.ctx.pool.close().await;
    assert_page(&admin.get("/dashboard/admin").await, 503, "De retour dans un instant");
    assert_toast(&admin.get("/admin/directeur/recompute/progress").htmx().await, 503);
    assert_json(&admin.get("/api/admin/directeur/stats").await, 503, "SERVICE_UNAVAILABLE");
    app.anonymous().get("/").await.assert_page(200, "bilan gratuit");
    app.anonymous().get("/conditions").await.assert_page(200, "Conditions");
}

#[tokio::test]
async fn a_handler_that_panics_is_500_with_a_reference() {
    use poem::{Endpoint as _, EndpointExt as _, Request, Route, http::StatusCode};

    use crate::web::{render::Render, request_log::RequestLog};

    #[poem::handler]
    fn broken() -> poem::Result<()> {
        panic!("a secret of the house")
    }
    let site = Route::new().at("/", poem::get(broken)).with(Render).with(RequestLog);
    let mut answer = site.get_response(Request::builder().uri_str("/").finish()).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let reference = answer.header("x-request-id").expect("reference").to_owned();
    let page = answer.take_body().into_string().await.expect("page");
    assert!(page.contains("Une erreur de notre côté") && page.contains(&reference), "{page}");
    assert!(!page.contains("secret"), "{page}");
}

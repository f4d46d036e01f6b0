//! No response leaves without the protecting headers.

use crate::{
    testing::{Answer, TestApp},
    web::{Role, assets},
};

#[track_caller]
fn assert_protected(answer: &Answer) {
    let csp = answer.header("content-security-policy");
    assert!(csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"), "{answer}");
    assert!(!csp.contains("unsafe") && !csp.contains("eval"), "{answer}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name}: {answer}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{answer}");
    assert_eq!(answer.header("x-request-id").len(), 12, "{answer}");
}

#[tokio::test]
async fn every_response_is_protected_errors_and_assets_too() {
    let app = TestApp::new().await;
    let (who, coach) = (app.anonymous(), app.signed_in(Role::Coach).await);
    let answers = [
        who.get("/").await.assert(200),
        who.get(assets::url("css/app.css")).await.assert(200),
        who.get("/assets/none").await.assert(404),
        who.get("/nulle-part").await.assert(404),
        who.get("/dashboard").await.assert(303),
        coach.get("/admin/jobs").await.assert(403),
        who.post("/bilan-gratuit", &[]).await.assert(422),
        who.post("/bilan-gratuit", &[]).header("sec-fetch-site", "cross-site").await.assert(403),
        who.post_text("/api/assessments/submit", "{").await.assert(400),
        who.get("/api/admin/directeur/stats").await.assert(403),
        who.get("/api/health/live").await.assert(200),
        who.get("/api/openapi.json").await.assert(200),
    ];
    answers.iter().for_each(assert_protected);
    app.ctx.pool.close().await;
    assert_protected(&coach.get("/dashboard").await.assert(503));
}

#[tokio::test]
async fn only_the_page_of_the_api_s_documentation_may_run_what_it_brings() {
    let app = TestApp::new().await;
    let docs = app.anonymous().get("/api/docs").await.assert(200);
    assert!(docs.header("content-security-policy").contains("'unsafe-inline'"));
    for path in ["/api/docsx", "/api/docs/x/../../../bilan-gratuit"] {
        let answer = app.anonymous().get(path).await;
        assert!(answer.status == 404 || !answer.header("content-security-policy").contains("unsafe"), "{answer}");
    }
}

#[tokio::test]
async fn pages_and_answers_about_people_are_kept_by_no_cache() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    for path in ["/", "/dashboard/eleve", "/auth/signin", "/api/auth/session", "/api/auth/csrf", "/api/health"] {
        assert_eq!(student.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn in_production_https_is_kept_and_cookies_are_secure() {
    let secret = "0123456789abcdef0123456789abcdef";
    let app = TestApp::with(&[("PUBLIC_URL", "https://nexus.example"), ("SECRET_KEY", secret)]).await;
    let who = app.anonymous();
    let fields = [
        ("parentFirstName", "Leïla"),
        ("parentLastName", "Ben Salah"),
        ("parentEmail", "leila@example.org"),
        ("parentPhone", "20 123 456"),
    ];
    let answer = who.post("/bilan-gratuit", &fields).await;
    answer.assert_redirect("/bilan-gratuit/eleve");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-nexus=") && cookie.contains("; Path=/;"), "{cookie}");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let csrf = who.get("/api/auth/csrf").await;
    assert!(csrf.header("set-cookie").contains("; HttpOnly; SameSite=Lax; Secure"), "{csrf}");
    let local = TestApp::new().await;
    let answer = local.anonymous().get("/").await;
    assert_eq!(answer.header("strict-transport-security"), "");
}

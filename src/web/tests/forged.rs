//! A change must come from our own pages, or from a program that is no browser.

use crate::testing::{Ask, TestApp};

/// What the request says of itself, and whether it is let through.
struct Case {
    site: Option<&'static str>,
    origin: Option<&'static str>,
    json: bool,
    through: bool,
}

const fn case(site: Option<&'static str>, origin: Option<&'static str>, json: bool, through: bool) -> Case {
    Case { site, origin, json, through }
}

const EVIL: Option<&str> = Some("https://evil.example");
const OURS: Option<&str> = Some("http://localhost:3000");
const ASKED: Option<&str> = Some("http://192.168.1.20:3000");

const CASES: &[Case] = &[
    case(Some("same-origin"), None, false, true),
    case(Some("none"), None, false, true),
    case(Some("same-site"), None, false, false),
    case(Some("cross-site"), None, false, false),
    case(Some("cross-site"), OURS, true, false),
    case(Some("nonsense"), None, false, false),
    case(Some(""), None, false, false),
    case(None, OURS, false, true),
    case(None, ASKED, false, true),
    case(None, EVIL, false, false),
    case(None, EVIL, true, false),
    case(None, Some("null"), false, false),
    case(None, Some("http://localhost:3000.evil.example"), false, false),
    case(None, Some("http://localhost"), false, false),
    case(None, Some("https://localhost:3000"), false, false),
    case(None, None, true, true),
    case(None, None, false, false),
];

/// A change that answers 200 when it is let through.
fn change(app: &TestApp, case: &Case) -> Ask {
    let mut ask =
        app.anonymous().post("/api/auth/signout", &[]).without("sec-fetch-site").header("host", "192.168.1.20:3000");
    if case.json {
        ask = ask.header("content-type", "application/json");
    }
    if let Some(site) = case.site {
        ask = ask.header("sec-fetch-site", site);
    }
    if let Some(origin) = case.origin {
        ask = ask.header("origin", origin);
    }
    ask
}

#[tokio::test]
async fn a_change_is_refused_when_it_may_be_forged() {
    let app = TestApp::new().await;
    for case in CASES {
        let answer = change(&app, case).await;
        let expected = if case.through { 200 } else { 403 };
        assert_eq!(answer.status.as_u16(), expected, "{:?} {:?} json {}", case.site, case.origin, case.json);
    }
}

#[tokio::test]
async fn in_production_only_the_public_address_counts_as_ours() {
    let secret = "0123456789abcdef0123456789abcdef";
    let app = TestApp::with(&[("PUBLIC_URL", "https://nexus.example/"), ("SECRET_KEY", secret)]).await;
    let from = |origin| change(&app, &case(None, Some(origin), false, true));
    from("https://nexus.example").await.assert(200);
    from("http://192.168.1.20:3000").await.assert(403);
    from("http://nexus.example").await.assert(403);
}

#[tokio::test]
async fn reading_is_never_refused_wherever_the_link_stands() {
    let app = TestApp::new().await;
    let link = app.anonymous().get("/bilan-gratuit").header("sec-fetch-site", "cross-site").header("origin", "null");
    link.await.assert(200);
}

#[tokio::test]
async fn a_program_that_is_no_browser_needs_the_token_with_its_cookie() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let token = who.get("/api/auth/csrf").await.json()["csrfToken"].as_str().expect("token").to_owned();
    let form = |fields: &[(&str, &str)]| who.post("/api/auth/signout", fields).without("sec-fetch-site");
    form(&[]).await.assert(403);
    form(&[("csrfToken", "wrong")]).await.assert(403);
    form(&[("csrfToken", &token)]).await.assert(200);
    form(&[]).header("x-csrf-token", &token).await.assert(200);
    form(&[("csrfToken", &token)]).header("x-csrf-token", "wrong").await.assert(403);
    let again = who.get("/api/auth/csrf").await.json();
    assert_eq!(again["csrfToken"], token.as_str(), "the token stays with its cookie");
    let stranger = app.anonymous();
    stranger.post("/api/auth/signout", &[("csrfToken", &token)]).without("sec-fetch-site").await.assert(403);
    stranger.get("/api/auth/csrf").await.assert(200);
    stranger.post("/api/auth/signout", &[("csrfToken", &token)]).without("sec-fetch-site").await.assert(403);
}

#[tokio::test]
async fn a_refused_change_changes_nothing_and_says_so() {
    let app = TestApp::new().await;
    let student = app.signed_in(crate::web::Role::Eleve).await;
    let forged = student.post("/auth/signout", &[]).header("sec-fetch-site", "cross-site").await;
    forged.assert_page(403, "Rien n’a été changé");
    student.get("/dashboard/eleve").await.assert(200);
}

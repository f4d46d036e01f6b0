//! Addresses that people mistype and programs try.

use poem::http::Method;
use uuid::Uuid;

use crate::{testing::TestApp, web::Role};

#[tokio::test]
async fn an_id_that_is_no_id_is_an_unknown_page() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let id = Uuid::new_v4();
    for path in [
        "/assessments/nonsense".to_owned(),
        "/assessments/nonsense/result".to_owned(),
        format!("/assessments/{id}x/questions/1"),
        format!("/assessments/{id}/questions/one"),
        format!("/assessments/{id}/questions/0"),
        format!("/assessments/{id}/questions/-1"),
        format!("/assessments/{id}/questions/99999999999999999999999"),
        "/assessments/%FF/result".to_owned(),
        "/assessments/%00/result".to_owned(),
        "/assessments/..%2f..%2fetc/result".to_owned(),
    ] {
        student.get(&path).await.assert_page(404, "Page introuvable");
    }
    for path in ["nonsense", "%00", "..%2f..%2fetc"] {
        for kind in ["result", "status"] {
            let answer = student.get(&format!("/api/assessments/{path}/{kind}")).await.assert(404);
            assert_eq!(answer.json()["error"], "Assessment not found", "{answer}");
        }
    }
}

#[tokio::test]
async fn an_address_with_a_final_slash_leads_to_the_one_without() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    for (path, to) in [
        ("/bilan-gratuit/", "/bilan-gratuit"),
        ("/auth/signin/?callbackUrl=/dashboard", "/auth/signin?callbackUrl=/dashboard"),
    ] {
        let answer = who.get(path).await.assert(308);
        assert_eq!(answer.header("location"), to);
    }
    let id = Uuid::new_v4();
    let answer = who.get(&format!("/assessments/{id}/result/")).await.assert(308);
    assert_eq!(answer.header("location"), format!("/assessments/{id}/result"));
    let answer = who.get("//evil.example/").await;
    assert!(answer.status == 404 && answer.header("location").is_empty(), "{answer}");
    who.post("/bilan-gratuit/", &[]).await.assert(404);
}

#[tokio::test]
async fn head_answers_like_get() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    for path in [
        "/",
        "/bilan-gratuit",
        "/dashboard/eleve",
        "/api/auth/session",
        "/api/health/live",
        "/nulle-part",
        "/admin/jobs",
    ] {
        let (head, get) = (student.ask(Method::HEAD, path).await, student.get(path).await);
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
    student.ask(Method::HEAD, "/auth/signout").await.assert(405);
    student.get("/dashboard/eleve").await.assert(200);
}

#[tokio::test]
async fn a_return_path_never_leaves_the_site() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    for hostile in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "%2F%09%2Fevil.example",
        "%2F%0A%2Fevil.example",
        "javascript%3Aalert(1)",
        "%2F%C3%A9",
        "%00",
        "",
    ] {
        let path = format!("/auth/signin?callbackUrl={hostile}");
        student.get(&path).await.assert_redirect("/dashboard/eleve");
    }
    student.get("/auth/signin?callbackUrl=%2Fassessments%2F1%3Fa%3Db").await.assert_redirect("/assessments/1?a=b");
    let page = app.anonymous().get("/auth/signin?callbackUrl=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(!page.text().contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn a_query_that_repeats_or_confuses_is_no_fault_of_ours() {
    let app = TestApp::new().await;
    for query in ["callbackUrl=/a&callbackUrl=/b", "activated=peut-etre", "%FF=%FF", "&&&="] {
        let answer = app.anonymous().get(&format!("/auth/signin?{query}")).await;
        assert!(matches!(answer.status.as_u16(), 200 | 400), "{answer}");
    }
}

//! Bodies that no page of ours sends: refused, and never a fault of ours.

use serde_json::json;

use crate::{
    testing::{Answer, TestApp},
    web::Role,
};

/// A deep nest of arrays.
fn nested(depth: usize) -> String {
    format!("{{\"answers\":{}{}}}", "[".repeat(depth), "]".repeat(depth))
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert!(answer.status.is_client_error(), "{answer}");
    let body = answer.json();
    assert!(body["error"].is_string(), "{answer}");
}

#[tokio::test]
async fn no_json_body_is_a_fault_of_ours() {
    let app = TestApp::new().await;
    let admin = app.signed_in(Role::Admin).await;
    let huge = "9".repeat(400);
    let bodies = [
        String::new(),
        "{".into(),
        "null".into(),
        "[]".into(),
        "\"text\"".into(),
        "{\"subject\":".into(),
        "{} {}".into(),
        "\u{feff}{}".into(),
        nested(100_000),
        format!("{{\"unknown\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{{\"duration\":{huge}}}"),
        format!("{{\"duration\":1e{huge}}}"),
        "{\"subject\":\"\\ud800\"}".into(),
        "{\"type\":\"\\u0000\"}".into(),
    ];
    for path in ["/api/assessments/submit", "/api/bilan-gratuit", "/api/admin/recompute-ssn"] {
        for body in &bodies {
            assert_refused(&admin.post_text(path, body).await);
        }
        assert_refused(&admin.post_text(path, "").body(vec![b'{', b'"', 0xff, 0xfe, b'"', b':', b'1', b'}']).await);
    }
}

#[tokio::test]
async fn no_form_is_a_fault_of_ours() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let bodies: [&[u8]; 8] = [
        b"",
        b"&&&===",
        b"%",
        b"%zz=%zz",
        b"parentFirstName=%FF%FE&email=%FF&bank=%FF&subject=%FF&answer=%FF",
        &[0xff, 0xfe, b'=', 0xff],
        b"parentFirstName=a%00b&email=a%00b&bank=a%00b&subject=a%00b&answer=a%00b&token=a%00b",
        b"parentFirstName=a&parentFirstName=b&email=a&email=b&bank=a&bank=b&token=a&token=b",
    ];
    for path in [
        "/bilan-gratuit",
        "/bilan-gratuit/eleve",
        "/auth/signin",
        "/auth/activate",
        "/assessments",
        "/api/auth/callback/credentials",
    ] {
        for body in bodies {
            let answer = student.post(path, &[]).body(body.to_vec()).from("203.0.113.9").await;
            assert!(!answer.status.is_server_error(), "{}: {answer}", String::from_utf8_lossy(body));
        }
    }
}

#[tokio::test]
async fn a_nul_character_is_refused_wherever_it_stands() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let body = |name: &str, school_year: &str, agent: &str, answer: &str| {
        json!({ "subject": "MATHS", "grade": "TERMINALE", "studentData": { "email": "a@example.org", "name": name, "schoolYear": school_year },
                "answers": { answer: "a" }, "metadata": { "userAgent": agent } })
    };
    who.post_json("/api/assessments/submit", &body("Alya", "2026", "curl", "MATH-COMB-01")).await.assert(201);
    for body in [
        body("Al\0ya", "2026", "curl", "MATH-COMB-01"),
        body("Alya", "20\x0026", "curl", "MATH-COMB-01"),
        body("Alya", "2026", "cu\0rl", "MATH-COMB-01"),
        body("Alya", "2026", "curl", "MATH\0"),
    ] {
        let answer = who.post_json("/api/assessments/submit", &body).await.assert(400);
        assert_eq!(answer.json()["error"], "Validation failed", "{answer}");
    }
    let fine = body("Alya \\u0000", "2026", "curl", "MATH-COMB-01");
    who.post_json("/api/assessments/submit", &fine).await.assert(201);
}

#[tokio::test]
async fn the_kind_of_body_is_not_taken_at_its_word() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let submission = crate::assessments::tests::support::submission(&[]).to_string();
    let text = who.post_text("/api/assessments/submit", &submission);
    text.header("content-type", "text/plain").header("sec-fetch-site", "same-origin").await.assert(201);
    who.post_text("/auth/signin", "{}").await.assert_page(422, "Connexion");
}

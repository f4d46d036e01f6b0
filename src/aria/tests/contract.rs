//! The JSON contract.

use serde_json::json;

use super::support::{self, tutor};
use crate::{llm::standin::Reply, web::Role};

#[tokio::test]
async fn the_shape_of_the_body_decides_the_shape_of_the_answer() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let short = student.post_json("/api/aria/chat", &json!({ "message": "Bonjour" })).await.assert(200);
    assert_eq!(short.json()["response"], "Oui.");
    let whole = student
        .post_json("/api/aria/chat", &json!({ "content": "Bonjour", "subject": "NSI" }))
        .await
        .assert(200)
        .json();
    assert_eq!((whole["success"].as_bool(), whole["conversation"]["subject"].as_str()), (Some(true), Some("NSI")));
    assert_eq!(whole["message"]["content"], "Oui.");
    assert_eq!(whole["newBadges"], json!([]));
    let listed = student.ask(poem::http::Method::GET, "/api/aria/conversations").await.assert(200).json();
    assert_eq!(listed["conversations"].as_array().expect("list").len(), 2);
    let nsi = student.ask(poem::http::Method::GET, "/api/aria/conversations?subject=NSI").await.assert(200).json();
    let [one] = nsi["conversations"].as_array().expect("list").as_slice() else { panic!("{nsi}") };
    let said: Vec<_> =
        one["messages"].as_array().expect("messages").iter().map(|it| (&it["role"], &it["content"])).collect();
    assert_eq!(said, [(&json!("user"), &json!("Bonjour")), (&json!("assistant"), &json!("Oui."))]);
    student.ask(poem::http::Method::GET, "/api/aria/conversations?subject=CUISINE").await.assert(400);
}

#[tokio::test]
async fn what_is_no_question_is_refused() {
    let tutor = support::alone().await;
    let student = tutor.student().await;
    for body in [
        json!({}),
        json!({ "message": "" }),
        json!({ "message": " \n " }),
        json!({ "message": "x".repeat(4001) }),
        json!({ "content": "x".repeat(1001), "subject": "NSI" }),
        json!({ "content": "x" }),
        json!({ "message": "x", "subject": "CUISINE" }),
        json!({ "message": 5 }),
        json!([]),
    ] {
        let refused = student.post_json("/api/aria/chat", &body).await.assert(400);
        assert_eq!(refused.json()["error"], "Requête invalide", "{body}");
    }
    student.post_json("/api/aria/chat", &json!({ "message": "x", "conversationId": "nope" })).await.assert(404);
    assert_eq!(student.post_text("/api/aria/chat", "{").await.assert(400).json()["error"], "Requête invalide");
    student.post_text("/api/aria/chat", &"x".repeat(1024 * 1024 + 1)).await.assert(413);
}

#[tokio::test]
async fn a_stream_has_named_events_whichever_way_it_is_asked_for() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let body = json!({ "message": "Bonjour" });
    let asks = [
        student.post_json("/api/aria/chat?stream=true", &body),
        student.post_json("/api/aria/chat", &json!({ "message": "Bonjour", "stream": true })),
        student.post_json("/api/aria/chat", &body).header("accept", "text/event-stream"),
    ];
    for ask in asks {
        let answer = ask.await.assert(200);
        assert!(answer.header("content-type").starts_with("text/event-stream"), "{answer}");
        for name in ["start", "token", "metadata", "done"] {
            assert!(answer.text().contains(&format!("event: {name}\n")), "{name}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_text_that_comes_at_once_is_a_token_too_and_a_broken_answer_an_error() {
    let alone = support::alone().await;
    let stream = |message: &str| json!({ "message": message, "stream": true });
    let student = alone.student().await;
    for (message, says) in [("j’ai envie de mourir", "3114"), ("Explique la raison", "rédiger de réponse")] {
        let answer = student.post_json("/api/aria/chat", &stream(message)).await.assert(200);
        let token = answer.text().split("event: token\n").nth(1).unwrap_or_default().lines().next().unwrap_or_default();
        assert!(token.contains(says), "{answer}");
        assert!(!answer.text().contains("event: reset"), "{answer}");
    }
    let broken = tutor(|_, _| {
        Reply::Stream(vec![b"data: {\"choices\":[{\"delta\":{\"content\":\"Un\"}}]}\n\n".to_vec()], false)
    })
    .await;
    let answer = broken.student().await.post_json("/api/aria/chat", &stream("Bonjour")).await.assert(200);
    for name in ["token", "error", "metadata", "done"] {
        assert!(answer.text().contains(&format!("event: {name}\n")), "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_question_whose_answer_nobody_could_hear_is_not_taken() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let seats: Vec<_> = (0..8).map(|_| tutor.app.ctx.aria_seats.take(student.id).expect("a seat")).collect();
    let refused = support::ask(&student, "Bonjour").await.assert(429).json();
    assert_eq!(refused["error"], "rate_limited");
    assert!(refused["resetAt"].is_string(), "{refused}");
    drop(seats);
    let used = sqlx::query_scalar!(r#"select count(*) as "count!" from aria_usage"#)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("usage");
    assert_eq!(used, 0);
    support::ask(&student, "Bonjour").await.assert(200);
}

#[tokio::test]
async fn staff_see_the_context_of_a_question_before_it_is_asked() {
    let tutor = support::alone().await;
    let student = tutor.student().await;
    let admin = tutor.app.signed_in(Role::Admin).await;
    let get = |path: String| admin.ask(poem::http::Method::GET, &path);
    assert_eq!(get("/api/context/build".into()).await.assert(400).json()["error"], "studentId requis");
    let built =
        get(format!("/api/context/build?studentId={}&query=suites&subject=NSI", student.id)).await.assert(200).json();
    assert!(
        built["messages"].as_array().expect("messages").len() >= 2 && built["tokens"]["consigne"].as_u64() > Some(100),
        "{built}"
    );
    let of = |level: &str| format!("/api/context/build?studentId={}&level={level}", student.id);
    for (level, said) in [("PREMIERE", "classe: premiere"), ("TERMINALE", "classe: terminale")] {
        let built = get(of(level)).await.assert(200).json();
        assert!(built["messages"][0]["content"].as_str().expect("text").contains(said), "{built}");
    }
    get(of("CM2")).await.assert(400);
    student.ask(poem::http::Method::GET, &format!("/api/context/build?studentId={}", student.id)).await.assert(403);
}

#[tokio::test]
async fn without_a_model_nothing_is_kept_as_sent() {
    let tutor = support::alone().await;
    let student = tutor.student().await;
    support::ask(&student, "Bonjour").await.assert(200);
    let kept = sqlx::query_scalar!(r#"select count(*) as "count!" from aria_contexts"#)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("count");
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_parent_sees_subjects_and_time_and_no_word_of_the_child() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let parent = tutor.app.signed_in(Role::Parent).await;
    tutor.app.guard(parent.id, student.id).await;
    support::ask(&student, "un secret de mathématiques").await.assert(200);
    let page = parent.get("/aria/famille").await;
    page.assert_page(200, "Mathématiques");
    assert!(!page.text().contains("secret"), "{page}");
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Tes parents voient les matières et le temps passé");
}

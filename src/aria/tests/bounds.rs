//! What cannot be had twice, or without end.

use serde_json::json;

use super::support::{ask, key, said, tutor, tutor_with};
use crate::{
    aria::jobs::LookForQuietConversations,
    jobs::{enqueue, tests::run_all},
    llm::standin::Reply,
    testing::TestApp,
    web::Role,
};

#[tokio::test]
async fn an_answer_that_is_stopped_before_its_first_word_counts_once_the_model_was_asked() {
    let tutor = tutor(|_, _| Reply::silence_after(&[])).await;
    let student = tutor.student().await;
    let answer = tutor.begin(&student, "Une suite ?").await;
    for _ in 0..400 {
        if !tutor.asked().is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    student.post(&format!("/aria/reponses/{answer}/arret"), &[]).await.assert(303);
    tutor.until(answer, "STOPPED").await;
    assert_eq!(tutor.standing(answer).await, ("STOPPED".into(), "SETTLED".into()));
}

#[tokio::test]
async fn one_answer_counts_once_for_badges_however_often_it_is_judged() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let answer = key(&ask(&student, "Une suite ?").await.assert(200).json());
    for feedback in [json!(true), json!(null), json!(false), json!(null), json!(true)] {
        let judged = json!({ "messageId": answer, "feedback": feedback });
        student.post_json("/api/aria/feedback", &judged).await.assert(200);
    }
    let counted = sqlx::query_scalar!("select feedbacks from aria_counts where user_id = $1", student.id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("counts");
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn a_key_is_good_for_one_question_and_has_a_length() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    let sent = |message: &str, key: &str| {
        let body = json!({ "message": message, "conversationId": "" });
        student.post_json("/api/aria/chat", &body).header("idempotency-key", key)
    };
    let first = sent("Une suite ?", "k").await.assert(200).json();
    assert_eq!(sent("Une suite ?", "k").await.assert(200).json()["messageId"], first["messageId"]);
    sent("Une fonction ?", "k").await.assert(409);
    assert_eq!(sent("Une fonction ?", &"k".repeat(65)).await.assert(400).json()["error"], "Requête invalide");
    assert_eq!(tutor.asked().len(), 1);
}

async fn look(app: &TestApp) -> i64 {
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    enqueue(&mut conn, &LookForQuietConversations {}).await.expect("enqueued");
    drop(conn);
    run_all::<LookForQuietConversations>(&app.ctx).await;
    sqlx::query_scalar!(r#"select count(*) as "n!" from jobs where kind = 'aria_remember'"#)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("jobs")
}

#[tokio::test]
async fn a_quiet_conversation_is_given_to_be_remembered_once_until_something_is_said_or_hours_pass() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let (student, coach) = (tutor.student().await, tutor.app.signed_in(Role::Coach).await);
    ask(&student, "Une suite ?").await.assert(200);
    ask(&coach, "Une suite ?").await.assert(200);
    let pool = &tutor.app.ctx.pool;
    let change = async |sql: &'static str| sqlx::query(sql).execute(pool).await.expect("time");
    change("update aria_conversations set updated_at = now() - interval '11 minutes'").await;
    assert_eq!(look(&tutor.app).await, 1, "the student's alone");
    assert_eq!(look(&tutor.app).await, 1, "however often one looks, and whatever became of it");
    change("update aria_conversations set updated_at = now() - interval '10.5 minutes'").await;
    assert_eq!(look(&tutor.app).await, 2, "more was said");
    change("update aria_conversations set memory_queued_at = now() - interval '7 hours'").await;
    assert_eq!(look(&tutor.app).await, 3);
    change("update aria_conversations set memory_queued_for = null, updated_at = now() - interval '4 days'").await;
    assert_eq!(look(&tutor.app).await, 3, "that is over");
}

#[tokio::test]
async fn what_a_model_says_leads_nowhere_but_to_the_library() {
    let tutor = tutor_with(&[], |_, _| {
        Reply::stream(&["[ici](https://evil.example/) et <https://evil.example/b>, [là](/admin)."])
    })
    .await;
    let student = tutor.student().await;
    let answer = ask(&student, "Une suite ?").await.assert(200);
    assert!(said(&answer).contains("ici"), "{answer}");
    let conversation = answer.json()["conversationId"].as_str().expect("id").to_owned();
    let page = student.get(&format!("/dashboard/eleve/aria/{conversation}")).await.assert(200);
    assert!(!page.text().contains("href=\"https://evil") && !page.text().contains("href=\"/admin\""), "{page}");
}

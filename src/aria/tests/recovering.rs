//! A server that was killed in the middle of answers.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::support::{Tutor, tutor};
use crate::{
    aria::engine::{self, recovery},
    llm::standin::Reply,
    testing::Signed,
};

/// What a killed server leaves: an answer under way, with what it had stored.
async fn left_behind(tutor: &Tutor, student: &Signed, written: &[&str], attempts: i16) -> Uuid {
    let pool = &tutor.app.ctx.pool;
    let [conversation, question, answer, gone] = [(); 4].map(|()| Uuid::now_v7());
    sqlx::query!(
        "insert into aria_conversations (id, user_id, subject, title) values ($1, $2, 'NSI', 'T')",
        conversation,
        student.id
    )
    .execute(pool)
    .await
    .expect("conversation");
    sqlx::query!("insert into aria_questions (id, conversation_id, user_id, form_key, content) values ($1, $2, $3, $4, 'Une question')", question, conversation, student.id, question.to_string())
        .execute(pool)
        .await
        .expect("question");
    sqlx::query!(
        "insert into aria_generations (id, question_id, conversation_id, user_id, state, lease, attempts, quota_day, quota)
         values ($1, $2, $3, $4, 'RUNNING', $5, $6, current_date, 'RESERVED')",
        answer, question, conversation, student.id, gone, attempts
    )
    .execute(pool)
    .await
    .expect("answer");
    sqlx::query!("insert into aria_usage (user_id, day, used) values ($1, current_date, 1) on conflict (user_id, day) do update set used = aria_usage.used + 1", student.id)
        .execute(pool)
        .await
        .expect("usage");
    for (number, body) in (1_i64..).zip(written) {
        sqlx::query!("insert into aria_pieces (generation_id, seq, body) values ($1, $2, $3)", answer, number, *body)
            .execute(pool)
            .await
            .expect("piece");
    }
    if !written.is_empty() {
        sqlx::query!(
            "insert into aria_contexts (generation_id, messages, passages, masks, tokens, prompt_version, search_mode)
             values ($1, $2, '[]', $3, '{}', 1000, 'hybrid')",
            answer,
            json!([{ "role": "system", "content": "Consigne" }, { "role": "user", "content": "Une question" }]),
            json!({ "called": {}, "ways": {}, "originals": { "_": "⟦" } })
        )
        .execute(pool)
        .await
        .expect("context");
    }
    answer
}

#[tokio::test]
async fn an_answer_that_was_cut_goes_on_where_it_was_and_repeats_nothing() {
    let tutor = tutor(|_, _| Reply::stream(&["est une liste ordonnée", " de nombres."])).await;
    let student = tutor.student().await;
    let answer = left_behind(&tutor, &student, &["Une suite ", "est une liste"], 1).await;
    tutor.until(answer, "DONE").await;
    assert_eq!(tutor.text_of(answer).await, ("Une suite est une liste ordonnée de nombres.".to_owned(), true));
    let sent = &tutor.asked()[0].body["messages"];
    assert_eq!(sent[2], json!({ "role": "assistant", "content": "Une suite est une liste" }));
    let begun = sqlx::query!("select prompt_version, search_mode from aria_generations where id = $1", answer)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("answer");
    assert_eq!((begun.prompt_version, begun.search_mode.as_deref()), (Some(1000), Some("hybrid")), "as it was sent");
}

#[tokio::test]
async fn an_answer_of_which_nothing_was_stored_is_written_from_the_beginning() {
    let tutor = tutor(|_, _| Reply::stream(&["Tout."])).await;
    let student = tutor.student().await;
    let answer = left_behind(&tutor, &student, &[], 1).await;
    tutor.until(answer, "DONE").await;
    assert_eq!(tutor.text_of(answer).await, ("Tout.".to_owned(), false));
}

#[tokio::test]
async fn an_answer_that_broke_too_often_is_marked_and_given_back() {
    let tutor = tutor(|_, _| Reply::stream(&["Jamais."])).await;
    let student = tutor.student().await;
    let answer = left_behind(&tutor, &student, &["Le début"], engine::MOST_ATTEMPTS).await;
    tutor.until(answer, "FAILED").await;
    assert_eq!(tutor.text_of(answer).await.0, "Le début");
    let used = sqlx::query_scalar!("select used from aria_usage where user_id = $1", student.id)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("usage");
    assert_eq!(used, 0);
}

#[tokio::test]
async fn a_watcher_that_saw_what_was_lost_is_told_the_text_anew() {
    let tutor =
        tutor(|_, _| Reply::After(Duration::from_millis(300), Box::new(Reply::stream(&[" et la suite."])))).await;
    let student = tutor.student().await;
    let answer = left_behind(&tutor, &student, &["Le début"], 1).await;
    let stream = student
        .ask(poem::http::Method::GET, &format!("/aria/reponses/{answer}/flux"))
        .header("accept", "text/event-stream")
        .header("last-event-id", &format!("{answer}:40"))
        .await
        .assert(200);
    let text = stream.text();
    let (reset, done) = (text.find("event: reset"), text.find("event: done"));
    assert!(reset.is_some() && reset < done, "{text}");
    assert_eq!(tutor.text_of(answer).await.0, "Le début et la suite.");
}

#[tokio::test]
async fn an_answer_whose_server_lives_is_left_alone() {
    let tutor = tutor(|_, _| Reply::silence_after(&["Un. "])).await;
    let student = tutor.student().await;
    student
        .post("/dashboard/eleve/aria", &[("key", "a"), ("question", "Bonjour ?"), ("subject", "NSI")])
        .htmx()
        .await
        .redirected();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(recovery::take_up(&tutor.app.ctx).await.expect("look"), 0);
}

//! Several who watch one answer.

use std::{future::IntoFuture as _, time::Duration};

use serde_json::json;
use uuid::Uuid;

use super::{
    support::{Tutor, key, said, tutor},
    tabs::{Program, Tab, words},
};
use crate::llm::standin::{Gate, Reply};

/// What the model says.
const TEXT: &str = "Une suite est une liste.\n\nElle a une raison. Voilà.";
/// As it is read.
const WHOLE: &str = "Une suite est une liste. Elle a une raison. Voilà.";

/// A tutor whose model waits twice in its answer.
async fn halted() -> (Tutor, Gate) {
    let gate = Gate::closed();
    let steps: [&[&str]; 3] = [&["Une suite ", "est une liste.\n\n", "Elle"], &[" a une raison."], &[" Voilà."]];
    let reply = Reply::gated(&gate, &steps);
    (tutor(move |_, _| reply.clone()).await, gate)
}

/// Waits until so many hear the answer.
async fn watched_by(tutor: &Tutor, answer: Uuid, count: usize) {
    for _ in 0..400 {
        if tutor.app.ctx.aria.hub().find(answer).is_some_and(|channel| channel.watchers() == count) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the answer is never watched by {count}");
}

fn assert_whole(tab: &Tab) {
    assert_eq!(tab.shows(), WHOLE, "{:?}", tab.heard);
    assert_eq!(tab.heard.last().map(String::as_str), Some("done"));
    assert_eq!(words(&tab.turn).matches(WHOLE).count(), 1, "{}", tab.turn);
}

#[tokio::test]
async fn tabs_on_one_answer_read_all_of_it_once_wherever_they_come_in() {
    let (tutor, gate) = halted().await;
    let student = tutor.student().await;
    let answer = tutor.begin(&student, "Qu’est-ce qu’une suite ?").await;
    let mut early = Tab::open(&student, answer).await;
    early.until("Elle").await;
    // One that knows nothing, and one that goes on where the first one is.
    let mut late = Tab::open(&student, answer).await;
    late.until("Elle").await;
    assert_eq!(late.heard, ["reset"]);
    let back = early.again(&student).await;
    let tabs = [early, late, back].map(|tab| tokio::spawn(tab.end()));
    watched_by(&tutor, answer, 3).await;
    gate.open();
    gate.open();
    let mut heard = Vec::new();
    for tab in tabs {
        let tab = tab.await.expect("heard");
        assert_whole(&tab);
        heard.push(tab.heard);
    }
    assert!(!heard[2].contains(&"reset".to_owned()), "it had the beginning: {:?}", heard[2]);
}

#[tokio::test]
async fn programs_that_ask_with_one_key_read_all_of_one_answer_once() {
    let (tutor, gate) = halted().await;
    let student = tutor.student().await;
    let question = "Qu’est-ce qu’une suite ?";
    let mut early = Program::ask(&student, "k", question).await;
    early.until("Elle").await;
    let late = Program::ask(&student, "k", question).await;
    let answer = early.answer;
    assert_eq!(late.answer, answer);
    let waits = student.post_json("/api/aria/chat", &json!({ "message": question })).header("idempotency-key", "k");
    let waits = tokio::spawn(waits.into_future());
    let programs = [early, late].map(|program| tokio::spawn(program.end()));
    watched_by(&tutor, answer, 3).await;
    gate.open();
    gate.open();
    for program in programs {
        let program = program.await.expect("heard");
        assert_eq!(program.text, TEXT, "{:?}", program.heard);
        assert_eq!(program.heard.last().map(String::as_str), Some("done"));
    }
    let waited = waits.await.expect("answered").assert(200);
    assert_eq!((said(&waited), key(&waited.json())), (TEXT.to_owned(), answer));
    assert_eq!(tutor.asked().len(), 1);
}

#[tokio::test]
async fn an_end_that_was_stored_but_never_heard_of_is_told_all_the_same() {
    let (tutor, gate) = halted().await;
    let student = tutor.student().await;
    let question = "Qu’est-ce qu’une suite ?";
    let mut program = Program::ask(&student, "k", question).await;
    program.until("Elle").await;
    let waits = student.post_json("/api/aria/chat", &json!({ "message": question })).header("idempotency-key", "k");
    let waits = tokio::spawn(waits.into_future());
    watched_by(&tutor, program.answer, 2).await;
    // As if the connection had broken after the commit: the writer tries again, and nothing is its own any more.
    let stored =
        "update aria_generations set state = 'DONE', answer = $2, lease = null, ended_at = now(), quota = 'SETTLED'
        where id = $1";
    let stored =
        sqlx::query(stored).bind(program.answer).bind(TEXT).execute(&tutor.app.ctx.pool).await.expect("stored");
    assert_eq!(stored.rows_affected(), 1);
    gate.open();
    gate.open();
    assert_eq!(said(&waits.await.expect("answered").assert(200)), TEXT);
    let program = program.end().await;
    assert_eq!((program.text.as_str(), program.heard.last().map(String::as_str)), (TEXT, Some("done")));
}

#[tokio::test]
async fn a_tab_at_another_server_reads_what_is_stored_and_then_the_end() {
    let (tutor, gate) = halted().await;
    let student = tutor.student().await;
    let answer = tutor.begin(&student, "Qu’est-ce qu’une suite ?").await;
    let elsewhere = tutor.app.beside();
    let there = elsewhere.sign_in(student.id).await;
    let mut tab = Tab::open(&there, answer).await;
    tab.until("Elle").await;
    gate.open();
    tab.until("raison").await;
    gate.open();
    let tab = tab.end().await;
    assert_eq!(tab.heard.last().map(String::as_str), Some("done"), "{:?}", tab.heard);
    assert!(WHOLE.starts_with(&tab.shows()), "{}", tab.shows());
    assert_eq!(words(&tab.turn).matches(WHOLE).count(), 1, "{}", tab.turn);
}

//! A server that stops in order, or is believed to be gone, and the next one.

use std::time::Duration;

use uuid::Uuid;

use super::{
    support::{Tutor, ask, tutor},
    tabs::{Program, Tab},
};
use crate::{
    aria::{self, engine::recovery},
    llm::standin::{Gate, Reply, Seen},
    testing::TestApp,
};

const BEGUN: &str = "Une suite est une liste";
const WHOLE: &str = "Une suite est une liste ordonnée de nombres.";

/// Whether the model is asked to go on where an answer was cut.
fn goes_on(seen: &Seen) -> bool {
    !seen.message("assistant").is_empty()
}

/// Signs of life of a server.
async fn signs_of_life(app: &TestApp, of: &TestApp) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from aria_writers where token = $1"#, of.ctx.aria.token())
        .fetch_one(&app.ctx.pool)
        .await
        .expect("writers")
}

/// What is stored of a running answer, and which server writes it.
async fn stored(tutor: &Tutor, answer: Uuid) -> (String, Option<Uuid>) {
    let row = sqlx::query!(
        r#"select lease, coalesce((select string_agg(body, '' order by seq) from aria_pieces where generation_id = $1), '') as "text!"
           from aria_generations where id = $1"#,
        answer
    )
    .fetch_one(&tutor.app.ctx.pool)
    .await
    .expect("answer");
    (row.text, row.lease)
}

/// Looks until it is so.
async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never so: {what}");
}

#[tokio::test]
async fn a_server_that_stops_hands_its_answer_to_the_next_one_and_the_text_is_there_once() {
    let gate = Gate::closed();
    let rest = Reply::gated(&gate, &[&[], &["est une liste ordonnée", " de nombres."]]);
    let begun = Reply::silence_after(&["Une suite ", "est une liste"]);
    let mut tutor = tutor(move |seen, _| if goes_on(seen) { rest.clone() } else { begun.clone() }).await;
    let (student, next) = (tutor.student().await, tutor.app.beside());
    let question = "Qu’est-ce qu’une suite ?";
    let mut program = Program::ask(&student, "k", question).await;
    let answer = program.answer;
    let mut tab = Tab::open(&student, answer).await;
    program.until(BEGUN).await;
    tab.until(BEGUN).await;

    tutor.stop().await;
    let (tab, program) = (tab.end().await, program.end().await);
    assert_eq!(tab.heard.last().map(String::as_str), Some("away"), "{:?}", tab.heard);
    assert_eq!(program.heard.last().map(String::as_str), Some("error"), "{:?}", program.heard);
    assert_eq!(signs_of_life(&next, &tutor.app).await, 0, "nobody waits until it is too old");
    assert_eq!(tutor.standing(answer).await, ("RUNNING".into(), "RESERVED".into()));
    assert_eq!(stored(&tutor, answer).await.0, BEGUN);

    assert_eq!(recovery::take_up(&next.ctx).await.expect("look"), 1);
    let _running = aria::start(&next.ctx);
    let there = next.sign_in(student.id).await;
    let mut program = Program::ask(&there, "k", question).await;
    assert_eq!(program.answer, answer);
    program.until(BEGUN).await;
    let tab = tab.again(&there).await;
    gate.open();
    let (tab, program) = (tab.end().await, program.end().await);
    assert_eq!(tab.shows(), WHOLE, "{:?}", tab.heard);
    assert_eq!(tab.heard.last().map(String::as_str), Some("done"));
    assert_eq!(program.text, WHOLE, "{:?}", program.heard);
    assert_eq!(tutor.text_of(answer).await, (WHOLE.to_owned(), true));
    assert_eq!(tutor.standing(answer).await, ("DONE".into(), "SETTLED".into()));
}

#[tokio::test]
async fn a_question_that_comes_while_a_server_stops_is_answered_by_the_next_one() {
    let mut tutor = tutor(|_, _| Reply::stream(&["Tout."])).await;
    let (student, next) = (tutor.student().await, tutor.app.beside());
    tutor.stop().await;
    let answer = tutor.begin(&student, "Bonjour ?").await;
    let tab = Tab::open(&student, answer).await.end().await;
    assert_eq!(tab.heard.last().map(String::as_str), Some("away"), "{:?}", tab.heard);
    assert!(tutor.asked().is_empty());
    assert_eq!(recovery::take_up(&next.ctx).await.expect("look"), 1);
    let _running = aria::start(&next.ctx);
    tutor.until(answer, "DONE").await;
    assert_eq!(tutor.text_of(answer).await, ("Tout.".to_owned(), false));
}

#[tokio::test]
async fn a_server_that_was_believed_gone_stores_nothing_any_more() {
    let (old, new) = (Gate::closed(), Gate::closed());
    let first = Reply::gated(&old, &[&["Une suite ", "est une liste"], &[" de courses."], &[]]);
    let second = Reply::gated(&new, &[&[], &[" ordonnée de nombres."]]);
    let tutor = tutor(move |seen, _| match seen.message("user") {
        _ if goes_on(seen) => second.clone(),
        asked if asked.contains("suite") => first.clone(),
        _ => Reply::stream(&["Oui."]),
    })
    .await;
    let (student, next) = (tutor.student().await, tutor.app.beside());
    let _running = aria::start(&next.ctx);
    until("the next server lives", async || signs_of_life(&next, &next).await == 1).await;
    let answer = tutor.begin(&student, "Qu’est-ce qu’une suite ?").await;
    let mut tab = Tab::open(&student, answer).await;
    tab.until(BEGUN).await;
    until("the beginning is stored", async || stored(&tutor, answer).await.0 == BEGUN).await;

    until("the next server has it", async || {
        // The first one lives, and says so again: it only seems to be gone.
        sqlx::query!("delete from aria_writers where token = $1", tutor.app.ctx.aria.token())
            .execute(&next.ctx.pool)
            .await
            .expect("gone");
        recovery::take_up(&next.ctx).await.expect("look");
        stored(&tutor, answer).await.1 == Some(next.ctx.aria.token())
    })
    .await;
    // It goes on, and stores what it has: an answer of its own, that is.
    old.open();
    tab.until("de courses").await;
    ask(&student, "Bonjour").await.assert(200);
    assert_eq!(stored(&tutor, answer).await.0, BEGUN);
    old.open();
    let tab = tab.end().await;
    assert_eq!(tab.heard.last().map(String::as_str), Some("away"), "{:?}", tab.heard);
    assert_eq!(stored(&tutor, answer).await, (BEGUN.to_owned(), Some(next.ctx.aria.token())));
    assert_eq!(tutor.standing(answer).await, ("RUNNING".into(), "RESERVED".into()));

    let there = next.sign_in(student.id).await;
    let tab = tab.again(&there).await;
    new.open();
    assert_eq!(tab.end().await.shows(), WHOLE);
    assert_eq!(tutor.text_of(answer).await, (WHOLE.to_owned(), true));
}

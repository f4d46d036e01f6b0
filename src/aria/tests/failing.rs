//! Models that do not answer as they should: see also `answering`, and `llm::tests` for the client alone.

use std::time::Duration;

use super::support::{self, Tutor, ask, key, said, tutor_with};
use crate::llm::standin::{Deaf, Reply, delta, event};

/// No test waits as long as a person may.
const IMPATIENT: [(&str, &str); 3] =
    [("LLM_FIRST_TOKEN_TIMEOUT", "300"), ("LLM_IDLE_TIMEOUT", "300"), ("OLLAMA_TIMEOUT", "5000")];

/// Mode of an answer, and what staff read of its failure.
async fn problem(tutor: &Tutor, answer: uuid::Uuid) -> (String, String) {
    let row = sqlx::query!(r#"select mode, problem as "problem!" from aria_generations where id = $1"#, answer)
        .fetch_one(&tutor.app.ctx.pool)
        .await
        .expect("answer");
    (row.mode, row.problem)
}

/// Asks: the passages answer, the question is given back, and this is the problem.
async fn assert_gives_way(tutor: &Tutor, says: &str) {
    tutor.document("Suites arithmétiques", "# Suites\n\nOn ajoute toujours la même raison.").await;
    let student = tutor.student().await;
    let answer = ask(&student, "suite arithmétique raison").await.assert(200);
    assert_eq!(answer.json()["mode"], "EXTRACT", "{answer}");
    assert!(said(&answer).contains("> On ajoute toujours la même raison."), "{answer}");
    assert!(said(&answer).contains("n’est pas décomptée"), "{answer}");
    let id = key(&answer.json());
    assert_eq!(tutor.standing(id).await, ("DONE".into(), "RETURNED".into()));
    let (mode, problem) = problem(tutor, id).await;
    assert!(mode == "EXTRACT" && problem.contains(says), "{mode}: {problem}");
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 5 questions");
}

#[tokio::test]
async fn a_stream_of_nonsense_gives_way_to_the_passages() {
    let tutor = support::tutor(|_, _| Reply::Stream(vec![event("{\"choices\": [")], true)).await;
    assert_gives_way(&tutor, "not understood").await;
}

#[tokio::test]
async fn a_model_that_does_not_begin_in_time_gives_way_to_the_passages() {
    let tutor =
        tutor_with(&IMPATIENT, |_, _| Reply::After(Duration::from_secs(60), Box::new(Reply::stream(&["Tard."])))).await;
    assert_gives_way(&tutor, "timeout after 300ms").await;
}

#[tokio::test]
async fn a_model_that_takes_no_connection_gives_way_to_the_passages() {
    let deaf = Deaf::start().await;
    // A second look would be waited for, too: it asks the same model.
    let settings = [&IMPATIENT[..], &[("ARIA_SECOND_LOOK", "off")]].concat();
    let tutor = support::tutor_at(&deaf.base_url, &settings).await;
    assert_gives_way(&tutor, "timeout after 300ms").await;
}

#[tokio::test]
async fn nonsense_or_silence_after_the_first_words_leaves_them_and_the_question_does_not_count() {
    let first = || event(&delta("Le début. "));
    for (reply, says) in [
        (Reply::Stream(vec![first(), event("{not json")], true), "not understood"),
        (Reply::Silence(vec![first()]), "stalled for 300ms"),
    ] {
        let tutor = tutor_with(&IMPATIENT, move |_, _| reply.clone()).await;
        let student = tutor.student().await;
        let answer = ask(&student, "suite").await.assert(502);
        assert_eq!((said(&answer).trim(), &answer.json()["mode"]), ("Le début.", &"MODEL".into()), "{says}");
        let id = key(&answer.json());
        assert_eq!(tutor.standing(id).await, ("FAILED".into(), "RETURNED".into()), "{says}");
        assert!(problem(&tutor, id).await.1.contains(says), "{says}");
        student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 5 questions");
    }
}

#[tokio::test]
async fn a_sign_that_cannot_be_stored_is_left_out() {
    let tutor = tutor_with(&[], |_, _| Reply::stream(&["Un\u{0} deux", " trois."])).await;
    let student = tutor.student().await;
    assert_eq!(said(&ask(&student, "Bonjour ?").await.assert(200)), "Un deux trois.");
}

//! Several providers, one after the other.

use super::*;
use crate::llm::Task;

/// A client that asks the first server, then the second.
fn two(first: &str, second: &str) -> Client {
    of(&[
        ("LLM_PROVIDERS", "one,two"),
        ("ONE_BASE_URL", first),
        ("ONE_MODEL", "m1"),
        ("TWO_BASE_URL", second),
        ("TWO_MODEL", "m2"),
    ])
}

#[tokio::test]
async fn whatever_keeps_the_first_from_answering_the_second_answers() {
    let body = |text: &str| Reply::Body(text.into());
    let late = Reply::After(Duration::from_secs(60), Box::new(Reply::Hangup));
    for reply in [
        Reply::Status(500, "{}".into()),
        Reply::Status(401, "{}".into()),
        Reply::Status(400, "{}".into()),
        Reply::Hangup,
        Reply::CutBody,
        body("nonsense"),
        late,
    ] {
        let (bad, good) = (StandIn::always(reply).await, StandIn::always(Reply::Text("Bonjour".into())).await);
        let patience = [("OLLAMA_TIMEOUT", "1500"), ("LLM_PROVIDERS", "one,two")];
        let both = [
            ("ONE_BASE_URL", bad.base_url.as_str()),
            ("ONE_MODEL", "m1"),
            ("TWO_BASE_URL", &good.base_url),
            ("TWO_MODEL", "m2"),
        ];
        let answer = of(&[&patience[..], &both[..]].concat()).chat(question()).await.expect("the second");
        assert_eq!((answer.text.as_str(), answer.provider.as_str()), ("Bonjour", "two"));
        assert_eq!(good.seen()[0].body["model"], "m2");
    }
}

#[tokio::test]
async fn while_the_first_answers_the_second_is_not_asked() {
    let (first, second) = (StandIn::always(Reply::stream(&["Oui"])).await, StandIn::always(Reply::Hangup).await);
    let pieces: Vec<String> =
        two(&first.base_url, &second.base_url).chat_stream(question()).try_collect().await.expect("whole");
    assert_eq!((pieces.concat().as_str(), second.seen().len()), ("Oui", 0));
}

#[tokio::test]
async fn a_stream_that_never_begins_is_tried_twice_and_then_begun_elsewhere() {
    for nothing in
        [Reply::Stream(vec![b": keep-alive\n\n".to_vec()], false), Reply::Status(503, "{}".into()), Reply::Hangup]
    {
        let (bad, good) = (StandIn::always(nothing).await, StandIn::always(Reply::stream(&["Bon", "jour"])).await);
        let mut stream = two(&bad.base_url, &good.base_url).chat_stream(question());
        assert_eq!(stream.origin(), None);
        assert_eq!(stream.next().await, Some(Ok("Bon".to_owned())));
        let origin = stream.origin().expect("known by now");
        assert_eq!((origin.provider.as_str(), origin.model.as_str()), ("two", "m2"));
        assert_eq!(stream.next().await, Some(Ok("jour".to_owned())));
        assert_eq!((stream.next().await, bad.seen().len()), (None, 2));
    }
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_for_long_is_not_waited_for_while_another_can_be_asked() {
    let (first, second) =
        (StandIn::always(Reply::Later(60)).await, StandIn::always(Reply::stream(&["Bon", "jour"])).await);
    let client = two(&first.base_url, &second.base_url);
    for _ in 0..3 {
        let said: Vec<String> = client.chat_stream(question()).try_collect().await.expect("the second");
        assert_eq!(said.concat(), "Bonjour");
    }
    assert_eq!((first.seen().len(), second.seen().len()), (1, 3), "asked once, then left alone");
    assert!(two(&first.base_url, &first.base_url).chat(question()).await.is_err());
    assert_eq!(first.seen().len(), 3, "and by nobody a second time");
}

#[tokio::test]
async fn each_asking_of_a_server_has_its_row_in_the_log_and_costs_what_it_may_have_cost() {
    let cut = || Reply::Stream(vec![b": keep-alive\n\n".to_vec()], false);
    let server = StandIn::start(move |_, n| if n == 0 { cut() } else { Reply::stream(&["Bonjour"]) }).await;
    let client = client(&server);
    let said: Vec<String> = client.chat_stream(question()).try_collect().await.expect("whole");
    assert_eq!(said.concat(), "Bonjour");
    let rows = log::rows(&client);
    let told: Vec<_> = rows.iter().map(|row| (row.outcome.key(), row.usage.prompt_tokens > 0)).collect();
    assert_eq!(told, [("FAILED", true), ("OK", true)]);
}

#[tokio::test]
async fn after_the_first_words_nobody_else_goes_on_with_the_text() {
    let begun = Reply::Stream(vec![standin::event(&standin::delta("Bon"))], false);
    let (bad, good) = (StandIn::always(begun).await, StandIn::always(Reply::stream(&["soir"])).await);
    let pieces: Vec<_> = two(&bad.base_url, &good.base_url).chat_stream(question()).collect().await;
    assert_eq!(pieces, [Ok("Bon".to_owned()), Err(LlmError::Cut)]);
    assert_eq!((bad.seen().len(), good.seen().len()), (1, 0));
}

#[tokio::test]
async fn when_nobody_answers_the_error_is_the_last_ones() {
    let first = StandIn::always(Reply::Status(401, "{}".into())).await;
    let error = two(&first.base_url, &standin::nobody().await).chat(question()).await.expect_err("nobody");
    assert_eq!(error.to_string(), "fetch failed");
}

#[tokio::test]
async fn after_three_failures_the_first_is_passed_over_and_the_second_asked_at_once() {
    let (bad, good) =
        (StandIn::always(Reply::Status(403, "{}".into())).await, StandIn::always(Reply::Text("Oui".into())).await);
    let client = two(&bad.base_url, &good.base_url);
    for _ in 0..5 {
        assert!(client.chat(question()).await.is_ok());
    }
    assert_eq!((bad.seen().len(), good.seen().len()), (3, 5));
    assert!(client.available());
}

#[tokio::test]
async fn a_request_that_the_server_refuses_says_nothing_about_the_server() {
    let server = StandIn::always(Reply::Status(422, "{}".into())).await;
    let client = client(&server);
    for _ in 0..5 {
        assert!(client.chat(question()).await.is_err());
    }
    assert_eq!(server.seen().len(), 5);
    assert!(client.available());
}

#[tokio::test]
async fn with_all_circuits_open_a_person_is_told_at_once_and_a_report_is_tried_all_the_same() {
    let server =
        StandIn::start(|_, n| if n < 3 { Reply::Body("nonsense".into()) } else { Reply::Text("Oui".into()) }).await;
    let client = client(&server);
    for _ in 0..3 {
        assert_eq!(client.chat(question()).await, Err(LlmError::Invalid));
    }
    assert!(!client.available());
    assert_eq!(client.chat(question()).await, Err(LlmError::Invalid), "the failure that opened it");
    assert_eq!(server.seen().len(), 3);
    assert!(client.chat(question().task(Task::Bilan)).await.is_ok());
    assert!(client.available() && client.chat(question()).await.is_ok(), "its success closed the circuit");
}

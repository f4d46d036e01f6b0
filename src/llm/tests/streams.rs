//! Streams that are slow, fall silent, or are not wanted any more.

use super::*;
use crate::llm::{call::Outcome, tests::log::rows};

fn impatient(server: &StandIn) -> Client {
    client_of(&server.base_url, &[("LLM_FIRST_TOKEN_TIMEOUT", "300"), ("LLM_IDLE_TIMEOUT", "200")])
}

#[tokio::test]
async fn a_stream_that_does_not_begin_in_time_is_given_up() {
    let late = Reply::After(Duration::from_secs(60), Box::new(Reply::Hangup));
    for reply in [late, Reply::silence_after(&[]), Reply::Silence(vec![b": keep-alive\n\n".to_vec()])] {
        let (server, begun) = (StandIn::always(reply).await, Instant::now());
        let error = impatient(&server).chat_stream(question()).try_collect::<Vec<_>>().await.expect_err("nothing");
        assert_eq!(error.to_string(), "OpenAI chat timeout after 300ms (model: m)");
        assert!(begun.elapsed() < Duration::from_secs(5) && server.seen().len() == 1);
    }
}

#[tokio::test]
async fn a_stream_that_falls_silent_is_given_up_after_what_it_had_said() {
    let server = StandIn::always(Reply::silence_after(&["Bon", "jour"])).await;
    let pieces: Vec<_> = impatient(&server).chat_stream(question()).collect().await;
    assert_eq!(pieces[..2], [Ok("Bon".to_owned()), Ok("jour".to_owned())]);
    let error = pieces[2].clone().expect_err("silence");
    assert_eq!(error.to_string(), "OpenAI chat stalled for 200ms (model: m)");
}

#[tokio::test]
async fn a_stream_that_was_whole_ends_well_even_if_the_server_forgets_to_hang_up() {
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let parts = vec![standin::event(&standin::delta("Oui")), standin::event(stop)];
    let server = StandIn::always(Reply::Silence(parts)).await;
    let pieces: Vec<_> = client(&server).chat_stream(question()).try_collect().await.expect("whole");
    assert_eq!(pieces, ["Oui"]);
}

#[tokio::test]
async fn a_stream_that_nobody_wants_any_more_is_logged_as_stopped_with_what_it_had_said() {
    let server = StandIn::always(Reply::silence_after(&["12345678", "9"])).await;
    let client = client(&server);
    let mut stream = client.chat_stream(question());
    assert!(stream.next().await.is_some() && stream.next().await.is_some());
    drop(stream);
    let [row] = rows(&client).try_into().expect("one call");
    assert_eq!((row.outcome, row.estimated, row.usage.completion_tokens), (Outcome::Stopped, true, 3));
    assert_eq!(row.usage.prompt_tokens, 4, "16 characters");
    assert!(row.first_token.is_some_and(|first| first <= row.latency));
}

#[tokio::test]
async fn a_stream_stopped_before_its_first_words_is_logged_too_and_says_nothing_against_the_server() {
    let server = StandIn::always(Reply::silence_after(&[])).await;
    let client = client(&server);
    for _ in 0..4 {
        let mut stream = client.chat_stream(question());
        let waited = tokio::time::timeout(Duration::from_millis(100), stream.next()).await;
        assert!(waited.is_err());
    }
    let rows = rows(&client);
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row.outcome == Outcome::Stopped && row.first_token.is_none()));
    assert!(client.available());
}

#[tokio::test]
async fn a_stream_that_was_never_polled_asks_nobody() {
    let server = StandIn::always(Reply::Hangup).await;
    let client = client(&server);
    drop(client.chat_stream(question()));
    assert!(rows(&client).is_empty() && server.seen().is_empty());
}

#[tokio::test]
async fn what_a_stream_cost_is_taken_from_the_server_where_it_says_so() {
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let parts = [standin::delta("Oui"), stop.to_owned(), standin::usage(21, 7), "[DONE]".to_owned()];
    let server = StandIn::always(Reply::Stream(parts.iter().map(|part| standin::event(part)).collect(), true)).await;
    let client = client(&server);
    client.chat_stream(question()).try_collect::<Vec<_>>().await.expect("whole");
    let [row] = rows(&client).try_into().expect("one call");
    assert_eq!((row.outcome, row.estimated), (Outcome::Ok, false));
    assert_eq!(row.usage, Usage { prompt_tokens: 21, completion_tokens: 7 });
}

#[tokio::test]
async fn the_usage_is_asked_for_only_where_it_is_known_to_be_understood() {
    let server = StandIn::always(Reply::stream(&["Oui"])).await;
    let url = server.base_url.trim_end_matches("/v1").to_owned();
    let ollama = of(&[("OLLAMA_URL", &url)]);
    for client in [ollama, client(&server)] {
        client.chat_stream(question()).try_collect::<Vec<_>>().await.expect("whole");
    }
    let seen = server.seen();
    assert_eq!(seen[0].body["stream_options"]["include_usage"], true);
    assert!(seen[1].body.get("stream_options").is_none(), "some other server at OPENAI_BASE_URL");
}

#[tokio::test]
async fn a_stream_gives_its_place_back_when_it_is_dropped() {
    let server = StandIn::always(Reply::silence_after(&["Oui"])).await;
    let client = client_of(&server.base_url, &[("LLM_CONCURRENCY_PER_PERSON", "1")]);
    let ask = || client.chat_stream(question().by(Some(uuid::Uuid::from_u128(7))));
    let mut first = ask();
    assert!(first.next().await.is_some_and(|piece| piece.is_ok()));
    assert_eq!(ask().next().await, Some(Err(LlmError::Busy)), "after a few seconds");
    drop(first);
    assert!(ask().next().await.is_some_and(|piece| piece.is_ok()));
}

#[tokio::test]
async fn the_stub_too_is_a_call_that_can_be_stopped() {
    let client = of(&[("LLM_MODE", "stub")]);
    let mut stream = client.chat_stream(question());
    assert!(stream.next().await.is_some());
    assert_eq!(stream.origin().map(|origin| origin.provider), Some("stub".to_owned()));
    drop(stream);
    let [row] = rows(&client).try_into().expect("one call");
    assert_eq!((row.provider.as_str(), row.cost), ("stub", 0));
    assert_eq!(row.outcome, Outcome::Stopped);
}

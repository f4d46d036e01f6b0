//! The client against a server that misbehaves; in the modules below, several of them, the log, the budget, the page.

mod budgets;
mod chain;
mod embeddings;
mod log;
mod page;
mod streams;

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::{
    ChatRequest, Client, LlmError, Usage,
    standin::{self, Deaf, Reply, StandIn},
};
use crate::testing;

fn client_of(url: &str, more: &[(&str, &str)]) -> Client {
    let variables: Vec<_> =
        [("OPENAI_BASE_URL", url), ("OPENAI_MODEL", "m")].into_iter().chain(more.iter().copied()).collect();
    of(&variables)
}

/// A client of these settings, whose log nobody reads.
fn of(variables: &[(&str, &str)]) -> Client {
    Client::new(&testing::config(variables).llm, nowhere()).expect("client")
}

/// A database that is never asked.
fn nowhere() -> sqlx::PgPool {
    sqlx::PgPool::connect_lazy("postgres://localhost/nowhere").expect("an address")
}

fn client(server: &StandIn) -> Client {
    client_of(&server.base_url, &[("OPENAI_API_KEY", "sk-secret")])
}

fn question() -> ChatRequest {
    ChatRequest::new("Consignes", "Données")
}

#[tokio::test]
async fn a_server_that_takes_no_connection_is_given_up_long_before_a_first_word_is_due() {
    let deaf = Deaf::start().await;
    let patient = [("LLM_FIRST_TOKEN_TIMEOUT", "600000"), ("OLLAMA_TIMEOUT", "600000")];
    let asked = client_of(&deaf.base_url, &patient);
    let answer = tokio::time::timeout(Duration::from_secs(60), asked.chat(question())).await;
    assert_eq!(answer.expect("given up").expect_err("an error"), LlmError::Unreachable);
}

async fn error_of(reply: Reply) -> LlmError {
    let server = StandIn::always(reply).await;
    client(&server).chat(question()).await.expect_err("an error")
}

#[tokio::test]
async fn a_good_answer_comes_with_its_model_and_what_it_cost() {
    let server = StandIn::always(Reply::Text("Bonjour".into())).await;
    let answer = client(&server).chat(question().temperature(0.5).max_tokens(9)).await.expect("answer");
    assert_eq!((answer.text.as_str(), answer.model.as_str(), answer.truncated), ("Bonjour", "stand-in", false));
    assert_eq!(answer.usage, Some(Usage { prompt_tokens: 12, completion_tokens: 34 }));
    let seen = &server.seen()[0];
    assert!(
        seen.head.starts_with("post /v1/chat/completions ") && seen.head.contains("authorization: bearer sk-secret")
    );
    assert_eq!((seen.message("system"), seen.message("user")), ("Consignes", "Données"));
    assert_eq!((&seen.body["model"], &seen.body["stream"]), (&"m".into(), &false.into()));
    assert_eq!((&seen.body["temperature"], &seen.body["max_tokens"]), (&0.5.into(), &9.into()));
}

#[tokio::test]
async fn an_answer_cut_by_the_limit_of_tokens_says_so() {
    let server = StandIn::always(Reply::Truncated("Bon".into())).await;
    assert!(client(&server).chat(question()).await.expect("answer").truncated);
}

#[tokio::test]
async fn a_server_that_refuses_connections_is_tried_twice_and_fails_as_in_the_record() {
    let begun = Instant::now();
    let error = client_of(&standin::nobody().await, &[]).chat(question()).await.expect_err("nobody");
    assert_eq!(error.to_string(), "fetch failed");
    assert!(begun.elapsed() >= Duration::from_millis(500) && begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_server_that_hangs_up_is_tried_twice() {
    let server = StandIn::always(Reply::Hangup).await;
    assert_eq!(client(&server).chat(question()).await, Err(LlmError::Unreachable));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn one_failure_of_the_server_is_made_good_by_the_one_retry() {
    for reply in [Reply::Status(500, "oops".into()), Reply::Status(429, "{}".into()), Reply::Hangup] {
        let first = reply.clone();
        let server =
            StandIn::start(move |_, n| if n == 0 { first.clone() } else { Reply::Text("Bonjour".into()) }).await;
        assert_eq!(client(&server).chat(question()).await.expect("second try").text, "Bonjour");
        assert_eq!(server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_second_failure_is_final_and_repeats_a_line_of_what_the_server_said() {
    let body = r#"{"error":{"message":"model overloaded\n(key sk-secret)"}}"#;
    let server = StandIn::always(Reply::Status(503, body.into())).await;
    let error = client(&server).chat(question()).await.expect_err("503 twice");
    assert_eq!(error.to_string(), "OpenAI chat failed: 503 — model overloaded (key …)");
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_not_repeated_and_tells_nothing_of_the_key() {
    let body = r#"{"error":{"message":"Incorrect API key provided: sk-se***et"}}"#;
    let server = StandIn::always(Reply::Status(401, body.into())).await;
    let error = client(&server).chat(question()).await.expect_err("401");
    assert_eq!(error.to_string(), "OpenAI chat failed: 401 — access refused");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn ollama_is_named_by_its_own_name_and_its_error_text_is_read() {
    let server = StandIn::always(Reply::Status(404, r#"{"error":"model \"m\" not found"}"#.into())).await;
    let url = server.base_url.trim_end_matches("/v1").to_owned();
    let client = of(&[("OLLAMA_URL", url.as_str()), ("OLLAMA_MODEL", "m")]);
    let error = client.chat(question()).await.expect_err("404");
    assert_eq!(error.to_string(), "Ollama chat failed: 404 — model \"m\" not found");
}

#[tokio::test]
async fn a_slow_server_is_given_up_after_the_time_of_the_settings_and_not_asked_again() {
    let slow = Reply::After(Duration::from_secs(20), Box::new(Reply::Text("trop tard".into())));
    let server = StandIn::always(slow).await;
    let begun = Instant::now();
    let error = client_of(&server.base_url, &[("OLLAMA_TIMEOUT", "300")]).chat(question()).await.expect_err("slow");
    assert_eq!(error.to_string(), "OpenAI chat timeout after 300ms (model: m)");
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_is_not_the_protocol_is_not_understood() {
    for body in ["", "not json", "[]", r#"{"choices":[]}"#, "<html></html>"] {
        assert_eq!(error_of(Reply::Body(body.into())).await, LlmError::Invalid, "{body}");
    }
    assert_eq!(error_of(Reply::CutBody).await, LlmError::Cut);
    assert_eq!(error_of(Reply::Body("x".repeat(2_000_000))).await, LlmError::TooLarge);
}

async fn streamed(reply: Reply) -> (String, Option<LlmError>) {
    let server = StandIn::always(reply).await;
    let mut stream = client(&server).chat_stream(question());
    let mut text = String::new();
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(piece) => text.push_str(&piece),
            Err(error) => {
                assert!(stream.next().await.is_none(), "nothing follows an error");
                return (text, Some(error));
            }
        }
    }
    (text, None)
}

#[tokio::test]
async fn a_stream_hands_on_its_pieces_wherever_the_bytes_are_split() {
    assert_eq!(streamed(Reply::stream(&["Bon", "jour ", "à tous"])).await, ("Bonjour à tous".into(), None));
    let bytes = [standin::event(&standin::delta("é")), standin::event(&standin::delta("à"))].concat();
    let mut parts: Vec<Vec<u8>> = bytes.chunks(3).map(<[u8]>::to_vec).collect();
    parts.push(b": keep-alive\n\ndata: [DONE]\n\n".to_vec());
    assert_eq!(streamed(Reply::Stream(parts, true)).await, ("éà".into(), None));
}

#[tokio::test]
async fn a_stream_that_says_stop_is_whole_even_without_its_last_line() {
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let parts = vec![standin::event(&standin::delta("Bonjour")), standin::event(stop)];
    assert_eq!(streamed(Reply::Stream(parts.clone(), true)).await, ("Bonjour".into(), None));
    assert_eq!(streamed(Reply::Stream(parts, false)).await, ("Bonjour".into(), None));
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_an_error_after_what_had_arrived() {
    for whole in [true, false] {
        let parts = vec![standin::event(&standin::delta("Bon"))];
        assert_eq!(streamed(Reply::Stream(parts, whole)).await, ("Bon".into(), Some(LlmError::Cut)));
    }
}

#[tokio::test]
async fn an_error_or_nonsense_in_the_middle_of_a_stream_ends_it() {
    let first = standin::event(&standin::delta("Bon"));
    let reported = standin::event(r#"{"error":{"message":"out of memory"}}"#);
    let (text, error) = streamed(Reply::Stream(vec![first.clone(), reported], true)).await;
    assert_eq!(text, "Bon");
    assert_eq!(error.expect("reported").to_string(), "OpenAI chat failed: out of memory");
    let (_, error) = streamed(Reply::Stream(vec![first, standin::event("{not json")], true)).await;
    assert_eq!(error, Some(LlmError::Invalid));
}

#[tokio::test]
async fn a_stream_too_is_opened_again_once() {
    let server =
        StandIn::start(|_, n| if n == 0 { Reply::Status(502, String::new()) } else { Reply::stream(&["Oui"]) }).await;
    let pieces: Vec<String> = client(&server).chat_stream(question()).try_collect().await.expect("second try");
    assert_eq!((pieces.concat().as_str(), server.seen().len()), ("Oui", 2));
}

#[tokio::test]
async fn without_a_model_or_switched_off_nothing_is_called() {
    for variables in [&[][..], &[("LLM_MODE", "off"), ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")]] {
        let client = of(variables);
        assert!(!client.configured());
        assert_eq!(client.chat(question()).await, Err(LlmError::NotConfigured));
    }
}

#[tokio::test]
async fn the_stub_always_says_the_same() {
    let client = of(&[("LLM_MODE", "stub")]);
    assert!(client.configured());
    let text = client.chat(question()).await.expect("stub").text;
    let pieces: Vec<String> = client.chat_stream(question()).try_collect().await.expect("stub");
    assert_eq!(pieces.concat(), text);
}

#[tokio::test]
async fn an_address_that_is_none_is_reported_at_start() {
    for url in ["nonsense", "ftp://host", "http://"] {
        assert!(Client::new(&testing::config(&[("OPENAI_BASE_URL", url)]).llm, nowhere()).is_err(), "{url}");
    }
}

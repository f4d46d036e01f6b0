//! Server-sent events as a response: for pages that hear of what changes, and for answers that are being written.

use std::time::Duration;

use futures_util::{Stream, StreamExt as _, stream};
use poem::{Body, Response, http::header, web::sse::Event};
use tokio::time::timeout;

/// What is sent when there is nothing to say: a line that no reader hears of.
const COMMENT: &str = ":\n\n";

/// The events until their stream ends; when none comes for `keep_alive`, something is sent, so that a dead connection is
/// noticed on both ends. Thousands may be open at once: poem's own response of this kind holds a buffer of 4 kB and three
/// boxes for each.
pub fn respond(events: impl Stream<Item = Event> + Send + 'static, keep_alive: Duration) -> Response {
    let texts = stream::unfold(Box::pin(events), move |mut events| async move {
        let text = match timeout(keep_alive, events.next()).await {
            Ok(event) => event?.to_string(),
            Err(_) => COMMENT.to_owned(),
        };
        Some((Ok::<_, std::io::Error>(text), events))
    });
    Response::builder()
        .content_type("text/event-stream")
        .header(header::CACHE_CONTROL, "no-cache")
        // nginx hands each on as it comes.
        .header("x-accel-buffering", "no")
        .body(Body::from_bytes_stream(texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_that_is_silent_says_now_and_then_that_it_is_there() {
        let told = stream::iter([Event::message("changed")]).chain(stream::once(async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Event::message("over")
        }));
        let response = respond(told, Duration::from_millis(20));
        assert_eq!(response.header("x-accel-buffering"), Some("no"));
        let body = response.into_body().into_string().await.expect("text");
        let silence = body.strip_prefix("data: changed\n\n").and_then(|rest| rest.strip_suffix("data: over\n\n"));
        let silence = silence.expect("both events, in order");
        assert!(!silence.is_empty() && silence.replace(COMMENT, "").is_empty(), "{silence:?}");
    }
}

//! The stream of an open page, over a real NOTIFY.

use std::time::Duration;

use futures_util::StreamExt as _;
use poem::{Endpoint as _, Request};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    app,
    messaging::live,
    testing::TestApp,
    web::{Role, session},
};

#[tokio::test]
async fn an_open_page_hears_of_a_message_at_once_and_the_stream_ends_with_the_server() {
    let site = TestApp::new().await;
    let (student, coach) = (site.signed_in(Role::Eleve).await, site.signed_in(Role::Coach).await);
    site.coach(coach.id, student.id).await;
    let ears = live::listen(&site.ctx);
    let name = session::cookie_name(&site.ctx);
    let request = Request::builder()
        .uri_str("/live")
        .header("accept", "text/event-stream")
        .header("accept-encoding", "gzip, br")
        .header("cookie", format!("{name}={}", student.cookie(name).expect("cookie")))
        .finish();
    let response = app(site.ctx.clone()).get_response(request).await;
    assert_eq!((response.status().as_u16(), response.content_type()), (200, Some("text/event-stream")));
    assert!(response.header("content-encoding").is_none() && response.header("x-accel-buffering") == Some("no"));
    let mut body = response.into_body().into_bytes_stream();
    let mut next = async || {
        let part = timeout(Duration::from_secs(10), body.next()).await.expect("in time");
        part.map(|bytes| String::from_utf8(bytes.expect("bytes").to_vec()).expect("text"))
    };
    assert!(next().await.is_some_and(|text| text.starts_with("retry:")));
    assert_eq!(site.ctx.live.open_streams(), 1);
    // The listener needs a moment to begin; until then nothing is lost but time.
    let mut heard = None;
    for _ in 0..20 {
        let words = [("key", Uuid::new_v4().to_string()), ("message", "Bonjour".to_owned())];
        let fields = words.each_ref().map(|(name, value)| (*name, value.as_str()));
        coach.post(&format!("/messages/{}", student.id), &fields).await.redirected();
        if let Ok(part) = timeout(Duration::from_millis(500), next()).await {
            heard = part;
            break;
        }
    }
    assert_eq!(heard.as_deref(), Some("data: changed\n\n"));
    site.ctx.live.close();
    while next().await.is_some() {}
    assert_eq!(site.ctx.live.open_streams(), 0);
    ears.abort();
}

#[tokio::test]
async fn a_page_that_asks_for_no_stream_gets_none() {
    let site = TestApp::new().await;
    site.signed_in(Role::Eleve).await.get("/live").await.assert(406);
    assert_eq!(site.ctx.live.open_streams(), 0);
}

//! A browser for tests: keeps its cookies, says where its forms come from, and hands out what it asks as a value, so
//! that a test can send several at once.

use std::{
    collections::BTreeMap,
    future::IntoFuture,
    sync::{Arc, Mutex},
};

use futures_util::future::{BoxFuture, join_all};
use poem::{
    Endpoint as _, Request, Response,
    endpoint::BoxEndpoint,
    http::{Method, header},
};
use serde_json::Value;
use tracing::instrument::WithSubscriber as _;

use super::{Answer, record::Record};

type Jar = Arc<Mutex<BTreeMap<String, String>>>;

/// A browser.
#[derive(Clone)]
pub struct Client {
    site: Arc<BoxEndpoint<'static, Response>>,
    jar: Jar,
}

/// A request that has not been sent yet: it is when awaited.
pub struct Ask {
    client: Client,
    request: Request,
}

impl Client {
    pub(super) fn new(site: Arc<BoxEndpoint<'static, Response>>) -> Self {
        Self { site, jar: Jar::default() }
    }

    /// A request without anything else.
    pub fn ask(&self, method: Method, path: &str) -> Ask {
        Ask { client: self.clone(), request: Request::builder().method(method).uri_str(path).finish() }
    }

    /// Follows a link.
    pub fn get(&self, path: &str) -> Ask {
        self.ask(Method::GET, path).header("accept", "text/html,application/xhtml+xml")
    }

    /// Sends a form of one of our pages.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Ask {
        let body = serde_html_form::to_string(fields).expect("form");
        self.ask(Method::POST, path)
            .header("accept", "text/html,application/xhtml+xml")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(body)
    }

    /// Sends JSON, as a program does.
    pub fn post_json(&self, path: &str, body: &Value) -> Ask {
        self.post_text(path, &body.to_string())
    }

    /// Sends what claims to be JSON.
    pub fn post_text(&self, path: &str, body: &str) -> Ask {
        self.ask(Method::POST, path).header("content-type", "application/json").body(body.to_owned())
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().expect("jar").get(name).cloned()
    }

    /// Puts a cookie into the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().expect("jar").insert(name.to_owned(), value.to_owned());
    }

    fn cookies(&self) -> String {
        let jar = self.jar.lock().expect("jar");
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Keeps what the answer sets; `Max-Age=0` deletes.
    fn keep_cookies(&self, response: &Response) {
        let mut jar = self.jar.lock().expect("jar");
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("cookie");
            let (name, rest) = cookie.split_once('=').expect("name=value");
            let value = rest.split(';').next().unwrap_or_default();
            if rest.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Ask {
    /// With this header (a second value of the same name takes the place of the first).
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().insert(name, value.parse().expect("header"));
        self
    }

    /// Without this header.
    #[must_use]
    pub fn without(mut self, name: &'static str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    /// As htmx sends it.
    #[must_use]
    pub fn htmx(self) -> Self {
        self.header("hx-request", "true")
    }

    /// From this address.
    #[must_use]
    pub fn from(self, address: &str) -> Self {
        self.header("x-forwarded-for", address)
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<poem::Body>) -> Self {
        self.request.set_body(body);
        self
    }

    /// Sends it; the response as soon as it begins, for a test that hears a stream while it goes on.
    pub async fn begin(self) -> Response {
        self.respond(&Record::default()).await
    }

    async fn send(self) -> Answer {
        let asked = format!("{} {}", self.request.method(), self.request.uri());
        let record = Record::default();
        let response = self.respond(&record).await;
        Answer::read(asked, response, record).await
    }

    async fn respond(mut self, record: &Record) -> Response {
        let cookies = self.client.cookies();
        if !cookies.is_empty() && self.request.header(header::COOKIE).is_none() {
            self = self.header("cookie", &cookies);
        }
        let response = self.client.site.get_response(self.request).with_subscriber(record.subscriber()).await;
        self.client.keep_cookies(&response);
        response
    }
}

impl IntoFuture for Ask {
    type Output = Answer;
    type IntoFuture = BoxFuture<'static, Answer>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Sends all at once, each in a task of its own.
pub async fn together(asks: impl IntoIterator<Item = Ask>) -> Vec<Answer> {
    let tasks: Vec<_> = asks.into_iter().map(|ask| tokio::spawn(ask.into_future())).collect();
    join_all(tasks).await.into_iter().map(|answer| answer.expect("request")).collect()
}

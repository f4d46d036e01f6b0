//! One client with one connection, as a browser keeps it: opened when needed, kept, opened anew when the server has
//! closed it.

use std::{io::Read as _, net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Method, Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// After this a request counts as lost.
const LIMIT: Duration = Duration::from_secs(30);

/// See the module.
pub struct Client {
    server: SocketAddr,
    cookie: String,
    sender: Option<http1::SendRequest<Full<Bytes>>>,
}

/// What the server said.
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// As it travelled.
    pub body: Bytes,
}

/// What a change sends.
pub enum Body {
    /// A form of our page; by htmx or by the browser.
    Form { text: String, htmx: bool },
    /// JSON.
    Json(String),
}

impl Client {
    /// A client that sends this `Cookie` (none when empty).
    pub fn new(server: SocketAddr, cookie: impl Into<String>) -> Self {
        Self { server, cookie: cookie.into(), sender: None }
    }

    /// Becomes the browser of somebody else, on the same connection.
    pub fn set_cookie(&mut self, cookie: &str) {
        cookie.clone_into(&mut self.cookie);
    }

    /// Reads a page.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(self.request(Method::GET, path, None)?).await
    }

    /// Changes something.
    pub async fn post(&mut self, path: &str, body: Body) -> Result<Answer> {
        self.send(self.request(Method::POST, path, Some(body))?).await
    }

    fn request(&self, method: Method, path: &str, body: Option<Body>) -> Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.server.to_string())
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::USER_AGENT, "nexus-load (Linux; Android 14) like a phone")
            .header("sec-fetch-site", "same-origin");
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        let body = match body {
            None => Bytes::new(),
            Some(Body::Json(text)) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Bytes::from(text)
            }
            Some(Body::Form { text, htmx }) => {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                if htmx {
                    request = request.header("hx-request", "true");
                }
                Bytes::from(text)
            }
        };
        Ok(request.body(Full::new(body))?)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let answer = timeout(LIMIT, self.exchange(request)).await.context("no answer in 30 s").flatten();
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<Answer> {
        let known = match self.sender.take() {
            Some(mut known) => known.ready().await.is_ok().then_some(known),
            None => None,
        };
        let mut sender = match known {
            Some(known) => known,
            None => connect(self.server).await?,
        };
        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.sender = Some(sender);
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

async fn connect(server: SocketAddr) -> Result<http1::SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(connection);
    Ok(sender)
}

impl Answer {
    /// The answer, if it has this status.
    pub fn expect(self, status: u16) -> Result<Self> {
        ensure!(self.status == status, "{} instead of {status}", self.status);
        Ok(self)
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Result<String> {
        Ok(self.headers.get(header::LOCATION).context("no Location")?.to_str()?.to_owned())
    }

    /// The body, unpacked.
    pub fn text(&self) -> Result<String> {
        let packed = self.headers.get(header::CONTENT_ENCODING).is_some_and(|it| it == "gzip");
        let mut text = String::new();
        match packed {
            true => GzDecoder::new(self.body.as_ref()).read_to_string(&mut text)?,
            false => self.body.as_ref().read_to_string(&mut text)?,
        };
        Ok(text)
    }
}

//! Every request gets an id (`X-Request-Id`) and one JSON log line: method, path, status, milliseconds. Never personal
//! data: ids in paths are replaced, queries and bodies are not logged.

use std::time::Instant;

use poem::{Endpoint, IntoResponse, Middleware, Request, Response, http::HeaderValue};
use uuid::Uuid;

/// The id of a request, on the request and on its answer.
#[derive(Clone)]
pub struct RequestId(pub String);

/// Middleware: gives ids and writes the log line.
pub struct RequestLog;

impl<E: Endpoint> Middleware<E> for RequestLog {
    type Output = RequestLogEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        RequestLogEndpoint(inner)
    }
}

/// See [`RequestLog`].
pub struct RequestLogEndpoint<E>(E);

impl<E: Endpoint> Endpoint for RequestLogEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut req: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let id = RequestId(short_id());
        let (method, path) = (req.method().clone(), without_ids(req.uri().path()));
        req.set_data(id.clone());
        let mut response = match self.0.call(req).await {
            Ok(output) => output.into_response(),
            Err(error) => error.into_response(),
        };
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert("x-request-id", value);
        }
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(target: "request", request_id = %id.0, %method, %path, status = response.status().as_u16(), ms = (ms * 10.0).round() / 10.0);
        Ok(response)
    }
}

/// Twelve characters: short enough to read out on the phone.
fn short_id() -> String {
    let mut id = Uuid::new_v4().simple().to_string();
    id.truncate(12);
    id
}

/// The path with every segment replaced that is long (an assessment's id opens its result) or holds more than the
/// letters, digits and hyphens of our routes (somebody's e-mail or name).
fn without_ids(path: &str) -> String {
    let plain = |segment: &str| segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let hide = |segment: &str| segment.len() >= 20 || !plain(segment);
    path.split('/').map(|segment| if hide(segment) { "*" } else { segment }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_holds_the_id_that_opens_a_result() {
        let path = format!("/api/assessments/{}/result", Uuid::new_v4());
        assert_eq!(without_ids(&path), "/api/assessments/*/result");
        assert_eq!(without_ids("/bilan-gratuit"), "/bilan-gratuit");
        assert_eq!(without_ids("/x/leila@example.org/a%40b/app.js"), "/x/*/*/app.js");
    }
}

//! An answer, with assertions in the language of the site.

use poem::{
    Response,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;

use super::record::Record;

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    asked: String,
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, as it went over the wire.
    pub bytes: Vec<u8>,
    record: Record,
}

impl Answer {
    pub(super) async fn read(asked: String, mut response: Response, record: Record) -> Self {
        let bytes = response.take_body().into_vec().await.expect("body");
        Self { asked, status: response.status(), headers: response.headers().clone(), bytes, record }
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("UTF-8")
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// A header's text; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// Statements run for it, but for the one that loads session and person (decision 21) and the ends of transactions.
    pub fn queries(&self) -> Vec<String> {
        let all = self.record.queries.lock().expect("record");
        let counts = |sql: &&String| *sql != "COMMIT" && !sql.contains("from sessions s left join users");
        all.iter().filter(counts).cloned().collect()
    }

    /// Lines logged for it.
    pub fn log(&self) -> String {
        self.record.lines.lock().expect("record").join("\n")
    }

    /// It has this status.
    #[track_caller]
    pub fn assert(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    /// It leads elsewhere with 303; answers where.
    #[track_caller]
    pub fn redirected(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self}");
        assert!(!self.header("location").is_empty(), "no location: {self}");
        self.header("location").to_owned()
    }

    /// It leads to this path with 303.
    #[track_caller]
    pub fn assert_redirect(&self, path: &str) {
        assert_eq!(self.redirected(), path, "{self}");
    }

    /// It is a whole page of the site with this status, and says this.
    #[track_caller]
    pub fn assert_page(&self, status: u16, says: &str) {
        assert_eq!(self.status.as_u16(), status, "{self}");
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8", "{self}");
        let text = self.text();
        assert!(text.starts_with("<!DOCTYPE html>") && text.contains("</html>"), "no whole page: {self}");
        assert!(text.contains("<h1"), "no heading: {self}");
        assert!(text.contains(says), "does not say «{says}»: {self}");
    }

    /// It is the form again (422) with errors tied to exactly these fields.
    #[track_caller]
    pub fn assert_refused(&self, fields: &[&str]) {
        self.assert_page(422, "À corriger");
        for field in fields {
            assert!(self.text().contains(&format!("id=\"{field}-error\"")), "no error at {field}: {self}");
        }
        let tied = self.text().matches("<p class=\"error\"").count();
        assert_eq!(tied, fields.len(), "other fields have errors, too: {self}");
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.bytes).chars().take(1500).collect();
        write!(f, "{} → {}\n{:?}\n{body}\n{}", self.asked, self.status, self.headers, self.log())
    }
}

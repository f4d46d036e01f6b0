//! What a handler answers: a whole [`Page`] (the shell is drawn around it), a [`Fragment`] for htmx, or a [`Redirect`].

use maud::Markup;
use poem::{IntoResponse, Response, http::StatusCode, http::header};

use super::visitor::Unread;

/// A page without its shell; [`super::render`] draws title, navigation and assets around `main`.
#[derive(Clone)]
pub struct Page {
    /// Text of `<title>`, before the name of the product.
    pub title: String,
    /// Content of `<main>`.
    pub main: Markup,
    /// HTTP status, 200 unless said otherwise.
    pub status: StatusCode,
    /// How much room the page takes.
    pub width: Width,
    /// Whether the title font is loaded (not on pages for weak connections).
    pub title_font: bool,
    /// Whether navigation is hidden, so that nothing leads away (assessment runner).
    pub focused: bool,
    /// What still waits for the person after this page, where the page itself changes it.
    pub unread: Option<Unread>,
    /// Seconds after which a browser without scripts asks for the page again: something is still being made.
    pub refresh: Option<u8>,
    /// Whether the header shows messages and notifications; not while they cannot be reached.
    pub news: bool,
}

/// Width of the content column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// One column of text or a form, ≤ 72 characters.
    Text,
    /// Tables and charts.
    Wide,
}

impl Page {
    /// A 200 page with the usual text column.
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self {
            title: title.into(),
            main,
            status: StatusCode::OK,
            width: Width::Text,
            title_font: true,
            focused: false,
            unread: None,
            refresh: None,
            news: true,
        }
    }

    /// With another status: 422 for a refused form.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With room for tables and charts.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.width = Width::Wide;
        self
    }

    /// Without navigation or title font: only the task.
    #[must_use]
    pub fn focused(mut self) -> Self {
        self.focused = true;
        self.title_font = false;
        self
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let status = self.status;
        Response::builder().status(status).extension(self).finish()
    }
}

/// A piece of a page for htmx, at its own URL.
pub struct Fragment(pub Markup);

impl IntoResponse for Fragment {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type("text/html; charset=utf-8")
            .header(header::CACHE_CONTROL, "no-store")
            .body(self.0.into_string())
    }
}

/// 303 to a path of ours. htmx follows it like the browser does; `whole` makes htmx load the page afresh, for when the
/// shell changes (sign-in, sign-out).
#[derive(Debug)]
pub struct Redirect {
    path: String,
    whole: bool,
}

impl Redirect {
    /// To a path of this site.
    pub fn to(path: impl Into<String>) -> Self {
        Self { path: path.into(), whole: false }
    }

    /// To a path of this site, with a new shell.
    pub fn whole(path: impl Into<String>) -> Self {
        Self { path: path.into(), whole: true }
    }

    /// The path, if it is one of this site; `default` otherwise (return paths come from the outside). Browsers drop tabs
    /// and line breaks and take `\` for `/`: only what a browser would send itself is let through.
    pub fn safe_path<'a>(path: &'a str, default: &'a str) -> &'a str {
        let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let local = path.starts_with('/') && !path.starts_with("//");
        if plain && local { path } else { default }
    }
}

/// Set on whole redirects; [`super::render`] turns it into `HX-Redirect` for htmx requests.
#[derive(Clone)]
pub(super) struct WholeRedirect(pub String);

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .status(StatusCode::SEE_OTHER)
            .header(header::LOCATION, &self.path)
            .header(header::CACHE_CONTROL, "no-store")
            .finish();
        if self.whole {
            response.extensions_mut().insert(WholeRedirect(self.path));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_never_leaves_the_site() {
        for hostile in
            ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", ""]
        {
            assert_eq!(Redirect::safe_path(hostile, "/dashboard"), "/dashboard", "{hostile}");
        }
        assert_eq!(Redirect::safe_path("/assessments/1", "/dashboard"), "/assessments/1");
    }
}

//! Staff who must have a second factor (`STAFF_TWO_FACTOR`) reach only the page that sets it up, and the way out, until
//! they have one. Decided here and nowhere else: no page has to think of it.

use poem::{Endpoint, IntoResponse, Middleware, Request, Response, http::Method};

use super::{
    page::{Page, Redirect},
    visitor::Visitor,
};
use crate::error::Error;

/// Where the second factor is set up.
pub const PAGE: &str = "/compte/two-factor";
/// The ways out, and the token that one of them needs.
const OUT: [&str; 3] = ["/auth/signout", "/api/auth/signout", "/api/auth/csrf"];

/// Middleware; stands inside [`super::session::Sessions`].
pub struct Enrolment;

impl<E: Endpoint> Middleware<E> for Enrolment {
    type Output = EnrolmentEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        EnrolmentEndpoint(inner)
    }
}

/// See [`Enrolment`].
pub struct EnrolmentEndpoint<E>(E);

impl<E: Endpoint> Endpoint for EnrolmentEndpoint<E> {
    type Output = Response;

    async fn call(&self, req: Request) -> poem::Result<Response> {
        let path = req.uri().path();
        if !req.data::<Visitor>().is_some_and(|visitor| visitor.must_enrol) {
            return Ok(self.0.call(req).await?.into_response());
        }
        if is_open(path) {
            let mut response = self.0.call(req).await?.into_response();
            if let Some(page) = response.extensions_mut().get_mut::<Page>() {
                page.news = false;
            }
            return Ok(response);
        }
        let reads = matches!(*req.method(), Method::GET | Method::HEAD);
        if reads && !path.starts_with("/api/") {
            return Ok(Redirect::whole(PAGE).into_response());
        }
        Err(Error::forbidden(
            "Activez d’abord la double authentification dans « Mon compte » : elle protège les données des familles.",
        )
        .into())
    }
}

fn is_open(path: &str) -> bool {
    let below = path.strip_prefix(PAGE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below || OUT.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_and_what_is_below_is_open() {
        for open in [PAGE, "/compte/two-factor/codes", "/auth/signout"] {
            assert!(is_open(open), "{open}");
        }
        for closed in ["/", "/compte", "/compte/two-factors", "/dashboard/admin", "/auth/signout/x", "/api/admin/users"]
        {
            assert!(!is_open(closed), "{closed}");
        }
    }
}

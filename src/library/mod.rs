//! The library: course documents, their passages, and finding the one that answers a question.

pub mod passages;
pub mod reading;
pub mod search;
pub mod vectors;

pub use self::search::{Found, Hit, Mode, Question, Viewer, link, search};
use crate::web::Routes;

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    reading::routes(routes)
}

//! The library: course documents, their passages, and finding the one that answers a question.

pub mod passages;
pub mod search;
pub mod vectors;

pub use self::search::{Hit, Mode, Question, Viewer, link, search};

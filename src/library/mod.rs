//! The library: course documents, their passages, and finding the one that answers a question.

pub mod passages;

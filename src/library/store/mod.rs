//! SQL of the library.

pub mod asked;
pub mod documents;
pub mod ingests;
pub mod list;
pub mod pages;

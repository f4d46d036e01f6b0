//! SQL of the library.

pub mod documents;
pub mod ingests;
pub mod list;
pub mod pages;

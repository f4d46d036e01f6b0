//! The admin's view of the whole school: people, what waits, growth, what happened lately. One reading serves the page
//! and the JSON of specs §1.11.

pub mod activity;
pub mod api;
pub mod store;
pub(super) mod views;

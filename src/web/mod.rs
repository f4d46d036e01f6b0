//! The house framework: pages and fragments, the shell, sessions, forms, protection, assets. It knows no domain.
//!
//! Always true: handlers return [`Page`], [`Fragment`], [`Redirect`] or JSON and fail with [`crate::error::Error`];
//! the shell is drawn in one place ([`render`]); no response leaves without the headers of [`security`].

pub mod address;
pub mod assets;
pub mod checks;
pub mod enrolment;
pub mod events;
pub mod format;
pub mod forms;
pub mod json;
pub mod layout;
pub mod limits;
pub mod page;
pub mod render;
pub mod request_log;
pub mod routes;
pub mod security;
pub mod server;
pub mod session;
pub mod session_list;
mod session_seen;
pub mod sheet;
pub mod uploads;
pub mod visitor;

#[cfg(test)]
mod tests;

pub use checks::{Checks, FieldErrors};
pub use forms::{Form, FormBody};
pub use json::{JsonBody, TriedJson};
pub use page::{Fragment, Page, Redirect};
pub use routes::{Routes, get, post};
pub use session_seen::Seen;
pub use visitor::{Person, Role, Visitor};

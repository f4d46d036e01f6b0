//! Results as data: who may see one whole ([`access`]), and all that belongs to one, in one query ([`store`]). The page
//! that shows it is in [`crate::bilans::result`].
//!
//! Always true: whole results are loaded through the person who may see them; without that, the JSON contract gives the
//! scores alone, by an id of 128 random bits.

pub mod access;
pub mod store;

pub use store::{Answers, Report, ResultRow, Skill};

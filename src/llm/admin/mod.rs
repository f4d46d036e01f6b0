//! The admin's page of the models: who answers, how well, at what cost, and how much of the budget is left.

mod pages;
mod store;
mod views;

pub(super) use pages::{close, show};

//! What happened in the school, newest first: new accounts, finished assessments, requests for the free assessment.
//! One reading serves the card of the dashboard, the page `/admin/activite`, its file and the JSON of specs §1.11.
//!
//! Always true: a page goes on after the last event of the page before (moment, then id), and each source is read by its
//! index from there, so that page 1000 costs what page 1 costs.

mod export;
mod model;
mod pages;
pub mod store;
pub(super) mod views;

#[cfg(test)]
mod tests;

pub use self::model::{Activity, Filter, accounts_of};
use crate::web::{Routes, get};

/// Pages of this part.
pub(in crate::dashboards) fn routes(routes: Routes) -> Routes {
    routes.at("/admin/activite", get(pages::list)).at("/admin/activite.csv", get(export::download))
}

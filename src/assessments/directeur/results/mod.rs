//! The results behind each number of the directeur's page: `/admin/directeur/resultats`, narrowed by band, subject,
//! questionnaire and month, newest first; the same as a file for a spreadsheet.
//!
//! Always true: a page costs the same wherever it stands in the list, for each cohort is read from its index, from the
//! place where the page before ended.

mod export;
mod filter;
mod pages;
mod store;
mod views;

pub use self::filter::{Filter, ORIGINS, PATH};
use crate::web::{Routes, get};

/// Pages of the list.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.at(PATH, get(pages::list)).at("/admin/directeur/resultats.csv", get(export::download))
}

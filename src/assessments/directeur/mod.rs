//! The directeur's view: cohort, averages, alerts, and the recompute of SSNs.
//!
//! Always true: figures come from the cohorts' histograms and months, so they cost the same whatever the number of
//! assessments; a recompute is set-based, audited, and no submission falls between its old and its new statistics.

pub mod api;
mod pages;
pub mod recompute;
pub mod results;
pub mod stats;
mod views;

use crate::web::{Routes, get, post};

/// Pages of the directeur.
pub fn routes(routes: Routes) -> Routes {
    results::routes(routes)
        .at("/admin/directeur", get(pages::show))
        .at("/admin/directeur/recompute", post(pages::create_recompute))
        .at("/admin/directeur/recompute/progress", get(pages::progress))
}

//! Assessments: question banks, attempts, scores, the standardised score and its cohorts. Owns `assessments`,
//! `attempts`, `attempt_answers`, `skill_scores`, `standard_scores`, `cohorts`, `cohort_bins`,
//! `cohort_months`, `recomputes`, `submission_keys`, and the tables of [`items`].
//!
//! Always true: COMPLETED means scored, in one transaction; a score carries its rule version and the cohort that made
//! it; a submission enters its cohort after its own score is made; no page and no answer gives a key away before the
//! attempt has ended; an acknowledged answer is in the database.

use crate::web::Routes;

pub mod api;
pub mod attach;
pub mod attempt;
pub mod bank;
pub mod directeur;
pub mod forms;
pub mod free;
pub mod history;
pub mod items;
pub mod jobs;
pub mod model;
pub mod record;
pub mod result;
pub mod runner;
pub mod scoring;
pub mod shuffle;
pub mod standard_score;

#[cfg(test)]
mod bank_keys_tests;
#[cfg(test)]
pub(crate) mod tests;

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    items::routes(directeur::routes(runner::routes(free::routes(routes))))
}

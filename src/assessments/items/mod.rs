//! How good our questions are, as the answers of students tell (classical test theory). Owns `bank_statistics`,
//! `item_statistics`, `item_runs`.
//!
//! Always true: only a student's first attempt on a form counts, taken in the app and scored by `scoring_v3`: those that
//! made its cohort. Practice (decision 6) and submissions by the JSON contract do not. Counts are gathered by a job
//! ([`measure`]), every night and when the admin asks, in SQL and a range of attempts at a time; every figure is made of
//! those counts by a pure function ([`figures`]), so a page costs the same whatever the number of attempts. Each figure
//! is shown with its n and the moment of measuring; below [`flags::FEWEST`] answers no question is judged.

mod csv;
mod figures;
mod flags;
mod forms;
pub mod jobs;
mod measure;
mod pages;
mod report;
mod store;
mod views;

#[cfg(test)]
mod tests;

use crate::web::{Role, Routes, get, post};

/// Who reads what a bank contains and how it does (content, in the matrix of rights): the staff and the coaches.
const READERS: &[Role] = &[Role::Admin, Role::Assistante, Role::Coach];

/// Pages of this part.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/admin/questions", get(pages::list))
        .at("/admin/questions/recompute", post(pages::create_run))
        .at("/admin/questions/recompute/progress", get(pages::progress))
        .at("/admin/questions/:bank", get(pages::show))
        .at("/admin/questions/:bank/csv", get(pages::export))
        .at("/admin/questions/:bank/:question", get(pages::question))
        .at("/admin/formes", get(forms::show))
}

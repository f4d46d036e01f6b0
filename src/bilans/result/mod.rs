//! The result page: the score in one sentence, domains and skills, the cohort with "tu es ici", one next step, the
//! reports, the review of each question.

mod pages;
mod reader;
mod review;
mod views;

pub(super) use pages::load;
pub use reader::Reader;

use crate::web::{Routes, get};

/// Pages of results.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/assessments/:id/result", get(pages::show))
        .at("/assessments/:id/processing", get(pages::processing))
        .at("/assessments/:id/result/questions", get(pages::questions))
}

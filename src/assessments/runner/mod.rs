//! Taking an assessment: one question a screen, every answer stored the moment it is chosen, a review, the send.
//!
//! Always true: every step works as plain forms and links; the pages hold no key, no id and no topic of a question.

mod pages;
mod views;

use crate::web::{Routes, get, post};

/// Pages of the runner.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/assessments", post(pages::create))
        .at("/assessments/:id", get(pages::show))
        .at("/assessments/:id/start", post(pages::start))
        .at("/assessments/:id/questions/:number", get(pages::question).post(pages::answer))
        .at("/assessments/:id/review", get(pages::review))
        .at("/assessments/:id/sending", post(pages::send))
        .at("/assessments/:id/time-up", post(pages::time_up))
}

/// Addresses of an attempt.
pub mod paths {
    use uuid::Uuid;

    /// Introduction, or wherever the attempt stands.
    pub fn attempt(id: Uuid) -> String {
        format!("/assessments/{id}")
    }

    /// A question, by its number from 0; the address counts from 1.
    pub fn question(id: Uuid, number: usize) -> String {
        format!("/assessments/{id}/questions/{}", number + 1)
    }

    /// The list before sending.
    pub fn review(id: Uuid) -> String {
        format!("/assessments/{id}/review")
    }

    /// The result.
    pub fn result(id: Uuid) -> String {
        format!("/assessments/{id}/result")
    }
}

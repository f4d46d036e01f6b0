//! The learning graph: skills and how surely a student has them, progression, projection, UAI, badges, the next step.
//! Owns `progression_history`, `projection_history`, `projection_backtests`, `skill_mastery`, `student_badges`,
//! `active_days`.
//!
//! Always true: what a score changes here is written in the transaction that makes the score, once for each assessment
//! ([`feed`]); history keeps what was told then, whatever a recompute does later; practice feeds skills, never SSN or
//! trend (decision 6); mastery can be made again from the answers and comes out the same ([`rebuild`]); what a student
//! learns is seen by the student, the guardians, the own coaches and the staff only (`may_see_student`).
//!
//! How a score gets here: this room stands above the assessments, which therefore cannot call it; and a job would come
//! after the transaction. So the event passes through [`crate::events`], which knows both as the list of jobs does. A
//! trigger in SQL would have kept the transaction, too, but not the rules in one tested place.

pub mod adopting;
pub mod api;
pub mod backtest;
pub mod badges;
pub mod beta;
pub mod catalogue;
pub mod feed;
mod graph;
pub mod jobs;
pub mod map;
pub mod mastery;
pub mod next_step;
pub mod overview;
mod pages;
pub mod progression;
pub mod projection;
mod projections;
pub mod rebuild;
mod store;
pub mod student;
#[cfg(test)]
mod tests;
pub mod uai;
mod views;

use crate::web::{Routes, get, post};

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/competences", get(pages::my_skills))
        .at("/progression", get(pages::my_progression))
        .at("/badges", get(badges::mine))
        .at("/eleves/:id/competences", get(pages::student_skills))
        .at("/eleves/:id/progression", get(pages::student_progression))
        .at("/eleves/:id/badges", get(badges::of_student))
        .at("/compte/bilans/:id/oui", post(adopting::accept))
        .at("/compte/bilans/:id/non", post(adopting::refuse))
        .at("/admin/projections", get(projections::show))
        .at("/admin/projections/rebuild", post(projections::rebuild))
}

//! HTTP tests of this room on a real database.

mod answering;
mod cohort;
mod directeur;
mod ending;
mod free;
mod free_again;
mod free_api;
mod practice;
mod record;
mod result;
mod results_list;
mod starting;
mod submit;
pub(crate) mod support;

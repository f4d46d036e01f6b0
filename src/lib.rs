//! Nexus Réussite: assessments, tutoring and reports for a tutoring centre.
//!
//! Words: *bilan* = report; *élève* = student; *parent* = guardian; *SSN* = score standardisé Nexus (50 ± 15 in its
//! cohort); *NSP* = "je ne sais pas"; *cohort* = all who took one bank under one rule version; *bank* = a published,
//! unchanging set of questions; *attempt* = an assessment being taken in the app.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod compliance;
pub mod config;
pub mod ctx;
pub mod db;
pub mod error;
pub mod jobs;
pub mod keys;
pub mod llm;
pub mod messaging;
pub mod ops;
pub mod ui;
pub mod web;

#[cfg(test)]
pub mod testing;

//! HTTP tests of the tutor, with a stand-in for the model.

mod alerts;
mod answering;
mod bounds;
mod contract;
mod days;
mod failing;
mod handing_over;
mod hanging_up;
mod limits;
mod pages;
mod recovering;
mod remembering;
mod safety;
pub(super) mod support;
mod tabs;
mod told;
mod watching;

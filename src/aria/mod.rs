//! ARIA, the tutor: conversations, answers as they are written, quota, context, memories, the safety of minors. Owns
//! `aria_*` and `memories`.
//!
//! Always true: a question is stored, with the answer that it wants, before the model is asked; a conversation is its
//! owner's alone; a citation was checked against the passage before anybody read it; a message that shows danger is
//! answered by a fixed text and told to the staff; without a model there are passages, and everything else works.

pub mod alerts;
mod answers;
pub mod api;
mod asking;
mod citations;
mod context;
pub mod engine;
mod extract;
mod family;
pub mod jobs;
mod memories;
mod model;
mod pages;
mod prompts;
mod quota;
pub mod safety;
mod store;
mod streams;
mod views;
mod waiting;
mod watching;

#[cfg(test)]
mod tests;

pub use self::{
    engine::{Engine, Running, start},
    watching::Seats,
};
use crate::web::{Routes, get, post};

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/dashboard/eleve/aria", get(pages::list).post(pages::create))
        .at("/dashboard/eleve/aria/:id", get(pages::show).post(pages::add))
        .at("/aria", get(pages::list).post(pages::create))
        .at("/aria/:id", get(pages::show).post(pages::add))
        .at("/aria/:id/titre", post(pages::rename))
        .at("/aria/:id/suppression", post(pages::delete))
        .at("/aria/reponses/:id/flux", get(pages::stream))
        .at("/aria/reponses/:id/arret", post(answers::stop))
        .at("/aria/reponses/:id/encore", post(answers::again))
        .at("/aria/reponses/:id/avis", post(answers::judge))
        .at("/aria/souvenirs", get(memories::list))
        .at("/aria/souvenirs/tout", post(memories::forget_all))
        .at("/aria/souvenirs/:id", post(memories::update))
        .at("/aria/souvenirs/:id/oubli", post(memories::forget))
        .at("/aria/famille", get(family::show))
        .at("/admin/aria", get(quota::show))
        .at("/admin/aria/limites", post(quota::set))
        .at("/admin/aria/numeros", post(quota::set_contacts))
        .at("/admin/aria/abonnes", post(quota::grant))
        .at("/admin/aria/abonnes/:id/fin", post(quota::withdraw))
        .at("/admin/aria/alertes", get(alerts::list))
        .at("/admin/aria/alertes/:id", get(alerts::show))
        .at("/admin/aria/alertes/:id/fin", post(alerts::close))
        .at("/admin/aria/reponses", get(context::list_audits))
        .at("/admin/aria/reponses/:id", get(context::show_audit))
}

//! The desk: one queue of what waits for somebody of the staff — families to call back, accounts that nobody activated,
//! mails that did not arrive, reports that were not written. Owns `desk_items`.
//!
//! Always true: an item is opened and settled by what happens in the other rooms, in the same transaction (triggers of
//! this room's migration); an open item is held by one person at a time, for [`model::HOLD`] at most; what one has
//! closed nobody closes again; closing is audited.

pub mod jobs;
pub mod model;
mod pages;
pub mod store;
pub mod views;

#[cfg(test)]
mod tests;

use crate::web::{Routes, get, post};

/// Pages of this room; the queue itself is on the assistante's dashboard.
pub fn routes(routes: Routes) -> Routes {
    routes
        .at("/desk/:kind/:id", get(pages::show))
        .at("/desk/:kind/:id/take", post(pages::take))
        .at("/desk/:kind/:id/release", post(pages::release))
        .at("/desk/:kind/:id/close", post(pages::close))
}

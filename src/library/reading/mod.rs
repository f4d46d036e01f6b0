//! The library as it is read: the list, the search, and the page of a document, where a citation leads to its passage.
//!
//! Always true: a document is loaded through its reader, and is 404 for who may not read it; a citation of an older
//! version shows the text that was cited, and says that a newer one exists; a long document comes in parts.

pub mod api;
mod excerpt;
mod pages;
mod store;
mod views;

#[cfg(test)]
mod tests;

use crate::web::{Routes, get};

/// Pages of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .at("/bibliotheque", get(pages::list))
        .at("/bibliotheque/:id", get(pages::current))
        .at("/bibliotheque/:id/:number", get(pages::version))
}

//! Money and what it opens. Owns `entitlements`.
//!
//! Always true: what a person may use beyond what is free is a row with a beginning, perhaps an end, and who gave it; it
//! is withdrawn, never deleted; giving and withdrawing are audited.

pub mod entitlements;
mod offers;

use crate::web::{Routes, get};

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    routes.at("/dashboard/parent/abonnements", get(offers::show))
}

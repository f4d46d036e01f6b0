//! Home, and one landing page per role, composed from the other rooms. Owns no table.

mod coach;
mod home;
mod pages;
mod parent;
mod parts;
pub mod school;
mod store;
mod student;
mod views;

use crate::web::{Routes, get};

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .at("/", get(home::show))
        .at("/dashboard", get(pages::landing))
        .at("/dashboard/eleve", get(pages::student))
        .at("/dashboard/parent", get(pages::parent))
        .at("/dashboard/coach", get(pages::coach))
        .at("/dashboard/assistante", get(pages::assistante))
        .at("/dashboard/admin", get(pages::admin));
    school::activity::routes(routes)
}

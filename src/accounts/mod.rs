//! People: accounts, roles, families, signing in and out, activation, consent. Owns `users`, `students`,
//! `guardianships`, `coaches`, `coach_students`, `account_links`, `signin_failures`, `bilan_requests`, `consents`,
//! `student_imports`.
//!
//! Always true: no page or answer tells whether an account exists; only a mailed link sets a first password; e-mails
//! are compared in lower case; a secret link is stored as its hash, works once and expires.

use crate::web::{Routes, get, post};

pub mod activation;
pub mod admin;
pub mod coaching;
pub mod contacts;
pub mod families;
pub mod households;
pub mod identifier;
pub mod imports;
pub mod legal;
pub mod passwords;
pub mod people;
pub mod rights;
pub mod signin;
pub mod student_links;
pub mod students;

#[cfg(test)]
mod tests;

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    let routes = imports::routes(coaching::routes(households::routes(people::routes(routes))));
    routes
        .at("/auth/signin", get(signin::pages::show).post(signin::pages::create))
        .at("/auth/signout", post(signin::pages::delete))
        .at("/auth/activate", get(activation::show).post(activation::create))
        .at("/mentions-legales", get(legal::notice))
        .at("/conditions", get(legal::terms))
        .at("/confidentialite", get(legal::privacy))
}

/// An e-mail as it is stored and compared.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

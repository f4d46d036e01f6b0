//! People: accounts, roles, families, signing in and out, activation, passwords, second factor, consent. Owns `users`,
//! `students`, `guardianships`, `coaches`, `coach_students`, `account_links`, `signin_failures`, `two_factor`,
//! `recovery_codes`, `known_devices`, `bilan_requests`, `consents`, `student_imports`.
//!
//! Always true: no page or answer tells whether an account exists; only a mailed link sets a first password; e-mails
//! are compared in lower case; a secret link is stored as its hash, works once and expires.

use crate::web::{Routes, get, post};

pub mod account;
pub mod activation;
pub mod admin;
pub mod coaching;
pub mod contacts;
pub mod devices;
pub mod events;
pub mod families;
pub mod households;
pub mod identifier;
pub mod imports;
pub mod legal;
pub mod links;
mod mails;
pub mod passwords;
pub mod profile;
mod readable;
pub mod reset;
pub mod slips;
mod standing;
pub mod tone;
pub mod two_factor;

pub mod people;
pub mod rights;
pub mod signin;
pub mod student_links;
pub mod students;

pub use standing::{deactivate, reactivate};

#[cfg(test)]
mod tests;

/// Pages of this room.
pub fn routes(routes: Routes) -> Routes {
    let routes = imports::routes(coaching::routes(households::routes(people::routes(routes))));
    routes
        .at("/auth/signin", get(signin::pages::show).post(signin::pages::create))
        .at("/auth/signout", post(signin::pages::delete))
        .at("/auth/two-factor", get(two_factor::second_step::show).post(two_factor::second_step::create))
        .at("/auth/activate", get(activation::pages::show).post(activation::pages::create))
        .at("/auth/activate/resend", post(activation::pages::resend))
        .at("/auth/forgot-password", get(reset::pages::ask).post(reset::pages::send))
        .at("/auth/reset-password", get(reset::pages::show).post(reset::pages::create))
        .at("/auth/password-hint", post(passwords::fields::hint))
        .at("/compte", get(profile::show))
        .at("/compte/telephone", post(profile::set_phone))
        .at("/compte/lecture", post(profile::set_reading))
        .at("/compte/mot-de-passe", get(profile::show_password).post(profile::create_password))
        .at("/compte/email", get(profile::show_email).post(profile::ask_email))
        .at("/compte/email/confirmation", get(profile::show_email_confirmation).post(profile::confirm_email))
        .at("/compte/sessions/fin", post(profile::end_session))
        .at("/compte/sessions/autres", post(profile::end_others))
        .at("/compte/two-factor", get(two_factor::pages::show).post(two_factor::pages::begin))
        .at("/compte/two-factor/confirmation", post(two_factor::pages::create))
        .at("/compte/two-factor/codes", post(two_factor::pages::renew))
        .at("/compte/two-factor/arret", post(two_factor::pages::delete))
        .at("/compte/enfants/:id/lien", post(profile::children::send_link))
        .at("/comptes/:id/fiche", get(slips::show).post(slips::create))
        .at("/mentions-legales", get(legal::notice))
        .at("/conditions", get(legal::terms))
        .at("/confidentialite", get(legal::privacy))
}

/// An e-mail as it is stored and compared.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

//! The sign-in form.

use maud::{Markup, html};

use crate::{
    ui::{fields::Field, icons},
    web::FieldErrors,
};

/// The form, with what was typed and why it was refused.
pub(super) fn sign_in(callback_url: &str, account: &str, refused: Option<&str>, notice: Option<&str>) -> Markup {
    let none = FieldErrors::default();
    html! {
        h1 { "Connexion" }
        @if let Some(notice) = notice { p class="notice good" role="status" { (icons::check()) span { (notice) } } }
        @if let Some(sentence) = refused { div class="summary" role="alert" tabindex="-1" autofocus { p { (sentence) } } }
        form method="post" action="/auth/signin" class="card" {
            input type="hidden" name="callbackUrl" value=(callback_url);
            (Field { name: "email", label: "E-mail ou identifiant", value: account, autocomplete: "username", required: true, max: 254,
                     ..Field::default() }.input(&none))
            (Field { name: "password", label: "Mot de passe", kind: "password", autocomplete: "current-password", required: true, max: 128,
                     ..Field::default() }.input(&none))
            div class="actions" { button class="button" type="submit" { "Se connecter" } a class="link" href="/auth/forgot-password" { "Mot de passe oublié\u{a0}?" } }
        }
        p class="muted" { "Pas encore de compte ? " a href="/bilan-gratuit" { "Commencez par le bilan gratuit" } "." }
    }
}

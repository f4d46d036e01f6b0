//! The sign-in form.

use maud::{Markup, html};

use crate::{ui::fields::Field, web::FieldErrors};

/// The form, with what was typed and why it was refused.
pub(super) fn sign_in(callback_url: &str, account: &str, refused: Option<&str>, activated: bool) -> Markup {
    let none = FieldErrors::default();
    html! {
        h1 { "Connexion" }
        @if activated { p class="notice" role="status" { "Votre compte est activé. Connectez-vous avec votre nouveau mot de passe." } }
        @if let Some(sentence) = refused { div class="summary" role="alert" tabindex="-1" autofocus { p { (sentence) } } }
        form method="post" action="/auth/signin" class="card" {
            input type="hidden" name="callbackUrl" value=(callback_url);
            (Field { name: "email", label: "E-mail ou identifiant", value: account, autocomplete: "username", required: true, max: 254,
                     ..Field::default() }.input(&none))
            (Field { name: "password", label: "Mot de passe", kind: "password", autocomplete: "current-password", required: true, max: 128,
                     ..Field::default() }.input(&none))
            div class="actions" { button class="button" type="submit" { "Se connecter" } }
        }
        p class="muted" { "Pas encore de compte ? " a href="/bilan-gratuit" { "Commencez par le bilan gratuit" } "." }
    }
}

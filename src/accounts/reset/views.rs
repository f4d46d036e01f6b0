//! Views of the lost password.

use maud::{Markup, html};

use crate::{
    accounts::{account::Account, passwords::fields::new_password},
    ui::fields::{self, Field},
    web::FieldErrors,
};

/// Where a link is asked for.
pub(super) fn ask(errors: &FieldErrors) -> Markup {
    html! {
        h1 { "Mot de passe oublié" }
        p class="lead" { "Un lien pour en choisir un autre arrive par e-mail. Il est valable une heure et sert une seule fois." }
        (fields::summary(errors))
        (ask_form(errors))
    }
}

fn ask_form(errors: &FieldErrors) -> Markup {
    html! {
        form method="post" action="/auth/forgot-password" class="card" hx-sync="this:drop" {
            (Field { name: "account", label: "E-mail ou identifiant", autocomplete: "username", required: true, max: 254,
                     hint: "Pour un élève sans adresse e-mail, le lien est envoyé à ses responsables.", ..Field::default() }.input(errors))
            div class="actions" {
                button class="button" type="submit" { "Recevoir le lien" }
                a class="button quiet" href="/auth/signin" { "Se connecter" }
            }
        }
    }
}

/// The one answer to every wish.
pub(super) fn sent() -> Markup {
    html! {
        h1 { "Un e-mail est peut-être en route" }
        p class="lead" { "Si un compte existe avec cette adresse ou cet identifiant, un lien de réinitialisation vient d’être envoyé. Il est valable une heure." }
        p { "Rien reçu d’ici quelques minutes\u{a0}? Regardez dans les courriers indésirables, puis vérifiez l’adresse tapée." }
        p class="actions" { a class="button" href="/auth/signin" { "Se connecter" } a class="button quiet" href="/auth/forgot-password" { "Recommencer" } }
    }
}

/// The form behind a valid link.
pub(super) fn form(token: &str, owner: &Account, errors: &FieldErrors) -> Markup {
    let tone = owner.tone();
    html! {
        h1 { "Nouveau mot de passe" }
        p class="lead" {
            (tone.say("Choisis le nouveau mot de passe de ton compte", "Choisissez le nouveau mot de passe de votre compte"))
            " «\u{a0}" (owner.sign_in_name()) "\u{a0}». Les appareils encore connectés seront déconnectés."
        }
        (fields::summary(errors))
        form method="post" action="/auth/reset-password" class="card" hx-sync="this:drop" {
            input type="hidden" name="token" value=(token);
            (new_password("Nouveau mot de passe", owner, errors))
            div class="actions" { button class="button" type="submit" { "Enregistrer le mot de passe" } }
        }
    }
}

/// A link that opens nothing, why, and the way to another.
pub(super) fn expired() -> Markup {
    html! {
        h1 { "Ce lien n’est plus valable" }
        p class="lead" { "Un lien de réinitialisation sert une seule fois, pendant une heure, et ne vaut plus rien dès que le mot de passe a changé." }
        h2 { "Recevoir un nouveau lien" }
        (ask_form(&FieldErrors::default()))
    }
}

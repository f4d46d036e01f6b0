//! Views of the activation.

use maud::{Markup, html};

use crate::{
    accounts::{account::Account, passwords::fields::new_password},
    ui::fields::{self, Field},
    web::FieldErrors,
};

/// The form behind a valid link.
pub(super) fn form(token: &str, owner: &Account, errors: &FieldErrors) -> Markup {
    let tone = owner.tone();
    html! {
        h1 { "Bienvenue, " (owner.first_name) }
        p class="lead" {
            (tone.say("Choisis le mot de passe de ton compte", "Choisissez le mot de passe de votre compte"))
            " «\u{a0}" (owner.sign_in_name()) "\u{a0}». "
            @if owner.email.is_none() { "Cet identifiant sert à chaque connexion\u{a0}: " (tone.say("note-le.", "notez-le.")) }
        }
        (fields::summary(errors))
        form method="post" action="/auth/activate" class="card" hx-sync="this:drop" {
            input type="hidden" name="token" value=(token);
            (new_password("Mot de passe", owner, errors))
            div class="actions" { button class="button" type="submit" { "Activer mon compte" } }
        }
    }
}

/// A link that opens nothing, why, and how to get another.
pub(super) fn expired() -> Markup {
    html! {
        h1 { "Ce lien n’est plus valable" }
        p class="lead" { "Un lien d’activation sert une seule fois, pendant 72\u{a0}heures. Si le compte est déjà activé, il suffit de se connecter." }
        form method="post" action="/auth/activate/resend" class="card" hx-sync="this:drop" {
            h2 { "Recevoir un nouveau lien" }
            (Field { name: "account", label: "E-mail ou identifiant du compte", autocomplete: "username", required: true, max: 254,
                     hint: "Pour un élève sans adresse e-mail, le lien est envoyé à ses responsables.", ..Field::default() }.input(&FieldErrors::default()))
            div class="actions" {
                button class="button" type="submit" { "Envoyer le lien" }
                a class="button quiet" href="/auth/signin" { "Se connecter" }
            }
        }
    }
}

/// The one answer to every wish for a link.
pub(super) fn link_sent() -> Markup {
    html! {
        h1 { "Un e-mail est peut-être en route" }
        p class="lead" { "Si un compte existe avec cette adresse ou cet identifiant, un message vient de partir avec ce qu’il faut faire." }
        p { "Rien reçu d’ici quelques minutes\u{a0}? Regardez dans les courriers indésirables, puis vérifiez l’adresse tapée. L’équipe peut aussi imprimer une fiche à l’accueil." }
        p class="actions" { a class="button" href="/auth/signin" { "Se connecter" } }
    }
}

//! Views of the second factor.

use maud::{Markup, html};

use crate::{
    accounts::tone::Tone,
    ui::{
        fields::{self, Field},
        icons, qr,
    },
    web::{FieldErrors, Role},
};

/// The second step of signing in.
pub(super) fn second_step(role: Role, callback_url: &str, refused: Option<&str>) -> Markup {
    let tone = Tone::of(role);
    html! {
        h1 { "Code de connexion" }
        p class="lead" { (tone.say("Ouvre l’application de codes de ton téléphone et recopie", "Ouvrez l’application de codes de votre téléphone et recopiez")) " le code à six chiffres." }
        @if let Some(sentence) = refused { div class="summary" role="alert" tabindex="-1" autofocus { p { (sentence) } } }
        form method="post" action="/auth/two-factor" class="card" {
            input type="hidden" name="callbackUrl" value=(callback_url);
            (code_field("Code", "Téléphone perdu\u{a0}? Un code de secours convient aussi, une seule fois.", &FieldErrors::default()))
            div class="actions" { button class="button" type="submit" { "Continuer" } a class="link" href="/auth/signin" { "Revenir" } }
        }
    }
}

fn code_field(label: &str, hint: &str, errors: &FieldErrors) -> Markup {
    Field { name: "code", label, hint, autocomplete: "one-time-code", required: true, max: 20, ..Field::default() }
        .input(errors)
}

fn password_field(errors: &FieldErrors) -> Markup {
    Field {
        name: "password",
        label: "Mot de passe actuel",
        kind: "password",
        autocomplete: "current-password",
        required: true,
        max: 128,
        ..Field::default()
    }
    .input(errors)
}

fn head(tone: Tone) -> Markup {
    html! {
        h1 { "Double authentification" }
        p class="lead" { "Un mot de passe peut être deviné ou volé. Avec un code de plus, donné par " (tone.say("ton", "votre")) " téléphone et changé toutes les 30\u{a0}secondes, il ne suffit plus." }
    }
}

/// It is off: the password opens the way to the QR code.
pub(super) fn off(tone: Tone, must: bool, errors: &FieldErrors) -> Markup {
    html! {
        (head(tone))
        @if must { p class="notice warm" { (icons::lock()) span { "Elle est obligatoire pour l’équipe\u{a0}: activez-la pour accéder aux données des familles." } } }
        (fields::summary(errors))
        form method="post" action="/compte/two-factor" class="card" hx-sync="this:drop" {
            h2 { "Ce qu’il faut" }
            p { "Une application de codes sur " (tone.say("ton", "votre")) " téléphone\u{a0}: Google Authenticator, Microsoft Authenticator, 2FAS, Aegis… Toutes conviennent, sans compte ni connexion." }
            (password_field(errors))
            div class="actions" { button class="button" type="submit" { "Commencer" } @if !must { a class="link" href="/compte" { "Plus tard" } } }
        }
    }
}

/// A secret waits for its first code.
pub(super) fn waiting(tone: Tone, uri: &str, secret: &str, errors: &FieldErrors) -> Markup {
    let groups: Vec<String> =
        secret.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    html! {
        (head(tone))
        (fields::summary(errors))
        form method="post" action="/compte/two-factor/confirmation" class="card" hx-sync="this:drop" {
            h2 { "1. " (tone.say("Scanne", "Scannez")) " ce carré avec l’application" }
            (qr::code(uri, "Clé de la double authentification"))
            details { summary { "Impossible de scanner\u{a0}?" } p { "La clé à recopier dans l’application\u{a0}: " code { (groups.join(" ")) } } p { a href=(uri) { "Ouvrir dans une application de ce téléphone" } } }
            h2 { "2. " (tone.say("Recopie", "Recopiez")) " le code affiché" }
            (code_field("Code à six chiffres", "", errors))
            div class="actions" { button class="button" type="submit" { "Activer" } }
        }
    }
}

/// The recovery codes, once.
pub(super) fn codes(tone: Tone, codes: &[String], next: &str) -> Markup {
    html! {
        h1 { (tone.say("Tes codes de secours", "Vos codes de secours")) }
        p class="lead" { "Ils remplacent le téléphone s’il est perdu. Chacun sert une fois. Ils ne seront plus jamais affichés\u{a0}: " (tone.say("imprime cette page ou recopie-les", "imprimez cette page ou recopiez-les")) "." }
        section class="card" {
            ul class="codes" { @for one in codes { li { code { (one) } } } }
        }
        p class="actions" { a class="button" href=(next) { "Ils sont en lieu sûr" } button class="button quiet" type="button" data-print { "Imprimer" } }
    }
}

/// It is on.
pub(super) fn on(tone: Tone, codes_left: i64, required: bool, errors: &FieldErrors) -> Markup {
    html! {
        (head(tone))
        p class="notice good" { (icons::check()) span { "Elle est active. " @if codes_left == 1 { "Il reste un code de secours." } @else { "Il reste " (codes_left) " codes de secours." } } }
        (fields::summary(errors))
        section class="card" {
            h2 { "Gérer" }
            form method="post" action="/compte/two-factor/codes" hx-sync="this:drop" {
                (password_field(errors))
                div class="actions" {
                    button class="button" type="submit" { "Nouveaux codes de secours" }
                    @if !required { button class="button danger" type="submit" formaction="/compte/two-factor/arret" { "Désactiver" } }
                }
            }
            @if required { p class="muted" { "Sur ce site, elle est obligatoire pour l’équipe\u{a0}: elle ne peut pas être désactivée." } }
        }
        p { a href="/compte" { "Mon compte" } }
    }
}

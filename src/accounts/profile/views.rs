//! Views of "Mon compte".

use maud::{Markup, html};

use super::store::Child;
use crate::{
    accounts::{account::Account, devices, passwords::fields::new_password, tone::Tone},
    ui::{
        fields::{self, Field},
        icons,
    },
    web::{FieldErrors, format, session_list::Open},
};

/// What the page shows.
pub(super) struct Seen<'a> {
    pub account: &'a Account,
    pub phone: &'a str,
    pub easy_reading: bool,
    pub two_factor: bool,
    pub children: &'a [Child],
    pub sessions: &'a [Open],
    pub own_session: Option<Vec<u8>>,
    pub done: Option<&'static str>,
    pub errors: &'a FieldErrors,
}

/// What has just been done, in a sentence.
pub(super) fn notice(done: &str, tone: Tone) -> Option<&'static str> {
    Some(match done {
        "telephone" => "Le numéro de téléphone est enregistré.",
        "lecture" => "C’est fait\u{a0}: toutes les pages s’affichent ainsi.",
        "session" => "L’appareil est déconnecté.",
        "sessions" => "Les autres appareils sont déconnectés.",
        "mot-de-passe" => "Le mot de passe est changé, et les autres appareils sont déconnectés.",
        "email-demande" => tone.say(
            "Un lien est parti vers la nouvelle adresse. Ouvre-le pour la confirmer\u{a0}: d’ici là, rien ne change.",
            "Un lien est parti vers la nouvelle adresse. Ouvrez-le pour la confirmer\u{a0}: d’ici là, rien ne change.",
        ),
        "email" => "La nouvelle adresse est enregistrée.",
        "lien" => "Le lien vient de partir à votre adresse e-mail. Ouvrez-le avec votre enfant.",
        _ => return None,
    })
}

/// The whole page.
pub(super) fn profile(seen: &Seen<'_>) -> Markup {
    html! {
        header class="page-head" { h1 { "Mon compte" } }
        @if let Some(done) = seen.done { p class="notice good" role="status" { (icons::check()) span { (done) } } }
        (fields::summary(seen.errors))
        (identity(seen))
        @if !seen.children.is_empty() { (children(seen.children)) }
        (security(seen))
        (sessions(seen))
        (reading(seen))
    }
}

fn identity(seen: &Seen<'_>) -> Markup {
    let account = seen.account;
    html! {
        section class="card" {
            h2 { (account.tone().say("Qui tu es", "Qui vous êtes")) }
            dl class="facts" {
                dt { "Nom" } dd { (account.full_name()) }
                @if let Some(identifier) = &account.identifier { dt { "Identifiant" } dd { code { (identifier) } } }
                dt { "E-mail" } dd { (account.email.as_deref().unwrap_or("aucun")) }
            }
            p class="muted" { "Une faute dans le nom\u{a0}? L’équipe la corrige." }
            p { a class="button quiet" href="/compte/email" { @if account.email.is_some() { "Changer d’adresse" } @else { "Ajouter une adresse" } } }
            form method="post" action="/compte/telephone" hx-sync="this:drop" {
                (Field { name: "phone", label: "Téléphone", kind: "tel", value: seen.phone, autocomplete: "tel", max: 30, ..Field::default() }.input(seen.errors))
                button class="button quiet" type="submit" { "Enregistrer le numéro" }
            }
        }
    }
}

fn children(list: &[Child]) -> Markup {
    html! {
        section class="card" {
            h2 { "Les comptes de vos enfants" }
            ul class="rows" {
                @for child in list {
                    li {
                        span class="grow" {
                            b { (child.first_name) } " " span class="muted" { @if child.activated { "compte activé" } @else { "pas encore activé" } } br;
                            @if let Some(name) = child.identifier.as_ref().or(child.email.as_ref()) { code { (name) } }
                        }
                        @if child.needs_help() {
                            form method="post" action={ "/compte/enfants/" (child.id) "/lien" } hx-sync="this:drop" {
                                button class="link" type="submit" { @if child.activated { "Mot de passe par e-mail" } @else { "Activer par e-mail" } span class="visually-hidden" { ", pour " (child.first_name) } }
                            }
                            a class="link" href={ "/comptes/" (child.id) "/fiche" } { "Imprimer une fiche" span class="visually-hidden" { " pour " (child.first_name) } }
                        } @else { span class="muted" { "gère seul son mot de passe" } }
                    }
                }
            }
        }
    }
}

fn security(seen: &Seen<'_>) -> Markup {
    let tone = seen.account.tone();
    html! {
        section class="card" {
            h2 { "Sécurité" }
            ul class="rows" {
                li { span class="grow" { b { "Mot de passe" } } a class="link" href="/compte/mot-de-passe" { "Changer" span class="visually-hidden" { " le mot de passe" } } }
                li {
                    span class="grow" {
                        b { "Double authentification" } br;
                        span class="muted" { @if seen.two_factor { "Active\u{a0}: un code est demandé après le mot de passe." } @else { (tone.say("Un code de ton téléphone en plus du mot de passe.", "Un code de votre téléphone en plus du mot de passe.")) } }
                    }
                    a class="link" href="/compte/two-factor" { @if seen.two_factor { "Gérer" } @else { "Activer" } span class="visually-hidden" { " la double authentification" } }
                }
            }
        }
    }
}

fn sessions(seen: &Seen<'_>) -> Markup {
    let tone = seen.account.tone();
    html! {
        section class="card" {
            h2 { "Appareils connectés" }
            p class="muted" { (tone.say("Un appareil que tu ne reconnais pas\u{a0}? Déconnecte-le, puis change de mot de passe.", "Un appareil que vous ne reconnaissez pas\u{a0}? Déconnectez-le, puis changez de mot de passe.")) }
            ul class="rows" { @for one in seen.sessions { (session(one, seen.own_session.as_deref() == Some(&one.key))) } }
            @if seen.sessions.len() > 1 {
                form method="post" action="/compte/sessions/autres" class="actions" hx-sync="this:drop" { button class="button quiet" type="submit" { "Déconnecter tous les autres" } }
            }
        }
    }
}

fn session(one: &Open, own: bool) -> Markup {
    let device = devices::describe(&one.user_agent);
    html! {
        li {
            span class="grow" {
                b { (device) } @if own { " " span class="band stable" { "cet appareil" } } br;
                span class="muted" { @if !one.address.is_empty() { "adresse " (one.address) ", " } "vu le " (format::date(one.last_seen_at)) " à " (format::hour(one.last_seen_at)) }
            }
            form method="post" action="/compte/sessions/fin" hx-sync="this:drop" {
                input type="hidden" name="session" value=(one.name());
                button class="link" type="submit" { "Déconnecter" span class="visually-hidden" { " " (device) } }
            }
        }
    }
}

fn reading(seen: &Seen<'_>) -> Markup {
    html! {
        section class="card" {
            h2 { "Confort de lecture" }
            p { "Lettres plus grandes et plus espacées, utiles en cas de dyslexie ou de fatigue." }
            form method="post" action="/compte/lecture" {
                @if !seen.easy_reading { input type="hidden" name="easy" value="true"; }
                button class="button quiet" type="submit" { @if seen.easy_reading { "Revenir à l’affichage ordinaire" } @else { "Activer la lecture confortable" } }
            }
        }
    }
}

fn current_password(name: &str, errors: &FieldErrors) -> Markup {
    let label = "Mot de passe actuel";
    Field {
        name,
        label,
        kind: "password",
        autocomplete: "current-password",
        required: true,
        max: 128,
        ..Field::default()
    }
    .input(errors)
}

/// The change of password.
pub(super) fn password(account: &Account, errors: &FieldErrors) -> Markup {
    html! {
        h1 { "Changer de mot de passe" }
        (fields::summary(errors))
        form method="post" action="/compte/mot-de-passe" class="card" hx-sync="this:drop" {
            (current_password("current", errors))
            (new_password("Nouveau mot de passe", account, errors))
            p class="muted" { "Les autres appareils seront déconnectés." }
            div class="actions" { button class="button" type="submit" { "Changer le mot de passe" } a class="link" href="/compte" { "Annuler" } }
        }
    }
}

/// The change of address.
pub(super) fn email(account: &Account, value: &str, errors: &FieldErrors) -> Markup {
    html! {
        h1 { @if account.email.is_some() { "Changer d’adresse e-mail" } @else { "Ajouter une adresse e-mail" } }
        p class="lead" {
            @if let Some(email) = &account.email { "L’adresse actuelle est " b { (email) } ". " }
            "Un lien part vers la nouvelle adresse\u{a0}; elle compte une fois confirmée."
        }
        (fields::summary(errors))
        form method="post" action="/compte/email" class="card" hx-sync="this:drop" {
            (Field { name: "email", label: "Nouvelle adresse", kind: "email", value, autocomplete: "email", required: true, max: 254, ..Field::default() }.input(errors))
            (current_password("password", errors))
            div class="actions" { button class="button" type="submit" { "Envoyer le lien" } a class="link" href="/compte" { "Annuler" } }
        }
    }
}

/// Behind the link in the mail.
pub(super) fn email_confirmation(token: &str, email: &str) -> Markup {
    html! {
        h1 { "Confirmer l’adresse" }
        p class="lead" { b { (email) } " deviendra l’adresse du compte, pour se connecter et recevoir les messages." }
        form method="post" action="/compte/email/confirmation" class="card" hx-sync="this:drop" {
            input type="hidden" name="token" value=(token);
            div class="actions" { button class="button" type="submit" { "Confirmer cette adresse" } }
        }
    }
}

/// The link is not valid any more.
pub(super) fn email_expired() -> Markup {
    html! {
        h1 { "Ce lien n’est plus valable" }
        p class="lead" { "Un lien de confirmation sert une seule fois, pendant 24\u{a0}heures, et un lien plus récent le remplace. L’adresse du compte n’a pas changé." }
        p class="actions" { a class="button" href="/compte/email" { "Recommencer" } }
    }
}

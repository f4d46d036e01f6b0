//! Views of the register of people.

use maud::{Markup, html};
use uuid::Uuid;

use super::{
    Account, Details, Filter, State,
    model::{ROLES, role_label},
};
use crate::{
    accounts::rights,
    ui::{
        fields::{self, Field},
        filters::{self, Narrow},
        icons,
    },
    web::{FieldErrors, Person, Role, format},
};

/// The pages about people, for those who may see them all.
pub(in crate::accounts) fn tabs(current: &str) -> Markup {
    const TABS: &[(&str, &str)] = &[
        ("/admin/users", "Personnes"),
        ("/admin/families", "Familles"),
        ("/admin/coaches", "Coachs"),
        ("/admin/import", "Importer"),
    ];
    html! {
        nav class="actions tabs" aria-label="Pages des personnes" {
            @for (path, label) in TABS {
                a class="button quiet" href=(path) aria-current=[(*path == current).then_some("page")] { (label) }
            }
        }
    }
}

/// State of an account as a badge: icon and word.
pub(in crate::accounts) fn state_badge(state: State) -> Markup {
    let (class, icon) = match state {
        State::Active => ("band excellence", icons::check()),
        State::Waiting => ("band fragile", icons::clock()),
        State::Closed => ("band", icons::cross()),
    };
    html! { span class=(class) { (icon) (state.label()) } }
}

/// The list with its filter.
pub(super) fn list(person: &Person, filter: &Filter, accounts: &[Account], total: i64, next: Option<Uuid>) -> Markup {
    let here = |path: &str, after: &str| {
        filters::link(path, &[("q", &filter.q), ("role", &filter.role), ("state", &filter.state), ("after", after)])
    };
    html! {
        header class="page-head" { h1 { "Personnes" } (tabs("/admin/users")) }
        p class="actions" {
            @if !rights::may_appoint(person.role).is_empty() { a class="button" href="/admin/users/new" { "Créer un compte" } }
            a class="button quiet" href="/admin/families/new" { "Inscrire un élève" }
        }
        (filters::form("/admin/users", "Nom, e-mail ou identifiant", &filter.q, &[
            Narrow { name: "role", label: "Rôle", value: &filter.role, all: "Tous les rôles", options: ROLES },
            Narrow { name: "state", label: "Compte", value: &filter.state, all: "Tous les comptes", options: State::LABELS },
        ]))
        section class="card" aria-labelledby="found" {
            h2 id="found" { (filters::total(total, "personne", "personnes")) }
            @if accounts.is_empty() {
                p { "Personne ne correspond à cette recherche. Essayez avec moins de lettres, ou tous les rôles." }
            } @else {
                ul class="rows" { @for account in accounts { (line(account)) } }
            }
            p class="actions" {
                @if let Some(next) = next { a class="button quiet" href=(here("/admin/users", &next.to_string())) rel="next" { "Page suivante" (icons::arrow()) } }
                @if !filter.after.is_empty() { a href=(here("/admin/users", "")) { "Revenir au début" } }
                @if total > 0 { a href=(here("/admin/users.csv", "")) download { "Télécharger cette liste (CSV)" } }
            }
        }
    }
}

fn line(account: &Account) -> Markup {
    html! {
        li {
            span class="grow" {
                a href={ "/admin/users/" (account.id) } { (account.full_name()) } " " span class="muted" { (role_label(account.role)) } br;
                span class="muted" { (account.account()) }
            }
            (state_badge(account.state()))
        }
    }
}

/// The form of a new account.
pub(super) fn new(person: &Person, details: &Details, errors: &FieldErrors) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Nouveau compte" }
            p class="lead" { "La personne reçoit un e-mail pour choisir son mot de passe." }
        }
        (fields::summary(errors))
        form method="post" action="/admin/users" class="card" hx-sync="this:drop" {
            (role_field(person, details, errors))
            (name_fields(details, errors, true))
            div class="actions" { button class="button" type="submit" { "Créer et envoyer l’e-mail" } a href="/admin/users" { "Annuler" } }
        }
        p class="muted" { "Pour un élève, passez par " a href="/admin/families/new" { "l’inscription d’une famille" } "." }
    }
}

fn role_field(person: &Person, details: &Details, errors: &FieldErrors) -> Markup {
    let offered: Vec<(&str, &str)> =
        rights::may_appoint(person.role).into_iter().map(|role| (role.key(), role_label(role))).collect();
    let value = details.role.map_or("", Role::key);
    Field { name: "role", label: "Rôle", value, required: true, ..Field::default() }.select(errors, &offered)
}

fn name_fields(details: &Details, errors: &FieldErrors, email_required: bool) -> Markup {
    html! {
        (Field { name: "firstName", label: "Prénom", value: &details.first_name, required: true, max: 80, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "lastName", label: "Nom", value: &details.last_name, required: true, max: 80, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "email", label: "E-mail", value: &details.email, kind: "email", required: email_required, max: 254, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "phone", label: "Téléphone", value: &details.phone, kind: "tel", max: 30, autocomplete: "off", ..Field::default() }.input(errors))
    }
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "created" => "Le compte est créé. L’e-mail d’activation est en route.",
        "saved" => "Les modifications sont enregistrées.",
        "closed" => "Le compte est fermé : plus aucune connexion, rien n’est supprimé.",
        "reopened" => "Le compte est rouvert.",
        "invited" => "L’e-mail d’activation est en route. Le lien est valable 72 heures.",
        _ => return None,
    })
}

/// One account: its form, and what can be done with it.
pub(super) fn account(
    person: &Person,
    account: &Account,
    details: &Details,
    errors: &FieldErrors,
    done: &str,
) -> Markup {
    let managed = rights::may_manage(person.role, account.role);
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/users" { "Personnes" } }
            h1 { (account.full_name()) }
            p { (role_label(account.role)) " " (state_badge(account.state())) }
        }
        @if let Some(sentence) = notice(done) { p class="notice good" role="status" { (icons::check()) span { (sentence) } } }
        (fields::summary(errors))
        @if errors.general().next().is_some() { (stored(account, details)) }
        @if managed { (form(person, account, details, errors)) } @else { (facts(account)) }
        (more(account))
        @if managed { (actions(person, account)) }
    }
}

/// What is stored now, when somebody else changed it meanwhile.
fn stored(account: &Account, details: &Details) -> Markup {
    let now = Details::from(account);
    let pairs = [
        ("Prénom", &now.first_name, &details.first_name),
        ("Nom", &now.last_name, &details.last_name),
        ("E-mail", &now.email, &details.email),
        ("Téléphone", &now.phone, &details.phone),
    ];
    let differing: Vec<_> = pairs.into_iter().filter(|(_, now, typed)| now.trim() != typed.trim()).collect();
    html! {
        @if !differing.is_empty() {
            section class="card" {
                h2 { "Enregistré actuellement" }
                dl class="facts" { @for (label, now, _) in differing { dt { (label) } dd { @if now.is_empty() { "–" } @else { (now) } } } }
            }
        }
    }
}

fn form(person: &Person, account: &Account, details: &Details, errors: &FieldErrors) -> Markup {
    html! {
        form method="post" action={ "/admin/users/" (account.id) } class="card" {
            input type="hidden" name="version" value=(account.version());
            @if person.role == Role::Admin && account.role != Role::Eleve { (role_field(person, details, errors)) }
            (name_fields(details, errors, account.role != Role::Eleve))
            @if let Some(identifier) = &account.identifier { p class="muted" { "Identifiant de connexion : " code { (identifier) } } }
            div class="actions" { button class="button" type="submit" { "Enregistrer" } }
        }
    }
}

fn facts(account: &Account) -> Markup {
    html! {
        section class="card" {
            dl class="facts" {
                dt { "E-mail" } dd { (account.email.as_deref().unwrap_or("–")) }
                dt { "Téléphone" } dd { (account.phone.as_deref().unwrap_or("–")) }
            }
            p class="muted" { "Les comptes de l’équipe sont modifiés par la direction." }
        }
    }
}

/// When what happened, and where the rest of the record is.
fn more(account: &Account) -> Markup {
    html! {
        dl class="facts" {
            dt { "Créé le" } dd { (format::date(account.created_at)) }
            @if let Some(at) = account.activated_at { dt { "Activé le" } dd { (format::date(at)) } }
            @if let Some(at) = account.deactivated_at { dt { "Fermé le" } dd { (format::date(at)) } }
        }
        @match account.role {
            Role::Eleve => p { a href={ "/admin/families/" (account.id) } { "Scolarité, parents et coachs de " (account.first_name) } },
            Role::Parent => p { a href=(filters::link("/admin/families", &[("q", account.account())])) { "Les enfants de " (account.full_name()) } },
            Role::Coach => p { a href={ "/admin/coaches/" (account.id) } { "Matières et élèves de " (account.full_name()) } },
            Role::Admin | Role::Assistante => {},
        }
    }
}

fn actions(person: &Person, account: &Account) -> Markup {
    let post = |path: &str, label: &str, class: &str| {
        html! {
            form method="post" action={ "/admin/users/" (account.id) "/" (path) } hx-sync="this:drop" {
                button class=(class) type="submit" { (label) }
            }
        }
    };
    html! {
        section class="card" {
            h2 { "Accès" }
            @match account.state() {
                State::Waiting => p { "Le compte attend son activation. Le lien envoyé est valable 72 heures ; envoyez-en un autre s’il a expiré." },
                State::Active => p { "Le compte est en service." },
                State::Closed => p { "Le compte est fermé : son propriétaire ne peut pas se connecter. Tout son dossier est conservé." },
            }
            div class="actions" {
                @if account.state() == State::Waiting { (post("activation", "Renvoyer l’activation", "button quiet")) }
                @if account.state() == State::Closed { (post("reopen", "Rouvrir le compte", "button quiet")) }
                @else if account.id != person.id { (post("close", "Fermer le compte", "button danger")) }
            }
        }
    }
}

//! Views of coaches.

use maud::{Markup, html};

use super::{Coach, CoachForm, store::Line};
use crate::{
    accounts::{
        families::SUBJECTS,
        people::{state_badge, tabs},
    },
    ui::{
        fields::{self, Field},
        icons,
    },
    web::{FieldErrors, format},
};

/// What the page of one coach shows beside the form.
pub(super) struct Shown {
    pub students: Vec<Line>,
    pub found: Vec<Line>,
    pub searched: String,
    pub done: String,
}

fn students_said(count: i64) -> String {
    match count {
        0 => "aucun élève".to_owned(),
        1 => "1 élève".to_owned(),
        _ => format!("{} élèves", format::count(count)),
    }
}

/// All coaches.
pub(super) fn list(coaches: &[Coach]) -> Markup {
    html! {
        header class="page-head" { h1 { "Coachs" } (tabs("/admin/coaches")) }
        p class="actions" { a class="button" href="/admin/coaches/new" { "Ajouter un coach" } }
        section class="card" aria-label="Coachs" {
            @if coaches.is_empty() { p { "Aucun coach pour l’instant. Créez le premier : il reçoit un e-mail pour choisir son mot de passe." } }
            @else {
                ul class="rows" { @for coach in coaches { (row(coach)) } }
                p class="actions" { a href="/admin/coaches.csv" download { "Télécharger cette liste (CSV)" } }
            }
        }
    }
}

fn row(coach: &Coach) -> Markup {
    html! {
        li {
            span class="grow" {
                a href={ "/admin/coaches/" (coach.id) } { (coach.full_name()) } " " span class="muted" { (coach.pseudonym) } br;
                span class="muted" { @if coach.subjects.is_empty() { "Sans matière" } @else { (coach.subject_labels()) } " · " (students_said(coach.students)) }
            }
            (state_badge(coach.state()))
        }
    }
}

fn form_fields(form: &CoachForm, errors: &FieldErrors) -> Markup {
    html! {
        div class="grid-2" {
            (Field { name: "firstName", label: "Prénom", value: &form.first_name, required: true, max: 80, autocomplete: "off", ..Field::default() }.input(errors))
            (Field { name: "lastName", label: "Nom", value: &form.last_name, required: true, max: 80, autocomplete: "off", ..Field::default() }.input(errors))
        }
        (Field { name: "email", label: "E-mail", value: &form.email, kind: "email", required: true, max: 254, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "phone", label: "Téléphone", value: &form.phone, kind: "tel", max: 30, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "pseudonym", label: "Pseudonyme", value: &form.pseudonym, max: 80, hint: "Le nom sous lequel les élèves connaissent ce coach ; à défaut, son nom.", ..Field::default() }.input(errors))
        (Field { name: "title", label: "Titre", value: &form.title, max: 120, hint: "Par exemple : agrégée de mathématiques.", ..Field::default() }.input(errors))
        (fields::checkboxes("subjects", "Matières", SUBJECTS, &form.subjects, errors))
    }
}

/// The form of a new coach.
pub(super) fn new(form: &CoachForm, errors: &FieldErrors) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Nouveau coach" }
            p class="lead" { "Le coach reçoit un e-mail pour choisir son mot de passe." }
        }
        (fields::summary(errors))
        form method="post" action="/admin/coaches" class="card" hx-sync="this:drop" {
            (form_fields(form, errors))
            div class="actions" { button class="button" type="submit" { "Créer et envoyer l’e-mail" } a href="/admin/coaches" { "Annuler" } }
        }
    }
}

/// One coach.
pub(super) fn coach(coach: &Coach, form: &CoachForm, errors: &FieldErrors, shown: &Shown) -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/coaches" { "Coachs" } }
            h1 { (coach.full_name()) }
            p { (coach.title.as_deref().unwrap_or("Coach")) " " (state_badge(coach.state())) }
            p { a href={ "/admin/users/" (coach.id) } { "Activation et accès" } }
        }
        @match shown.done.as_str() {
            "created" => p class="notice good" role="status" { (icons::check()) span { "Le coach est créé. L’e-mail d’activation est en route." } },
            "saved" => p class="notice good" role="status" { (icons::check()) span { "Les modifications sont enregistrées." } },
            "students" => p class="notice good" role="status" { (icons::check()) span { "La liste des élèves est à jour." } },
            _ => {},
        }
        (fields::summary(errors))
        @if errors.general().next().is_some() { (stored(coach)) }
        (students(coach, shown))
        form method="post" action={ "/admin/coaches/" (coach.id) } class="card" {
            h2 { "Fiche" }
            // The version of what is stored now: whoever was told of another's change may save over it knowingly.
            input type="hidden" name="version" value=(coach.version);
            (form_fields(form, errors))
            div class="actions" { button class="button" type="submit" { "Enregistrer" } }
        }
    }
}

/// What is stored now, when somebody else changed it meanwhile.
fn stored(coach: &Coach) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    html! {
        section class="card" {
            h2 { "Enregistré actuellement" }
            dl class="facts" {
                dt { "Nom" } dd { (coach.full_name()) }
                dt { "E-mail" } dd { (text(&coach.email)) }
                dt { "Téléphone" } dd { (text(&coach.phone)) }
                dt { "Pseudonyme" } dd { (coach.pseudonym) }
                dt { "Titre" } dd { (text(&coach.title)) }
                dt { "Matières" } dd { (coach.subject_labels()) }
            }
        }
    }
}

fn students(coach: &Coach, shown: &Shown) -> Markup {
    html! {
        section class="card" aria-labelledby="students" {
            h2 id="students" { "Élèves" @if !shown.students.is_empty() { " (" (shown.students.len()) ")" } }
            @if shown.students.is_empty() { p { "Aucun élève ne lui est encore confié : cherchez-en un ci-dessous." } }
            @else { ul class="rows" { @for one in &shown.students { (student(coach, one, false)) } } }
            @if !coach.closed {
                form method="get" action={ "/admin/coaches/" (coach.id) "#students" } role="search" {
                    div class="field" {
                        label for="q" { "Confier un élève" }
                        input id="q" name="q" type="search" value=(shown.searched) maxlength="200" autocomplete="off" placeholder="Nom de l’élève";
                    }
                    button class="button quiet" type="submit" { "Chercher" }
                }
                @if !shown.searched.is_empty() {
                    @if shown.found.is_empty() { p { "Aucun autre élève de ce nom." } }
                    @else { ul class="rows" { @for one in &shown.found { (student(coach, one, true)) } } }
                }
            }
        }
    }
}

fn student(coach: &Coach, one: &Line, add: bool) -> Markup {
    let (path, label) = if add { ("students", "Confier") } else { ("students/remove", "Retirer") };
    html! {
        li {
            span class="grow" { a href={ "/admin/families/" (one.id) } { (one.name) } " " span class="muted" { (crate::accounts::households::grade_label(&one.grade)) } }
            form method="post" action={ "/admin/coaches/" (coach.id) "/" (path) } {
                input type="hidden" name="student" value=(one.id);
                button class="button quiet" type="submit" { (label) span class="visually-hidden" { " " (one.name) } }
            }
        }
    }
}

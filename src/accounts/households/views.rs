//! Views of families.

use maud::{Markup, html};
use uuid::Uuid;

use super::{
    Guardian, GuardianForm,
    model::{ChildForm, GRADES, RELATIONS, label},
    pages::{ListQuery, NewForm},
    store::{Coach, Line, Sibling},
};
use crate::{
    accounts::{
        people::{State, state_badge, tabs},
        students::Student,
    },
    ui::{
        fields::{self, Field},
        filters::{self, Narrow},
        icons,
    },
    web::FieldErrors,
};

/// What a family may lack, as a narrowing of the list.
pub(super) const MISSING: &[(&str, &str)] =
    &[("guardian", "Sans parent"), ("coach", "Sans coach"), ("waiting", "Compte non activé")];

/// Everything on the page of one student.
pub(super) struct Record {
    pub student: Student,
    pub guardians: Vec<Guardian>,
    pub coaches: Vec<Coach>,
    pub siblings: Vec<Sibling>,
}

/// What the forms of that page hold, and what is wrong.
#[derive(Default)]
pub(super) struct Forms {
    pub child: ChildForm,
    pub guardian: GuardianForm,
    pub errors: FieldErrors,
    pub done: String,
}

impl Forms {
    /// As they are drawn from the record.
    pub fn of(record: &Record) -> Self {
        let student = &record.student;
        let child = ChildForm {
            grade: student.grade.clone(),
            school: student.school.clone().unwrap_or_default(),
            birth_date: student.birth_date.map(|day| day.to_string()).unwrap_or_default(),
            extra_time: student.extra_time.to_string(),
            ..ChildForm::default()
        };
        Self { child, ..Self::default() }
    }
}

/// The list of students.
pub(super) fn list(query: &ListQuery, lines: &[Line], total: i64, next: Option<Uuid>) -> Markup {
    let here = |path: &str, after: &str| {
        let given = [("q", query.q.as_str()), ("grade", &query.grade), ("missing", &query.missing), ("after", after)];
        filters::link(path, &given)
    };
    html! {
        header class="page-head" { h1 { "Familles" } (tabs("/admin/families")) }
        p class="actions" {
            a class="button" href="/admin/families/new" { "Inscrire un élève" }
            a class="button quiet" href="/admin/import" { "Importer une classe" }
        }
        (filters::form("/admin/families", "Élève ou parent", &query.q, &[
            Narrow { name: "grade", label: "Classe", value: &query.grade, all: "Toutes les classes", options: GRADES },
            Narrow { name: "missing", label: "Il manque", value: &query.missing, all: "Peu importe", options: MISSING },
        ]))
        section class="card" aria-labelledby="found" {
            h2 id="found" { (filters::total(total, "élève", "élèves")) }
            @if lines.is_empty() { p { "Aucun élève ne correspond à cette recherche." } }
            @else { ul class="rows" { @for line in lines { (row(line)) } } }
            p class="actions" {
                @if let Some(next) = next { a class="button quiet" href=(here("/admin/families", &next.to_string())) rel="next" { "Page suivante" (icons::arrow()) } }
                @if !query.after.is_empty() { a href=(here("/admin/families", "")) { "Revenir au début" } }
                @if total > 0 { a href=(here("/admin/families.csv", "")) download { "Télécharger cette liste (CSV)" } }
            }
        }
    }
}

fn row(line: &Line) -> Markup {
    html! {
        li {
            span class="grow" {
                a href={ "/admin/families/" (line.id) } { (line.first_name) " " (line.last_name) } " " span class="muted" { (label(GRADES, &line.grade)) } br;
                span class="muted" {
                    @match &line.guardians { Some(names) => (names), None => "Aucun parent rattaché" }
                    @match &line.coaches { Some(names) => { " · coachs : " (names) }, None => " · sans coach" }
                }
            }
            (state_badge(line.state()))
        }
    }
}

fn badge(activated: bool, closed: bool) -> Markup {
    state_badge(State::of(activated, closed))
}

/// The form of a child and a first guardian.
pub(super) fn new(form: &NewForm, errors: &FieldErrors) -> Markup {
    let (child, guardian) = (&form.child, &form.guardian);
    html! {
        header class="page-head" {
            h1 { "Inscrire un élève" }
            p class="lead" { "L’élève reçoit un identifiant ; son parent, s’il est nouveau, un e-mail d’activation." }
        }
        (fields::summary(errors))
        form method="post" action="/admin/families" hx-sync="this:drop" {
            section class="card" {
                h2 { "L’élève" }
                (Field { name: "studentFirstName", label: "Prénom", value: &child.student_first_name, required: true, max: 80, ..Field::default() }.input(errors))
                (Field { name: "studentLastName", label: "Nom", value: &child.student_last_name, required: true, max: 80, ..Field::default() }.input(errors))
                (schooling(child, errors))
            }
            section class="card" {
                h2 { "Son parent ou tuteur" }
                (guardian_fields(guardian, errors))
            }
            div class="actions" { button class="button" type="submit" { "Inscrire" } a href="/admin/families" { "Annuler" } }
        }
    }
}

fn schooling(child: &ChildForm, errors: &FieldErrors) -> Markup {
    html! {
        (Field { name: "grade", label: "Classe", value: &child.grade, required: true, ..Field::default() }.select(errors, GRADES))
        (Field { name: "school", label: "Lycée", value: &child.school, max: 120, ..Field::default() }.input(errors))
        (Field { name: "birthDate", label: "Date de naissance", value: &child.birth_date, kind: "date", ..Field::default() }.input(errors))
        (fields::agree("extraTime", html! { "Tiers-temps : un tiers de temps en plus dans chaque évaluation" }, child.extra_time == "true", errors))
    }
}

fn guardian_fields(form: &GuardianForm, errors: &FieldErrors) -> Markup {
    html! {
        (Field { name: "email", label: "E-mail", value: &form.email, kind: "email", required: true, max: 254, autocomplete: "off",
                 hint: "Si cette adresse a déjà un compte de parent, l’élève y est simplement rattaché." }.input(errors))
        div class="grid-2" {
            (Field { name: "firstName", label: "Prénom du parent", value: &form.first_name, max: 80, autocomplete: "off", ..Field::default() }.input(errors))
            (Field { name: "lastName", label: "Nom du parent", value: &form.last_name, max: 80, autocomplete: "off", ..Field::default() }.input(errors))
        }
        (Field { name: "phone", label: "Téléphone", value: &form.phone, kind: "tel", max: 30, autocomplete: "off", ..Field::default() }.input(errors))
        (Field { name: "relation", label: "Lien avec l’élève", value: &form.relation, required: true, ..Field::default() }.select(errors, RELATIONS))
        (fields::agree("isPayer", html! { "C’est à cette personne que les factures sont adressées" }, form.pays(), errors))
    }
}

fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "enrolled" => "L’élève est inscrit.",
        "saved" => "Les modifications sont enregistrées.",
        "tied" => "Le parent est rattaché à l’élève.",
        "untied" => "Le parent n’est plus rattaché à l’élève. Les deux comptes sont conservés.",
        _ => return None,
    })
}

/// One student's family.
pub(super) fn record(record: &Record, forms: &Forms) -> Markup {
    let student = &record.student;
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/families" { "Familles" } }
            h1 { (student.full_name()) }
            p { (label(GRADES, &student.grade)) " " (badge(student.activated, student.closed)) }
            p class="muted" {
                "Se connecte avec « " (student.account()) " ». "
                a href={ "/admin/users/" (student.id) } { "Nom, e-mail et accès" }
            }
        }
        @if let Some(sentence) = notice(&forms.done) { p class="notice good" role="status" { (icons::check()) span { (sentence) } } }
        (fields::summary(&forms.errors))
        (guardians(record))
        (add_guardian(record, forms))
        (coaches(record, &forms.errors))
        section class="card" {
            h2 { "Scolarité" }
            form method="post" action={ "/admin/families/" (student.id) } {
                input type="hidden" name="version" value=(student.version);
                (schooling(&forms.child, &forms.errors))
                div class="actions" { button class="button" type="submit" { "Enregistrer" } }
            }
        }
        (siblings(record))
    }
}

fn guardians(record: &Record) -> Markup {
    html! {
        section class="card" aria-labelledby="guardians" {
            h2 id="guardians" { "Parents et tuteurs" }
            @if record.guardians.is_empty() { p { "Personne n’est encore rattaché à cet élève : ajoutez un parent plus bas." } }
            @else { ul class="rows" { @for one in &record.guardians { (guardian(record.student.id, one)) } } }
        }
    }
}

fn guardian(student: Uuid, one: &Guardian) -> Markup {
    let path = |what: &str| format!("/admin/families/{student}/guardians/{what}");
    html! {
        li {
            div class="grow" {
                a href={ "/admin/users/" (one.id) } { (one.name) } " " (badge(one.activated, one.closed)) br;
                span class="muted" { (label(RELATIONS, &one.relation)) @if one.is_payer { ", reçoit les factures" } @if !one.sees() { ", ne voit pas le dossier" } }
                br;
                span class="muted" {
                    (one.email.as_deref().unwrap_or("–"))
                    @if let Some(phone) = &one.phone { ", " a href={ "tel:" (phone) } { (phone) } }
                }
                details {
                    summary { "Modifier" span class="visually-hidden" { " le lien avec " (one.name) } }
                    form method="post" action=(path("update")) {
                        input type="hidden" name="guardian" value=(one.id);
                        input type="hidden" name="seal" value=(one.seal());
                        div class="field" {
                            label for={ "relation-" (one.id) } { "Lien avec l’élève" }
                            select id={ "relation-" (one.id) } name="relation" {
                                @for (key, label) in RELATIONS { option value=(key) selected[*key == one.relation] { (label) } }
                            }
                        }
                        div class="field" { label class="box" { input type="checkbox" name="isPayer" value="true" checked[one.is_payer]; span { "Reçoit les factures" } } }
                        div class="field" { label class="box" { input type="checkbox" name="sees" value="true" checked[one.sees()]; span { "Voit le dossier et les résultats de l’élève" } } }
                        div class="actions" {
                            button class="button quiet" type="submit" { "Enregistrer" }
                            button class="button danger" type="submit" formaction=(path("unlink")) { "Détacher" }
                        }
                    }
                }
            }
        }
    }
}

fn coaches(record: &Record, errors: &FieldErrors) -> Markup {
    let student = record.student.id;
    let names: Vec<(String, String)> = record
        .coaches
        .iter()
        .filter(|one| !one.coaches)
        .map(|one| (one.id.to_string(), format!("{} ({})", one.name, one.pseudonym)))
        .collect();
    let offered: Vec<(&str, &str)> = names.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let theirs: Vec<&Coach> = record.coaches.iter().filter(|one| one.coaches).collect();
    html! {
        section class="card" aria-labelledby="coaches" {
            h2 id="coaches" { "Coachs" }
            @if theirs.is_empty() { p { "Aucun coach ne suit encore cet élève." } }
            @else {
                ul class="rows" {
                    @for one in theirs {
                        li {
                            span class="grow" { a href={ "/admin/coaches/" (one.id) } { (one.name) } " " span class="muted" { (one.pseudonym) } }
                            form method="post" action={ "/admin/families/" (student) "/coaches/remove" } {
                                input type="hidden" name="coach" value=(one.id);
                                button class="button quiet" type="submit" { "Retirer" span class="visually-hidden" { " " (one.name) } }
                            }
                        }
                    }
                }
            }
            @if !offered.is_empty() {
                form method="post" action={ "/admin/families/" (student) "/coaches" } {
                    (Field { name: "coach", label: "Confier l’élève à", required: true, ..Field::default() }.select(errors, &offered))
                    button class="button quiet" type="submit" { "Ajouter ce coach" }
                }
            }
        }
    }
}

fn add_guardian(record: &Record, forms: &Forms) -> Markup {
    let sent = !forms.guardian.email.is_empty() || !forms.guardian.relation.is_empty();
    html! {
        details class="card" open[sent || record.guardians.is_empty()] {
            summary { "Rattacher un parent ou un tuteur" }
            form method="post" action={ "/admin/families/" (record.student.id) "/guardians" } hx-sync="this:drop" {
                (guardian_fields(&forms.guardian, &forms.errors))
                div class="actions" { button class="button" type="submit" { "Rattacher" } }
            }
        }
    }
}

fn siblings(record: &Record) -> Markup {
    html! {
        section class="card" {
            h2 { "Frères et sœurs" }
            @if record.siblings.is_empty() { p { "Aucun autre enfant de cette famille n’est inscrit." } }
            @else {
                ul class="rows" {
                    @for one in &record.siblings { li { span class="grow" { a href={ "/admin/families/" (one.id) } { (one.name) } } span class="muted" { (label(GRADES, &one.grade)) } } }
                }
            }
            @if let Some(first) = record.guardians.iter().find(|one| one.email.is_some() && !one.closed) {
                p class="actions" { a class="button quiet" href={ "/admin/families/new?guardian=" (first.id) } { "Inscrire un autre enfant" } }
            }
        }
    }
}

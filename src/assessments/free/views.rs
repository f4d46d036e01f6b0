//! The family's form, in two steps.

use maud::{Markup, html};

use crate::{
    accounts::families::{BilanForm, CURRENT_LEVELS, GRADES, MODALITIES, SUBJECTS},
    ui::{
        fields::{self, Field},
        icons,
    },
    web::FieldErrors,
};

fn steps(second: bool) -> Markup {
    html! {
        ol class="steps" {
            li class=[second.then_some("done")] aria-current=[(!second).then_some("step")] { "1. Vous" @if second { span class="visually-hidden" { " (terminé)" } } }
            li aria-current=[second.then_some("step")] { "2. Votre enfant" }
        }
    }
}

/// Step 1: the parent.
pub(super) fn parent(form: &BilanForm, errors: &FieldErrors) -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { "Bilan gratuit" }
            h1 { "Où en est votre enfant, vraiment ?" }
            p class="lead" { "Deux minutes pour vous, puis votre enfant répond aux questions, ici même. Le résultat s’affiche aussitôt." }
        }
        (steps(false))
        (fields::summary(errors))
        form method="post" action="/bilan-gratuit" class="card" {
            div class="grid-2" {
                (Field { name: "parentFirstName", label: "Votre prénom", value: &form.parent_first_name, autocomplete: "given-name", required: true, max: 80, ..Field::default() }.input(errors))
                (Field { name: "parentLastName", label: "Votre nom", value: &form.parent_last_name, autocomplete: "family-name", required: true, max: 80, ..Field::default() }.input(errors))
            }
            (Field { name: "parentEmail", label: "Votre e-mail", value: &form.parent_email, kind: "email", autocomplete: "email", required: true, max: 254,
                     hint: "Nous y envoyons le lien de votre compte. Jamais de publicité sans votre accord." }.input(errors))
            (Field { name: "parentPhone", label: "Votre téléphone", value: &form.parent_phone, kind: "tel", autocomplete: "tel", required: true, max: 30, ..Field::default() }.input(errors))
            p class="actions" { button class="button" type="submit" { "Continuer" (icons::arrow()) } }
        }
    }
}

/// Step 2: the child.
pub(super) fn student(form: &BilanForm, errors: &FieldErrors) -> Markup {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (school, born, objectives) =
        (text(&form.student_school), text(&form.student_birth_date), text(&form.objectives));
    let (difficulties, modality, availability) =
        (text(&form.difficulties), text(&form.preferred_modality), text(&form.availability));
    html! {
        header class="page-head" { p class="eyebrow" { "Bilan gratuit" } h1 { "Votre enfant" } }
        (steps(true))
        (fields::summary(errors))
        form method="post" action="/bilan-gratuit/eleve" class="card" hx-sync="this:drop" {
            div class="grid-2" {
                (Field { name: "studentFirstName", label: "Prénom de l’élève", value: &form.student_first_name, required: true, max: 80, ..Field::default() }.input(errors))
                (Field { name: "studentLastName", label: "Nom de l’élève", value: &form.student_last_name, required: true, max: 80, ..Field::default() }.input(errors))
                (Field { name: "studentGrade", label: "Classe", value: &form.student_grade, required: true, ..Field::default() }.select(errors, GRADES))
                (Field { name: "currentLevel", label: "Niveau actuel, selon vous", value: &form.current_level, required: true, ..Field::default() }.select(errors, CURRENT_LEVELS))
            }
            (fields::checkboxes("subjects", "Matières à travailler", SUBJECTS, &form.subjects, errors))
            p class="hint" { "Le bilan porte sur les mathématiques si vous les choisissez ; sinon, sur la méthode et la connaissance du Bac." }
            details open[[&school, &born, &objectives, &difficulties, &modality, &availability].iter().any(|one| !one.is_empty())] {
                summary { "Nous en dire plus (facultatif)" }
                div class="grid-2" {
                    (Field { name: "studentSchool", label: "Lycée", value: &school, max: 120, ..Field::default() }.input(errors))
                    (Field { name: "studentBirthDate", label: "Date de naissance", value: &born, kind: "date", ..Field::default() }.input(errors))
                }
                (Field { name: "objectives", label: "Vos objectifs", value: &objectives, max: 2000, ..Field::default() }.textarea(errors))
                (Field { name: "difficulties", label: "Ce qui est difficile", value: &difficulties, max: 2000, ..Field::default() }.textarea(errors))
                div class="grid-2" {
                    (Field { name: "preferredModality", label: "Cours souhaités", value: &modality, ..Field::default() }.select(errors, MODALITIES))
                    (Field { name: "availability", label: "Disponibilités", value: &availability, max: 500, ..Field::default() }.input(errors))
                }
            }
            div class="visually-hidden" aria-hidden="true" { label { "Ne pas remplir" input name="website" tabindex="-1" autocomplete="off"; } }
            (fields::agree("acceptTerms", html! { "Je suis le parent ou le responsable légal, et j’accepte les " a href="/conditions" { "conditions" } " et la " a href="/confidentialite" { "politique de confidentialité" } "." }, form.accept_terms, errors))
            (fields::agree("acceptNewsletter", html! { "J’accepte de recevoir les nouvelles du centre (facultatif)." }, form.accept_newsletter, errors))
            p class="actions" {
                a class="button quiet" href="/bilan-gratuit" { "Retour" }
                button class="button" type="submit" { "Passer aux questions" (icons::arrow()) }
            }
        }
    }
}

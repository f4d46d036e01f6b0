//! Samples: home, two-step form, error page.

use maud::{Markup, html};

use super::ZONES;
use crate::{
    ui::{
        charts::{Bin, You, histogram},
        fields::{self, Field},
        icons,
    },
    web::FieldErrors,
};

pub fn home() -> Markup {
    html! {
        section class="hero" {
            div {
                p class="eyebrow" { "Première et Terminale · Bac, épreuve de français, Parcoursup" }
                h1 { "Savoir où l’on en est, puis avancer." }
                p class="lead" { "Un bilan gratuit de 60 minutes en mathématiques, un résultat honnête et lisible, et une équipe qui dit par où commencer." }
                p class="actions" {
                    a class="button large" href="/bilan-gratuit" { "Faire le bilan gratuit" (icons::arrow()) }
                    a class="link" href="#etapes" { "Comment cela se passe" }
                }
            }
            div class="card" {
                h2 class="h3" { "Un résultat, pas une note sèche" }
                (histogram("Répartition des scores de la cohorte", &bins(), Some(You { at: 62.4, label: "tu es ici" }), &ZONES))
            }
        }
        section id="etapes" {
            h2 { "Comment cela se passe" }
            ol class="way" {
                li { h3 { "Vous vous présentez" } p class="muted" { "Deux minutes : un parent, un élève, une matière. Aucun mot de passe à inventer." } }
                li { h3 { "L’élève répond" } p class="muted" { "Une question par écran. Chaque réponse est enregistrée aussitôt ; « je ne sais pas » est une vraie réponse." } }
                li { h3 { "Vous lisez ensemble" } p class="muted" { "Un score situé parmi les autres élèves, les points forts, les priorités, et une première étape." } }
            }
        }
        section {
            h2 { "Ce qui compte pour nous" }
            div class="grid-3" {
                @for (icon, title, text) in [
                    (icons::target(), "Des scores honnêtes", "Chaque score dit sur combien d’élèves il repose et à quel point il est sûr."),
                    (icons::lock(), "Des données protégées", "Le résultat est vu par l’élève, ses parents et l’équipe. Personne d’autre."),
                    (icons::people(), "Des personnes", "Des professeurs qui connaissent le programme, et un logiciel qui leur fait gagner du temps."),
                ] {
                    div class="card" { h3 { (icon) " " (title) } p class="muted" { (text) } }
                }
            }
        }
    }
}

pub fn bins() -> Vec<Bin> {
    let counts = [1, 0, 2, 3, 5, 8, 12, 17, 24, 29, 33, 30, 22, 16, 11, 8, 5, 3, 2, 1];
    let bin = |(at, count): (usize, &i64)| Bin { from: at as f64 * 5.0, to: (at + 1) as f64 * 5.0, count: *count };
    counts.iter().enumerate().map(bin).collect()
}

fn head() -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { "Bilan gratuit" }
            h1 { "Faisons connaissance" }
            p class="lead" { "Ces informations servent à préparer le bilan et à vous en envoyer le résultat." }
        }
    }
}

pub fn form() -> Markup {
    let mut errors = FieldErrors::default();
    errors.add("parentEmail", "Adresse incomplète : il manque ce qui suit le signe @.");
    errors.add("acceptTerms", "Acceptez les conditions pour continuer.");
    html! {
        (head())
        ol class="steps" {
            li aria-current="step" { "1. Vous" }
            li { "2. Votre enfant" }
        }
        form method="post" action="/form2.html" {
            (fields::summary(&errors))
            div class="grid-2" {
                (Field { name: "parentFirstName", label: "Prénom", value: "Amel", autocomplete: "given-name", required: true, max: 80, ..Field::default() }.input(&errors))
                (Field { name: "parentLastName", label: "Nom", value: "Ben Salah", autocomplete: "family-name", required: true, max: 80, ..Field::default() }.input(&errors))
            }
            (Field { name: "parentEmail", label: "Adresse électronique", value: "amel.bensalah@", kind: "email", autocomplete: "email", required: true, max: 254, ..Field::default() }.input(&errors))
            (Field { name: "parentPhone", label: "Téléphone", hint: "Pour convenir d’un rendez-vous, jamais pour de la publicité.", kind: "tel", autocomplete: "tel", required: true, max: 20, ..Field::default() }.input(&errors))
            (fields::agree("acceptTerms", html! { "J’accepte les " a href="/conditions" { "conditions" } " et la " a href="/confidentialite" { "politique de confidentialité" } "." }, false, &errors))
            p class="actions" { button class="button" type="submit" { "Continuer" (icons::arrow()) } }
        }
    }
}

pub fn form_child() -> Markup {
    let errors = FieldErrors::default();
    let subjects = [
        ("MATHEMATIQUES", "Mathématiques"),
        ("NSI", "NSI"),
        ("FRANCAIS", "Français"),
        ("PHILOSOPHIE", "Philosophie"),
        ("PHYSIQUE_CHIMIE", "Physique-chimie"),
    ];
    html! {
        (head())
        ol class="steps" {
            li class="done" { "1. Vous" span class="visually-hidden" { " (terminé)" } }
            li aria-current="step" { "2. Votre enfant" }
        }
        form method="post" action="/question.html" {
            div class="grid-2" {
                (Field { name: "studentFirstName", label: "Prénom", required: true, ..Field::default() }.input(&errors))
                (Field { name: "studentGrade", label: "Classe", value: "terminale", required: true, ..Field::default() }.select(&errors, &[("premiere", "Première"), ("terminale", "Terminale")]))
            }
            (Field { name: "studentBirthDate", label: "Date de naissance", kind: "date", ..Field::default() }.input(&errors))
            (fields::checkboxes("subjects", "Matières", &subjects, &["NSI".to_owned()], &errors))
            (Field { name: "objectives", label: "Objectifs", hint: "Par exemple une mention, une filière, reprendre confiance.", ..Field::default() }.textarea(&errors))
            p class="actions" { button class="button" type="submit" { "Commencer le bilan" (icons::arrow()) } a class="button quiet" href="/form.html" { (icons::back()) "Retour" } }
        }
    }
}

pub fn error() -> Markup {
    html! {
        section class="error-page" {
            p class="eyebrow" { "Erreur 404" }
            h1 { "Page introuvable" }
            p class="lead" { "Cette page n’existe pas, ou n’est pas accessible avec ce compte. Vérifiez l’adresse, ou connectez-vous avec le compte concerné." }
            p class="actions" { a class="button" href="/" { "Retour à l’accueil" } }
        }
    }
}

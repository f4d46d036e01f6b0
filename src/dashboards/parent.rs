//! The parent's page: every child on one page — how are they doing, what is to be done — and what only the parent can say.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use super::parts;
use crate::{
    learning::{
        adopting::{self, Asked},
        next_step::{self, Step},
        overview::Overview,
    },
    ui::icons,
    web::{Person, format},
};

/// A child, as its guardian sees it.
#[derive(Debug, Clone)]
pub struct Child {
    /// Key in `students`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// What the child types to sign in.
    pub account: String,
    /// Whether the child can sign in.
    pub activated: bool,
    /// The assessment under way, if there is one.
    pub open_id: Option<Uuid>,
    /// Its end.
    pub deadline: Option<DateTime<Utc>>,
    /// Latest completed assessment, practice included.
    pub result_id: Option<Uuid>,
    /// When it was sent.
    pub completed_at: Option<DateTime<Utc>>,
    /// Its SSN.
    pub ssn: Option<f64>,
}

impl Child {
    /// As the rules of the next step want it.
    pub fn state(&self) -> next_step::engine::Child {
        next_step::engine::Child {
            id: self.id,
            first_name: self.first_name.clone(),
            activated: self.activated,
            assessment_id: self.result_id,
            completed_at: self.completed_at,
            ssn: self.ssn,
        }
    }
}

/// The whole page.
pub(super) fn page(
    person: &Person,
    asked: &[Asked],
    children: &[Child],
    overviews: &HashMap<Uuid, Overview>,
    step: &Step,
) -> Markup {
    let blank = Overview::default();
    html! {
        header class="page-head" { h1 { "Bonjour " (person.first_name) } }
        (adopting::questions(asked))
        (next_step::views::card(step))
        @for child in children { (card(child, overviews.get(&child.id).unwrap_or(&blank))) }
        @if !children.is_empty() {
            section class="card" {
                h2 { "Votre famille" }
                p class="actions" {
                    a class="button quiet" href="/bilan-gratuit" { "Un bilan pour un autre enfant" }
                    a class="button quiet" href="/messages" { "Écrire à l’équipe" }
                    a class="button quiet" href="/aria/famille" { "Le travail avec ARIA" }
                    a class="button quiet" href="/compte" { "Mon compte et mes accords" }
                }
            }
        }
    }
}

fn card(child: &Child, overview: &Overview) -> Markup {
    html! {
        section class="card" id={ "enfant-" (child.id) } aria-labelledby={ "nom-" (child.id) } {
            h2 id={ "nom-" (child.id) } { (child.first_name) " " span class="muted" { (parts::grade_label(&child.grade)) } }
            p { (how(child, overview)) }
            @if let Some(latest) = &overview.latest { p class="actions" { (parts::score(Some(latest.ssn), latest.provisional)) } }
            (parts::skills(child.id, overview, "Points forts", "À travailler d’abord"))
            @if child.result_id.is_some() { (parts::pages(child.id, &child.first_name, overview)) }
            (account(child))
        }
    }
}

/// How the child is doing, in a sentence or two.
fn how(child: &Child, overview: &Overview) -> Markup {
    let now = Utc::now();
    html! {
        @if let (Some(_), Some(deadline)) = (child.open_id, child.deadline.filter(|deadline| *deadline > now)) {
            "Un bilan est en cours, jusqu’à " (format::hour(deadline)) ". "
        } @else if child.open_id.is_some() && child.deadline.is_none() { "Un bilan attend d’être commencé. " }
        @match (&overview.latest, child.result_id) {
            (Some(latest), _) => (parts::trend(latest)),
            (None, Some(_)) => "Des entraînements, mais pas encore de score situé dans une cohorte.",
            (None, None) => "Pas encore de résultat\u{a0}: le premier bilan dira par où commencer.",
        }
        @if let Some(at) = overview.last_activity { " " span class="muted" { "Dernière activité le " (format::date(at)) "." } }
    }
}

/// What the child signs in with, and how the account is opened.
fn account(child: &Child) -> Markup {
    html! {
        @if child.activated { p class="muted" { "Se connecte avec " code { (child.account) } "." } }
        @else {
            div class="notice warm" {
                (icons::lock())
                div {
                    p { "Le compte de " (child.first_name) " (" code { (child.account) } ") n’est pas encore activé." }
                    div class="actions" {
                        form method="post" action={ "/compte/enfants/" (child.id) "/lien" } { button class="button quiet" type="submit" { "Recevoir le lien par e-mail" } }
                        a class="button quiet" href={ "/comptes/" (child.id) "/fiche" } { "Fiche à imprimer" }
                    }
                }
            }
        }
    }
}

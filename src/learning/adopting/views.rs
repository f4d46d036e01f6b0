//! The question on the parent's page.

use maud::{Markup, html};

use super::Asked;
use crate::{assessments::model::Subject, learning::student, ui::icons, web::format};

/// One card for each assessment that waits for an answer.
pub fn questions(asked: &[Asked]) -> Markup {
    html! { @for one in asked { (question(one)) } }
}

fn question(asked: &Asked) -> Markup {
    let path = format!("/compte/bilans/{}", asked.request_id);
    let title = format!("bilan-{}", asked.request_id);
    let of = student::of(&asked.first_name);
    html! {
        section class="card" aria-labelledby=(title) {
            h2 id=(title) { "Est-ce bien vous\u{a0}?" }
            div class="notice" {
                (icons::info())
                p {
                    "Un bilan " (about(&asked.subject)) " a été passé le " (format::date(asked.completed_at))
                    " avec votre adresse e-mail, au prénom " (of) ". Sans votre accord, il n’entre dans aucun dossier."
                }
            }
            div class="actions" {
                form method="post" action={ (path) "/oui" } hx-sync="this:drop" {
                    button class="button" type="submit" { "Oui, l’ajouter au dossier" span class="visually-hidden" { " " (of) } }
                }
                form method="post" action={ (path) "/non" } hx-sync="this:drop" {
                    button class="button quiet" type="submit" { "Non, ce n’est pas nous" }
                }
            }
        }
    }
}

/// "de mathématiques", after "un bilan".
fn about(subject: &str) -> &'static str {
    match Subject::parse(subject) {
        Some(Subject::Maths) => "de mathématiques",
        Some(Subject::Nsi) => "de NSI",
        Some(Subject::General) | None => "de méthode et de culture du Bac",
    }
}

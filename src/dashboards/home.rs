//! The public home page.

use maud::html;
use poem::{IntoResponse as _, Response, handler, web::Data};

use crate::{
    ui::icons,
    web::{Page, Redirect, Visitor},
};

/// `/`: who is signed in goes to the own landing page.
#[handler]
pub fn show(visitor: Data<&Visitor>) -> Response {
    if let Some(person) = &visitor.person {
        return Redirect::to(person.role.landing()).into_response();
    }
    let main = html! {
        section class="hero" {
            div {
                p class="eyebrow" { "Lycée · Première et Terminale" }
                h1 { "Savoir où l’on en est, et quoi travailler d’abord." }
                p class="lead" { "Un bilan gratuit, honnête et expliqué : l’élève répond en ligne, sur son téléphone, et lit aussitôt un résultat qu’il comprend. Ses parents aussi." }
                p class="actions" {
                    a class="button large" href="/bilan-gratuit" { "Commencer le bilan gratuit" (icons::arrow()) }
                }
                p class="muted" { "50 questions de mathématiques, 60 minutes au plus. Sans engagement." }
            }
        }
        section {
            h2 { "Comment ça se passe" }
            ol class="way" {
                li { h3 { "Vous présentez votre enfant" } p { "Deux minutes : vos coordonnées, sa classe, ce qu’il veut travailler." } }
                li { h3 { "Il répond, à son rythme" } p { "Chaque réponse est enregistrée aussitôt. Téléphone éteint, connexion perdue : il reprend où il en était. « Je ne sais pas » est une vraie réponse." } }
                li { h3 { "Vous lisez le résultat ensemble" } p { "Un score situé parmi les élèves qui ont passé la même évaluation, les points forts, les priorités, et l’explication de chaque question." } }
            }
        }
        section {
            h2 { "Ce à quoi nous tenons" }
            div class="grid-3" {
                div class="card" { h3 { "Des chiffres honnêtes" } p { "Chaque score dit sur combien d’élèves il repose. Si la cohorte est petite, il est annoncé « provisoire »." } }
                div class="card" { h3 { "Rien ne se perd" } p { "Une réponse choisie est une réponse gardée. Aucune panne ne fait recommencer." } }
                div class="card" { h3 { "Cela reste entre nous" } p { "Le résultat est vu par l’élève, ses parents et l’équipe. Personne d’autre." } }
            }
        }
    };
    Page::new("Bilan gratuit et accompagnement au lycée", main).wide().into_response()
}

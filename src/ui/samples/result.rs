//! Sample: the result as a family reads it.

use maud::{Markup, html};

use super::{BANDS, ZONES, entry};
use crate::ui::{
    bands,
    charts::{Point, You, bar, histogram, line, radar},
    icons, markdown, math,
};

pub fn page() -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { "Mathématiques, Terminale · 20 novembre 2026" }
            h1 { "Le bilan de Yasmine" }
        }
        section class="card score stable" {
            div { p class="muted" { "Score standardisé Nexus" } p class="big" { "62,4" } }
            div {
                (bands::badge("stable", "Stable"))
                p class="lead" { "Yasmine fait mieux que 78 % des 232 élèves qui ont passé ce bilan. Les bases sont là ; la géométrie demande du travail." }
            }
        }
        p class="notice" { (icons::info()) span { "Score " strong { "provisoire" } " : la cohorte est encore petite. Il peut bouger de quelques points quand d’autres élèves auront passé le bilan." } }
        div class="grid-2" {
            section class="card" {
                h2 { "Sa place parmi les autres" }
                (histogram("Répartition des scores de la cohorte", &entry::bins(), Some(You { at: 62.4, label: "votre enfant est ici" }), &ZONES))
                ul class="legend" { @for (key, label) in BANDS.iter().rev() { li { (bands::badge(key, label)) } } }
            }
            section class="card" {
                h2 { "Par domaine" }
                (radar("Score par domaine", &[("Analyse", 62.0), ("Combinatoire", 83.0), ("Géométrie", 34.0), ("Log & Exp", 58.0), ("Probabilités", 71.0)]))
            }
        }
        div class="grid-2" {
            section class="card" { h2 { "Quatre domaines" } (radar("Général", &[("Méthodologie", 75.0), ("Connaissances", 50.0), ("Raisonnement", 100.0), ("Organisation", 66.0)])) }
            section class="card" { h2 { "Huit domaines" } (radar("Huit", &[("Algèbre", 75.0), ("Analyse", 50.0), ("Géométrie plane", 100.0), ("Géométrie dans l’espace", 66.0), ("Probabilités", 12.0), ("Algorithmique", 77.0), ("Trigonométrie", 59.0), ("Statistiques", 88.0)])) }
        }
        div class="grid-2" {
            section class="card" {
                h2 { "Savoir-faire" }
                ul class="skills" {
                    @for (name, score) in [("Compter des choix sans ordre (combinaisons)", 100.0), ("Calculer avec les propriétés du logarithme", 67.0), ("Écrire une droite de l’espace avec un paramètre", 33.0), ("Trouver un vecteur normal à un plan", 0.0)] {
                        li { span { (name) } b { (score) " %" } (bar(score)) }
                    }
                }
            }
            section class="card" {
                h2 { "Progression" }
                (line("Progression du score", &[point("sept.", 48.0), point("oct.", 55.5), point("nov.", 62.4)]))
            }
        }
        section class="card" {
            h2 { "La prochaine étape" }
            p { "Commencer par la géométrie dans l’espace : une séance avec un professeur, puis dix minutes d’exercices par jour pendant deux semaines." }
            p class="actions" { a class="button" href="/" { "Réserver une séance" } a class="link" href="/" { (icons::download()) " Télécharger le bilan" } }
        }
        section class="report" {
            h2 { "Le mot de l’équipe" }
            (markdown::render("# Ce qui va bien\nYasmine **compte juste** et vérifie ses résultats.\n\n# Ce qui demande du travail\n- Lire une figure de l’espace\n- Écrire l’équation d’un plan\n"))
        }
        section {
            h2 { "Question par question" }
            (answer("right", icons::check(), "Juste"))
            (answer("wrong", icons::cross(), "Une erreur"))
            (answer("nsp", icons::unknown(), "Je ne sais pas"))
        }
    }
}

fn point(label: &str, value: f64) -> Point<'_> {
    Point { label, value, between: Some((value - 6.0, value + 6.0)), note: String::new() }
}

fn answer(class: &str, icon: Markup, verdict: &str) -> Markup {
    html! {
        details class={ "answer " (class) } open[class == "wrong"] {
            summary { (icon) span { "13. Valeur d’un coefficient binomial" span class="verdict" { (verdict) } } }
            div class="answer-body" {
                p { (math::text(r"Combien vaut $\binom{7}{3}$ ?")) }
                ul class="given" {
                    li class="key" { span { (math::text("$35$")) } small { (icons::check()) " Bonne réponse" } }
                    li class="yours" { span { (math::text("$210$")) } small { (icons::cross()) " Ta réponse" } }
                    li { span { (math::text("$21$")) } }
                }
                p { (math::text(r"On choisit 3 éléments parmi 7, sans ordre : $\binom{7}{3} = \frac{7 \times 6 \times 5}{3 \times 2 \times 1} = 35$.")) }
            }
        }
    }
}

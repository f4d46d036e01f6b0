//! Sample: the director's page.

use maud::{Markup, html};

use super::{BANDS, ZONES, entry};
use crate::ui::{
    bands,
    charts::{Column, Point, columns, histogram, line, share},
    icons,
};

pub fn page() -> Markup {
    html! {
        header class="page-head" {
            h1 { "Cohorte" }
            p class="lead" { "232 bilans terminés, toutes matières. Mis à jour à l’instant." }
        }
        p class="notice warm" { (icons::alert()) span { "Cohorte insuffisante en NSI : 12 bilans terminés, il en faut 30 pour des scores sûrs." } }
        dl class="tiles" {
            @for (name, figure, note) in [("Bilans terminés", "232", "18 ce mois"), ("Score moyen", "50,3", "écart-type 15,1"), ("Élèves actifs", "1 248", ""), ("Inscriptions aux stages", "64 %", "des demandes")] {
                div class="tile" { dt { (name) } dd class="big" { (figure) } @if !note.is_empty() { dd class="muted" { (note) } } }
            }
        }
        div class="grid-2" {
            section class="card" {
                h2 { "Répartition" }
                ul class="skills" {
                    @for ((key, label), number) in BANDS.iter().zip([14, 38, 82, 67, 31]) {
                        li class=(key) { (bands::badge(key, label)) b { (number) } (share(number, 232)) }
                    }
                }
            }
            section class="card" {
                h2 { "Scores" }
                (histogram("Répartition des scores", &entry::bins(), None, &ZONES))
            }
            section class="card" {
                h2 { "Moyenne par mois" }
                (line("Score moyen par mois", &["juin", "juil.", "août", "sept.", "oct.", "nov."].map(|label| Point { label, value: 48.0 + label.len() as f64, between: None, note: "24 bilans".into() })))
            }
            section class="card" {
                h2 { "Recettes" }
                (columns("Recettes par mois", "Recettes", &[("juin", 1240.0), ("juil.", 430.0), ("août", 0.0), ("sept.", 2950.0), ("oct.", 3120.0), ("nov.", 1980.0)].map(|(label, value)| Column { label, value, shown: format!("{value}"), class: "", href: None })))
            }
        }
        section class="card" {
            h2 { "À voir en premier" }
            div class="scroll" tabindex="0" role="region" aria-label="Élèves à voir en premier" {
                table {
                    thead { tr { th scope="col" { "Élève" } th scope="col" { "Matière" } th scope="col" { "Niveau" } th scope="col" class="num" { "Score" } th scope="col" { "Passé le" } } }
                    tbody {
                        @for (name, score) in [("Mehdi Trabelsi", "21,4"), ("Inès Gharbi", "28"), ("Skander Jlassi", "35,9")] {
                            tr { th scope="row" { a href="/result.html" { (name) } } td { "Mathématiques" } td { (bands::badge("prioritaire", "Prioritaire")) } td class="num" { (score) } td { "14 novembre 2026" } }
                        }
                    }
                }
            }
        }
        section class="card" {
            h2 { "Recalculer la cohorte" }
            div class="work" { p { span { "Mathématiques : calcul des scores" } span { "62 %" } } progress value="62" max="100" aria-label="Recalcul de la cohorte" {} }
            p class="actions" { button class="button" { "Recalculer" } button class="button danger" { "Arrêter" } button class="button aria" { "Demander à ARIA" } }
        }
        div class="grid-2" {
            div class="empty" {
                (icons::list())
                h2 { "Aucune alerte" }
                p { "Les élèves dont le score passe sous 40 apparaîtront ici." }
                p class="actions" { a class="button quiet" href="/" { "Voir tous les élèves" } }
            }
            section class="card" {
                h2 { "Derniers bilans" }
                ul class="rows" {
                    @for (name, key, label, score) in [("Yasmine Ben Salah", "stable", "Stable", "62,4"), ("Adam Khelifi", "excellence", "Excellence", "91"), ("Lina Mansour", "fragile", "Fragile", "44,8")] {
                        li { span class="grow" { a href="/result.html" { (name) } } (bands::badge(key, label)) span class="num" { (score) } }
                    }
                }
                dl class="facts" { dt { "Règle" } dd { "scoring 3" } dt { "Dernier calcul" } dd { "20 novembre 2026, 19 h 05" } }
            }
        }
    }
}

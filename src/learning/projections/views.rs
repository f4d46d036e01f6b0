//! The admin's page of projections: how good they are, and whether families see them.

use maud::{Markup, html};

use super::{ALL, store::Counts};
use crate::{
    assessments::model::Subject,
    learning::backtest::{Figures, Night},
    ui::icons,
    web::format::{count, day, decimal},
};

pub(super) fn page(nights: &[Night], counts: Counts) -> Markup {
    let latest = nights.iter().find(|night| night.subject == ALL);
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/directeur" { "Cohorte" } }
            h1 { "Projections" }
            p class="lead" { "Après chaque résultat, un modèle estime le score à huit semaines. Chaque nuit, ses estimations sont comparées à ce qui est arrivé, et à l’idée la plus simple : « rien ne change »." }
        }
        @match latest {
            Some(night) => { (verdict(&night.figures)) (tiles(&night.figures, &counts)) }
            None => div class="empty" {
                (icons::clock())
                h2 { "Pas encore de vérification" }
                p { "La première a lieu cette nuit, à partir de 4 h. Projections déjà faites : " (count(counts.made)) "." }
            },
        }
        @if latest.is_some() { (by_subject(nights)) (history(nights)) }
        (skills())
    }
}

fn verdict(figures: &Figures) -> Markup {
    let missing = figures.missing();
    html! {
        @if figures.allows() {
            div class="notice good" { (icons::check()) p { b { "Les familles voient la projection. " } "Elle se trompe moins que le dernier score reconduit." } }
        } @else if !figures.enough() {
            div class="notice" { (icons::info()) p { b { "Les familles ne voient pas la projection. " } "Il manque " (count(missing)) @if missing > 1 { " comparaisons" } @else { " comparaison" } " pour juger : une projection se compare quand l’élève obtient un nouveau score entre quatre et douze semaines plus tard." } }
        } @else {
            div class="notice warm" { (icons::alert()) p { b { "Les familles ne voient pas la projection. " } "Elle ne se trompe pas moins que le dernier score reconduit : elles voient le progrès, pas une prophétie." } }
        }
    }
}

fn points(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), decimal)
}

fn tiles(figures: &Figures, counts: &Counts) -> Markup {
    let tile = |label: &str, value: String, note: &str| html! { div class="tile" { dt { (label) } dd class="big" { (value) } dd class="muted" { (note) } } };
    html! {
        dl class="tiles" {
            (tile("Erreur moyenne du modèle", points(figures.mae_model), "points de score"))
            (tile("Erreur de « rien ne change »", points(figures.mae_baseline), "points de score"))
            (tile("Neuf fois sur dix, à moins de", points(figures.spread), "points de score"))
            (tile("Comparaisons", count(figures.n), "projection et score obtenu"))
            (tile("Projections", count(counts.made), &format!("dont {} arrivées à échéance", count(counts.due))))
        }
    }
}

fn by_subject(nights: &[Night]) -> Markup {
    let latest = nights.first().map(|night| night.day);
    let of = |subject: Subject| nights.iter().find(|it| Some(it.day) == latest && it.subject == subject.as_str());
    html! {
        section class="card" {
            h2 { "Par matière" }
            (table("Matière", Subject::ALL.into_iter().filter_map(|subject| Some((subject.label().to_owned(), of(subject)?.figures))).collect()))
        }
    }
}

fn history(nights: &[Night]) -> Markup {
    let all = nights.iter().filter(|it| it.subject == ALL);
    html! {
        section class="card" {
            h2 { "Nuit après nuit" }
            (table("Jour", all.map(|it| (day(it.day), it.figures)).collect()))
        }
    }
}

fn table(first: &str, rows: Vec<(String, Figures)>) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label={ "Vérifications, par " (first.to_lowercase()) } {
            table {
                thead { tr { th scope="col" { (first) } th class="num" scope="col" { "Comparaisons" } th class="num" scope="col" { "Modèle" } th class="num" scope="col" { "« Rien ne change »" } } }
                tbody { @for (name, figures) in rows { tr { th scope="row" { (name) } td class="num" { (count(figures.n)) } td class="num" { (points(figures.mae_model)) } td class="num" { (points(figures.mae_baseline)) } } } }
            }
        }
    }
}

fn skills() -> Markup {
    html! {
        section class="card" id="competences" {
            h2 { "Cartes de compétences" }
            p { "Elles suivent chaque réponse au moment où un résultat est enregistré. Vous pouvez les faire reconstruire à partir de toutes les réponses : le résultat est le même, sauf si des données ont été reprises d’un autre système." }
            form method="post" action="/admin/projections/rebuild" hx-sync="this:drop" {
                p class="actions" { button class="button quiet" type="submit" { "Reconstruire les cartes" } a href="/admin/jobs" { "Suivre la tâche" } }
            }
        }
    }
}

//! Views of imports.

use maud::{Markup, html};
use uuid::Uuid;

use super::{
    MOST_LINES,
    lines::{LineError, StudentLine},
    takeover::Outcome,
};
use crate::{
    accounts::{households::grade_label, people::tabs},
    ui::icons,
    web::format,
};

/// Most errors, and most students, that one page lists.
const MOST_SHOWN: usize = 200;

fn head(lead: &str) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Importer des élèves" }
            p class="lead" { (lead) }
            (tabs("/admin/import"))
        }
    }
}

/// The form of the file.
pub(super) fn form() -> Markup {
    html! {
        (head("Une classe entière, depuis un tableur. Vous voyez d’abord ce qui sera fait ; rien n’est créé avant votre accord."))
        (file_form())
        section class="card" {
            h2 { "Comment préparer le fichier" }
            ol {
                li { a href="/admin/import/modele.csv" download { "Téléchargez le modèle" } " et ouvrez-le dans votre tableur." }
                li { "Une ligne par élève. Le nom, le prénom et la classe sont nécessaires ; ajoutez la date de naissance, un e-mail ou un parent." }
                li { "Enregistrez au format CSV. Les points-virgules comme les virgules, les accents de tous les tableurs : tout est compris." }
            }
            p class="muted" { "Jusqu’à " (format::count(MOST_LINES as i64)) " élèves et 1 Mo par fichier. Renvoyer le même fichier ne crée personne une seconde fois." }
        }
    }
}

fn file_form() -> Markup {
    html! {
        form method="post" action="/admin/import" enctype="multipart/form-data" class="card" hx-sync="this:drop" {
            div class="field" {
                label for="file" { "Fichier CSV" }
                input id="file" name="file" type="file" accept=".csv,text/csv,text/plain" required;
            }
            div class="actions" { button class="button" type="submit" { "Vérifier le fichier" } }
        }
    }
}

/// Errors by line, and the form to send the corrected file.
pub(super) fn errors(file: &str, errors: &[LineError]) -> Markup {
    html! {
        (head("Rien n’a été créé."))
        section class="summary" role="alert" tabindex="-1" autofocus aria-labelledby="wrong" {
            h2 id="wrong" { "À corriger dans " (file) }
            ul {
                @for error in errors.iter().take(MOST_SHOWN) {
                    li { @if error.line > 0 { b { "Ligne " (error.line) " : " } } (error.sentence) }
                }
            }
            @if errors.len() > MOST_SHOWN { p { "Et " (format::count((errors.len() - MOST_SHOWN) as i64)) " autres remarques." } }
        }
        p { "Corrigez le fichier, puis envoyez-le de nouveau." }
        (file_form())
    }
}

fn tiles(outcome: &Outcome, students: &str, guardians: &str) -> Markup {
    let tile = |label: &str, value: usize| html! { div class="tile" { dt { (label) } dd class="big" { (format::count(value as i64)) } } };
    html! {
        dl class="tiles" {
            (tile(students, outcome.students))
            (tile(guardians, outcome.guardians))
            (tile("Rattachements", outcome.ties))
            (tile("Élèves déjà connus", outcome.known))
        }
    }
}

/// What taking the file over will do.
pub(super) fn preview(id: Uuid, file: &str, lines: &[StudentLine], outcome: &Outcome) -> Markup {
    let nothing = outcome.students + outcome.guardians + outcome.ties == 0;
    html! {
        (head("Voici ce qui sera fait. Rien n’est encore créé."))
        (tiles(outcome, "Élèves à inscrire", "Parents à créer"))
        @if nothing {
            p class="notice" { (icons::info()) span { "Tous les élèves de ce fichier sont déjà inscrits : il n’y a rien à faire." } }
        }
        @if outcome.entered.iter().any(|one| one.namesake) {
            p class="notice warm" { (icons::alert()) span { "Des élèves du même nom et de la même date de naissance sont inscrits dans une autre famille : vérifiez les lignes signalées avant de continuer." } }
        }
        form method="post" action={ "/admin/import/" (id) } class="card" hx-sync="this:drop" {
            h2 { (file) }
            @if outcome.guardians > 0 {
                div class="field" { label class="box" { input type="checkbox" name="mails" value="true"; span { "Envoyer tout de suite aux nouveaux parents l’e-mail qui active leur compte" } } }
            }
            div class="actions" {
                @if !nothing { button class="button" type="submit" { "Importer" } }
                button class="button quiet" type="submit" formaction={ "/admin/import/" (id) "/cancel" } { "Abandonner" }
            }
        }
        (table(lines, outcome))
    }
}

fn table(lines: &[StudentLine], outcome: &Outcome) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Lignes du fichier" {
            table {
                thead { tr { th scope="col" class="num" { "Ligne" } th scope="col" { "Élève" } th scope="col" { "Classe" } th scope="col" { "Parents" } th scope="col" { "Ce qui sera fait" } } }
                tbody {
                    @for line in lines.iter().take(MOST_SHOWN) {
                        @let entered = outcome.entered.iter().find(|one| one.line == line.number);
                        tr {
                            td class="num" { (line.number) }
                            th scope="row" { (line.full_name()) }
                            td { (grade_label(&line.grade)) }
                            td { @for (at, one) in line.guardians.iter().enumerate() { @if at > 0 { ", " } (one.first_name) " " (one.last_name) } @if line.guardians.is_empty() { "–" } }
                            td {
                                @match entered {
                                    Some(one) => { "Inscription, identifiant " code { (one.identifier) } @if one.namesake { " " b { "Homonyme à vérifier" } } }
                                    None => "Déjà inscrit",
                                }
                            }
                        }
                    }
                }
            }
        }
        @if lines.len() > MOST_SHOWN { p class="muted" { "Les " (MOST_SHOWN) " premières lignes sur " (format::count(lines.len() as i64)) "." } }
    }
}

/// What taking the file over did.
pub(super) fn done(file: &str, outcome: &Outcome) -> Markup {
    html! {
        (head("L’import est terminé."))
        p class="notice good" role="status" { (icons::check()) span { (file) " : tout est enregistré." @if outcome.mails > 0 { " Les e-mails d’activation sont en route (" (format::count(outcome.mails as i64)) ")." } } }
        (tiles(outcome, "Élèves inscrits", "Parents créés"))
        @if !outcome.entered.is_empty() {
            section class="card" {
                h2 { "Identifiants donnés" }
                ul class="rows" { @for one in outcome.entered.iter().take(MOST_SHOWN) { li { span class="grow" { (one.name) } code { (one.identifier) } } } }
            }
        }
        p class="actions" { a class="button" href="/admin/families" { "Voir les familles" } a href="/admin/import" { "Importer un autre fichier" } }
    }
}

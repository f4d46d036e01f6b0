//! The page of the forms.

use maud::{Markup, html};

use super::{Combination, Form};
use crate::{
    assessments::{
        bank::BankEdition,
        model::{Grade, Subject},
    },
    ui::icons,
    web::format::{count, day},
};

/// The whole page.
pub(super) fn forms(all: &[Combination], seconde: Option<BankEdition>, others: &[&str]) -> Markup {
    html! {
        header class="page-head" {
            p class="eyebrow" { a href="/admin/questions" { "Qualité des questions" } }
            h1 { "Formes des questionnaires" }
            p class="lead" { "Une forme est un jeu de questions. Il en faut deux par matière et par niveau pour mesurer un progrès : sur des questions déjà vues, un élève s’entraîne, il n’a pas de nouveau score." }
        }
        (matrix(all))
        (missing(all))
        (elsewhere(seconde, others))
        @for one in all.iter().filter(|one| !one.forms.is_empty()) { (combination(one)) }
    }
}

fn cell(all: &[Combination], subject: Subject, grade: Grade) -> Markup {
    let forms = all.iter().find(|one| one.subject == subject && one.grade == grade).map_or(0, |one| one.forms.len());
    html! {
        @match forms {
            0 => span class="band prioritaire" { (icons::blank()) "0" },
            1 => span class="band fragile" { (icons::alert()) "1" },
            forms => span class="band excellence" { (icons::check()) (forms) },
        }
    }
}

fn matrix(all: &[Combination]) -> Markup {
    html! {
        section class="card" {
            h2 { "Ce qui existe" }
            div class="scroll" tabindex="0" role="region" aria-label="Formes par matière et niveau" { table {
                caption { "Nombre de formes publiées" }
                thead { tr { th scope="col" { "Matière" } @for grade in Grade::ALL { th scope="col" { (grade.label()) } } } }
                tbody {
                    @for subject in Subject::ALL {
                        tr { th scope="row" { (subject.label()) } @for grade in Grade::ALL { td { (cell(all, subject, grade)) } } }
                    }
                }
            } }
        }
    }
}

/// "NSI, Première".
fn name(one: &Combination) -> String {
    format!("{}, {}", one.subject.label(), one.grade.label())
}

/// "« Méthode et culture du Bac » (15 questions, 20 minutes)".
fn what(edition: BankEdition) -> String {
    let bank = edition.bank;
    format!("«\u{a0}{}\u{a0}» ({}\u{a0}questions, {}\u{a0}minutes)", bank.title, bank.questions.len(), bank.minutes)
}

fn missing(all: &[Combination]) -> Markup {
    let none: Vec<&Combination> = all.iter().filter(|one| one.forms.is_empty()).collect();
    let single: Vec<&Combination> = all.iter().filter(|one| one.forms.len() == 1).collect();
    html! {
        section class="card" {
            h2 { "Ce qui manque" }
            @if none.is_empty() && single.is_empty() { p class="notice good" { (icons::check()) span { "Chaque matière a au moins deux formes à chaque niveau : les progrès se mesurent partout." } } }
            ul class="rows" {
                @for one in none {
                    li { span class="grow" {
                        b { (name(one)) } " : aucune forme." br;
                        span class="muted" { @match one.instead {
                            Some(instead) => { "L’élève reçoit " (what(instead)) " à la place, et la page lui dit pourquoi." }
                            None => "L’élève ne peut passer aucun questionnaire.",
                        } }
                    } }
                }
                @for one in single {
                    li { span class="grow" {
                        b { (name(one)) } " : une seule forme." br;
                        span class="muted" { "Qui l’a déjà passée peut s’y entraîner, sans nouveau score ; son progrès ne se mesure pas encore sur des questions nouvelles." }
                    } }
                }
            }
        }
    }
}

/// Those whose choice never leads to questions of its own.
fn elsewhere(seconde: Option<BankEdition>, others: &[&str]) -> Markup {
    html! {
        section class="card" {
            h2 { "Les autres choix des familles" }
            dl class="facts" {
                @if let Some(edition) = seconde { dt { "Élèves de seconde" } dd { "Quelle que soit la matière : " (what(edition)) "." } }
                dt { "Autres matières" }
                dd { (others.join(", ")) " : le questionnaire de méthode du niveau, sauf si la famille choisit aussi une matière ci-dessus." }
            }
        }
    }
}

fn combination(one: &Combination) -> Markup {
    html! {
        section class="card" {
            h2 { (name(one)) }
            ul class="rows" { @for form in &one.forms { (row(form)) } }
        }
    }
}

fn row(form: &Form) -> Markup {
    let (bank, edition) = (form.edition.bank, form.edition.edition);
    let domains: Vec<&str> = bank.domains.iter().map(|domain| domain.label.as_str()).collect();
    html! {
        li {
            span class="grow" {
                a href={ "/admin/questions/" (edition.id) } { (bank.title) } " " span class="muted" { code { (edition.id) } } br;
                span class="muted" { (bank.questions.len()) "\u{a0}questions, " (bank.minutes) "\u{a0}minutes, publiée le " (day(bank.date)) } br;
                span class="muted" { (domains.join(", ")) }
            }
            span class="muted" {
                (results(form.in_app)) " dans l’application"
                @if form.received > 0 { br; (results(form.received)) " par un autre programme" }
            }
        }
    }
}

fn results(n: i64) -> String {
    format!("{}\u{a0}résultat{}", count(n), if n > 1 { "s" } else { "" })
}

//! The page of background tasks, in words of a school and not of a machine.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use super::{
    overview::{Count, Dead},
    registry::Registry,
};
use crate::{messaging::Figures, ui::icons, web::format};

/// What the page shows.
pub(super) struct Jobs {
    pub counts: Vec<Count>,
    pub dead: Vec<Dead>,
    pub mails: Figures,
    pub now: DateTime<Utc>,
}

impl Jobs {
    fn total(&self, of: impl Fn(&Count) -> i64) -> i64 {
        self.counts.iter().map(of).sum()
    }
}

pub(super) fn page(jobs: &Jobs, registry: &Registry) -> Markup {
    html! {
        div class="page-head" {
            h1 { "Tâches en arrière-plan" }
            p class="lead" { "Ce que le site fait tout seul : envoyer les e-mails, rédiger les bilans, ranger. Rien n’attend ici que vous, sauf ce qui est arrêté." }
        }
        (tiles(jobs))
        (dead(jobs, registry))
        (by_kind(&jobs.counts, registry))
    }
}

fn tiles(jobs: &Jobs) -> Markup {
    let tile = |label: &str, value: i64| html! { div class="tile" { dt { (label) } dd class="big" { (format::count(value)) } } };
    html! {
        dl class="tiles" {
            (tile("Arrêtées, à relancer", jobs.total(|count| count.dead)))
            (tile("En cours", jobs.total(|count| count.running)))
            (tile("En attente", jobs.total(|count| count.waiting)))
            (tile("Nouvel essai prévu", jobs.total(|count| count.retrying)))
            (tile("E-mails à envoyer", jobs.mails.waiting))
        }
        @if let Some(since) = jobs.mails.waiting_since.filter(|since| jobs.now - *since > TimeDelta::minutes(15)) {
            div class="notice warm" {
                (icons::clock())
                div {
                    p { "Un e-mail attend depuis " (format::age(jobs.now - since)) ". Le service d’envoi ne répond peut-être pas : les essais continuent tout seuls, et rien n’est perdu." }
                }
            }
        }
        @if jobs.mails.failed > 0 {
            p class="muted" { "E-mails abandonnés (adresse refusée, ou trop d’essais) : " (format::count(jobs.mails.failed)) "." }
        }
        p { a href="/admin/outbox" { "Voir tous les e-mails" } }
    }
}

fn dead(jobs: &Jobs, registry: &Registry) -> Markup {
    let all = jobs.total(|count| count.dead);
    html! {
        h2 { "Tâches arrêtées" }
        @if jobs.dead.is_empty() {
            div class="empty" {
                (icons::check())
                h3 { "Tout va bien" }
                p { "Aucune tâche n’est arrêtée. Vous n’avez rien à faire." }
            }
        } @else {
            p { "Ces tâches n’ont pas abouti, et le site a cessé d’essayer. Une fois la cause corrigée, relancez-les." }
            div class="card" { ul class="rows" { @for job in &jobs.dead { (dead_row(job, jobs.now, registry)) } } }
            @if all > jobs.dead.len().try_into().unwrap_or(i64::MAX) {
                p class="muted" { "Les " (jobs.dead.len()) " plus récentes sur " (format::count(all)) "." }
            }
            @if all > 1 {
                form class="actions" method="post" action="/admin/jobs/retry" {
                    button class="button" type="submit" { "Tout relancer" }
                }
            }
        }
    }
}

fn dead_row(job: &Dead, now: DateTime<Utc>, registry: &Registry) -> Markup {
    let label = registry.label(&job.kind);
    let tries = if job.attempts > 1 { format!("{} essais", job.attempts) } else { "un essai".to_owned() };
    html! {
        li id={ "job-" (job.id) } {
            div class="grow" {
                strong { (label) } br;
                span class="muted" { "Arrêtée depuis " (format::age(now - job.ended_at)) ", après " (tries) }
                @if let Some(error) = &job.last_error {
                    details { summary { "Pourquoi" } p { code { (error) } } }
                }
            }
            form method="post" action={ "/admin/jobs/" (job.id) "/retry" } {
                button class="button quiet" type="submit" {
                    "Relancer" span class="visually-hidden" { " la tâche " (job.id) " : " (label) }
                }
            }
        }
    }
}

fn by_kind(counts: &[Count], registry: &Registry) -> Markup {
    html! {
        @if !counts.is_empty() {
            h2 { "Par sorte de tâche" }
            div class="scroll" tabindex="0" role="region" aria-label="Tâches par sorte" {
                table {
                    thead { tr {
                        th scope="col" { "Tâche" }
                        @for label in ["En attente", "Nouvel essai", "En cours", "Arrêtées"] { th scope="col" class="num" { (label) } }
                    } }
                    tbody {
                        @for count in counts {
                            tr {
                                th scope="row" { (registry.label(&count.kind)) }
                                @for value in [count.waiting, count.retrying, count.running, count.dead] {
                                    td class="num" { (format::count(value)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

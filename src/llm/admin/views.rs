//! The page of models, in words of a school and not of a machine.

use chrono::{DateTime, SecondsFormat, Utc};
use maud::{Markup, html};

use super::store::{Call, Spending};
use crate::{
    config::{BudgetConfig, LlmMode, Price},
    llm::{
        Task,
        alerts::PATH,
        breaker::{self, Failure},
        chain::Provider,
        money::amount,
    },
    ui::{charts, icons},
    web::format,
};

/// A provider and how it does.
pub(super) struct Shown {
    name: String,
    label: String,
    model: String,
    price: Option<Price>,
    circuit: breaker::Shown,
    failure: Option<Failure>,
}

impl Shown {
    pub fn of(provider: &Provider) -> Self {
        let (circuit, failure) = provider.breaker.shown();
        let server = &provider.server;
        let (name, label, model) = (server.name.clone(), server.label.to_string(), server.model.clone());
        Self { name, label, model, price: provider.price, circuit, failure }
    }
}

/// A page of the list of calls.
pub(super) struct Calls {
    pub rows: Vec<Call>,
    pub more: bool,
    /// Not the first page.
    pub later: bool,
    pub currency: String,
    pub now: DateTime<Utc>,
}

/// What the page shows.
pub(super) struct Models<'a> {
    pub providers: Vec<Shown>,
    pub mode: LlmMode,
    pub budget: &'a BudgetConfig,
    /// Today and this month.
    pub spent: [u64; 2],
    pub spending: Vec<Spending>,
    pub calls: Calls,
}

pub(super) fn page(models: &Models<'_>) -> Markup {
    html! {
        header class="page-head" {
            h1 { "Modèles de langage" }
            p class="lead" { "Qui rédige les bilans et répond aux élèves, avec quel succès et à quel prix. Si un modèle ne répond pas, le suivant de la liste prend sa place tout seul." }
        }
        (budgets(models))
        (providers(models))
        (spending(&models.spending, &models.budget.currency))
        h2 id="appels" { "Derniers appels" }
        (calls(&models.calls))
    }
}

/// The second page of the list, and those after it.
pub(super) fn later(list: &Calls) -> Markup {
    html! {
        header class="page-head" { h1 { "Appels aux modèles de langage" } p { a href=(PATH) { "Retour aux modèles" } } }
        (calls(list))
    }
}

fn budgets(models: &Models<'_>) -> Markup {
    let budget = models.budget;
    let windows = [("Aujourd’hui", budget.day), ("Ce mois-ci", budget.month)];
    html! {
        dl class="tiles" {
            @for ((label, limit), spent) in windows.into_iter().zip(models.spent) {
                div class="tile" {
                    dt { (label) }
                    dd class="big" { (amount(spent, &budget.currency)) }
                    dd { @match limit {
                        Some(limit) => (used(spent, limit, &budget.currency)),
                        None => span class="muted" { "Sans limite" },
                    } }
                }
            }
        }
        @if budget.day.is_none() || budget.month.is_none() {
            p class="muted" { "Un plafond par jour ou par mois se règle avec LLM_BUDGET_DAY et LLM_BUDGET_MONTH." }
        }
        @if models.spent.into_iter().zip([budget.day, budget.month]).any(|(spent, limit)| limit.is_some_and(|limit| spent >= limit)) {
            p class="notice warm" { (icons::alert()) span { "Un budget est épuisé : les modèles payants ne sont plus appelés jusqu’à la fin de la période. Les bilans composés et les extraits de cours restent." } }
        }
    }
}

fn used(spent: u64, limit: u64, currency: &str) -> Markup {
    let percent = (u128::from(spent) * 100).checked_div(limit.into()).unwrap_or(100);
    let clamp = |micros: u64| i64::try_from(micros).unwrap_or(i64::MAX);
    html! {
        (charts::share(clamp(spent.min(limit)), clamp(limit.max(1))))
        span class="muted" { (percent) "\u{a0}% de " (amount(limit, currency)) }
    }
}

fn providers(models: &Models<'_>) -> Markup {
    html! {
        h2 { "Dans l’ordre où ils sont appelés" }
        @match models.mode {
            LlmMode::Off => p class="notice" { (icons::info()) span { "Les modèles sont débranchés (LLM_MODE=off) : aucun n’est appelé." } },
            LlmMode::Stub => p class="notice" { (icons::info()) span { "Mode de démonstration (LLM_MODE=stub) : des textes tout faits tiennent lieu de réponses, et rien n’est payé." } },
            LlmMode::Live => {}
        }
        @if models.providers.is_empty() {
            div class="empty" {
                (icons::info())
                h3 { "Aucun modèle n’est réglé" }
                p { "Rien ne manque que la prose : les bilans sont composés à partir des scores. Les réglages sont dans le README, à partir de LLM_PROVIDERS." }
            }
        } @else {
            div class="card" { ol class="rows" { @for provider in &models.providers { (provider_row(provider, models)) } } }
            p class="muted" { "Un modèle qui échoue trois fois de suite est mis de côté un moment, puis essayé de nouveau. L’état est celui de ce serveur, depuis qu’il a démarré." }
        }
    }
}

fn provider_row(provider: &Shown, models: &Models<'_>) -> Markup {
    let (class, icon, state) = match provider.circuit {
        breaker::Shown::Closed(_) => ("band excellence", icons::check(), "En service".to_owned()),
        breaker::Shown::Open(left) => {
            ("band prioritaire", icons::alert(), format!("De côté, {} s", left.as_secs().max(1)))
        }
        breaker::Shown::Probing => ("band fragile", icons::clock(), "À l’essai".to_owned()),
    };
    html! {
        li {
            div class="grow" {
                strong { (provider.label) } " · " (provider.model) br;
                span class="muted" { (price(provider.price, &models.budget.currency)) }
                @if let breaker::Shown::Closed(failures @ 1..) = provider.circuit {
                    span class="muted" { " · " @if failures == 1 { "un échec récent" } @else { (failures) " échecs récents" } }
                }
                @if let Some(failure) = &provider.failure {
                    details { summary { "Dernier échec, il y a " (format::age(models.calls.now - failure.at)) } p { code { (failure.error) } } }
                }
            }
            span class=(class) { (icon) (state) }
            @if !matches!(provider.circuit, breaker::Shown::Closed(_)) {
                form method="post" action={ (PATH) "/" (provider.name) "/reprendre" } {
                    button class="button quiet" type="submit" { "Reprendre" span class="visually-hidden" { " les appels à " (provider.label) } }
                }
            }
        }
    }
}

fn price(price: Option<Price>, currency: &str) -> String {
    match price {
        None => "prix inconnu, compté pour rien".to_owned(),
        Some(price) if price == Price::default() => "gratuit".to_owned(),
        Some(Price { input, output: 0 }) => format!("{} le million de jetons", amount(input, currency)),
        Some(Price { input, output }) => {
            format!("{} lus, {} écrits, le million de jetons", amount(input, currency), amount(output, currency))
        }
    }
}

/// What staff read for a key of the log; a key of another version stays as it is.
fn task(key: &str) -> &str {
    Task::ALL.into_iter().find(|task| task.key() == key).map_or(key, |task| task.label())
}

fn seconds(millis: Option<i64>) -> String {
    millis.map_or_else(|| "–".to_owned(), |millis| format!("{}\u{a0}s", format::decimal(millis as f64 / 1000.0)))
}

fn micros(cost: i64) -> u64 {
    cost.try_into().unwrap_or_default()
}

fn spending(lines: &[Spending], currency: &str) -> Markup {
    let total = lines.iter().map(|line| micros(line.cost_micros)).sum();
    html! {
        h2 { "Depuis 30 jours" }
        @if lines.is_empty() {
            div class="empty" { (icons::check()) h3 { "Aucune dépense" } p { "Aucun modèle n’a été appelé depuis 30 jours." } }
        } @else {
            p { "En tout : " strong { (amount(total, currency)) } "." }
            div class="scroll" tabindex="0" role="region" aria-label="Dépenses par modèle et par tâche" {
                table {
                    thead { tr {
                        th scope="col" { "Modèle et tâche" }
                        @for label in ["Coût", "Appels", "Échecs", "Arrêtés", "Jetons", "Premiers mots", "Réponse"] { th scope="col" class="num" { (label) } }
                    } }
                    tbody { @for line in lines { (spending_row(line, currency)) } }
                }
            }
            p class="muted" { "« Premiers mots » et « Réponse » sont des durées moyennes." }
        }
    }
}

fn spending_row(line: &Spending, currency: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (task(&line.task)) br; span class="muted" { (line.provider) " · " (line.model) } }
            td class="num" { (amount(micros(line.cost_micros), currency)) }
            @for value in [line.calls, line.failed, line.stopped, line.tokens] { td class="num" { (format::count(value)) } }
            @for millis in [line.first_token_ms, line.latency_ms] { td class="num" { (seconds(millis)) } }
        }
    }
}

fn calls(list: &Calls) -> Markup {
    html! {
        @if list.rows.is_empty() {
            div class="empty" {
                (icons::check())
                h3 { @if list.later { "C’est tout" } @else { "Aucun appel" } }
                p { "Les appels des 180 derniers jours sont ici, avec ce qu’ils ont coûté, sans leur texte." }
            }
        } @else {
            div class="card" { ul class="rows" { @for call in &list.rows { (call_row(call, list)) } } }
        }
        @if list.more && let Some(last) = list.rows.last() {
            @let at = last.created_at.to_rfc3339_opts(SecondsFormat::Micros, true);
            p { a class="button quiet" href={ (PATH) "?at=" (at) "&id=" (last.id) } { "Plus anciens" } }
        }
    }
}

fn call_row(call: &Call, list: &Calls) -> Markup {
    let (class, icon, state) = match call.outcome.as_str() {
        "OK" => ("band excellence", icons::check(), "Réussi"),
        "STOPPED" => ("band fragile", icons::cross(), "Arrêté"),
        _ => ("band prioritaire", icons::alert(), "Échec"),
    };
    html! {
        li id={ "appel-" (call.id) } {
            div class="grow" {
                strong { (task(&call.task)) } @if let Some(person) = &call.person { " · " (person) } br;
                span class="muted" { "il y a " (format::age(list.now - call.created_at)) " · " (call.provider) " · " (call.model) } br;
                span class="muted" {
                    @if call.estimated { "environ " } (format::count(call.tokens)) " jetons · " (amount(micros(call.cost_micros), &list.currency)) " · "
                    @if let Some(first) = call.first_token_ms { "premiers mots en " (seconds(Some(first.into()))) ", " }
                    "réponse en " (seconds(Some(call.latency_ms.into())))
                    @if let Some(error) = &call.error { " · " (why(error)) }
                }
            }
            span class=(class) { (icon) (state) }
        }
    }
}

/// The cause of a failure, by its key in the log.
fn why(key: &str) -> &str {
    match key {
        "UNREACHABLE" => "serveur injoignable",
        "TIMEOUT" => "trop lent",
        "STALLED" => "s’est tu en chemin",
        "ACCESS" => "clé refusée",
        "RATE_LIMIT" => "trop d’appels pour ce compte",
        "SERVER" => "panne du serveur",
        "REFUSED" => "demande refusée",
        "REPORTED" => "erreur annoncée par le serveur",
        "CUT" => "réponse coupée",
        "TOO_LARGE" => "réponse trop longue",
        "INVALID" => "réponse incompréhensible",
        "DIMENSIONS" => "vecteurs d’une autre taille",
        other => other,
    }
}

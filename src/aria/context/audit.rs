//! What was sent to the model, for the admin: names are masked in it.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use poem::{
    handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{self, Audit};
use crate::{
    compliance::audit,
    ctx::Ctx,
    error::Result,
    subjects::SchoolSubject,
    ui::icons,
    web::{Page, Role, Visitor, format},
};

/// Answers on one page.
const PAGE: usize = 40;

/// Where a page begins: `{micros}_{id}`.
#[derive(Deserialize)]
pub(in crate::aria) struct Place {
    avant: Option<String>,
}

/// `/admin/aria/reponses`.
#[handler]
pub(in crate::aria) async fn list(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Query(place): Query<Place>,
) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let before = place.avant.as_deref().and_then(|text| {
        let (at, id) = text.split_once('_')?;
        Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, id.parse::<Uuid>().ok()?))
    });
    let mut answers = store::list_audits(&ctx.pool, before, PAGE as i64 + 1).await?;
    let more = answers.len() > PAGE;
    answers.truncate(PAGE);
    Ok(Page::new("Réponses d’ARIA", list_page(&answers, more)).wide())
}

/// `/admin/aria/reponses/{id}`: who reads it is noted.
#[handler]
pub(in crate::aria) async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Page> {
    let person = visitor.in_role(&[Role::Admin])?;
    let answer = store::find_audit(&ctx.pool, id).await?;
    let mut conn = ctx.pool.acquire().await?;
    audit::record(&mut conn, Some(person.id), "aria.read_context", &format!("aria_generations:{id}"), &json!({}))
        .await?;
    Ok(Page::new("Contexte d’une réponse", show_page(&answer)).wide())
}

fn outcome(answer: &Audit) -> &'static str {
    match (answer.state.as_str(), answer.mode.as_str()) {
        ("RUNNING", _) => "en cours",
        ("FAILED", _) => "interrompue",
        ("STOPPED", _) => "arrêtée",
        (_, "EXTRACT") => "extraits",
        (_, "SAFETY") => "texte d’aide",
        _ => "rédigée",
    }
}

/// "élève", as in a line of text.
fn role(answer: &Audit) -> &'static str {
    match answer.role.as_str() {
        "ELEVE" => "élève",
        "PARENT" => "parent",
        "COACH" => "coach",
        "ASSISTANTE" => "assistante",
        _ => "administrateur",
    }
}

/// How passages were looked for.
fn search(mode: Option<&str>) -> &str {
    match mode {
        Some("lexical") => "par les mots",
        Some("hybrid") => "par les mots et par le sens",
        Some(other) => other,
        None => "aucune",
    }
}

/// A part of the budget.
fn part(key: &str) -> &str {
    match key {
        "consigne" => "Consigne",
        "eleve" => "Situation de l’élève",
        "memoire" => "Souvenirs",
        "documents" => "Extraits de documents",
        "historique" => "Conversation jusque-là",
        "question" => "Question",
        other => other,
    }
}

fn subject(answer: &Audit) -> &'static str {
    if matches!(answer.role.as_str(), "ADMIN" | "ASSISTANTE") {
        return "le site";
    }
    SchoolSubject::parse(&answer.subject).map_or("Autre", SchoolSubject::label)
}

fn total(tokens: Option<&Value>) -> u64 {
    tokens.and_then(Value::as_object).map_or(0, |parts| parts.values().filter_map(Value::as_u64).sum())
}

fn list_page(answers: &[Audit], more: bool) -> Markup {
    html! {
        p { a class="link" href="/admin/aria" { (icons::back()) " ARIA" } }
        header class="page-head" {
            h1 { "Réponses d’ARIA" }
            p class="muted" { "Ce qui a été envoyé au modèle pour chaque réponse, gardé 180 jours. Les noms, adresses et téléphones connus de l’école y sont remplacés." }
        }
        @if answers.is_empty() { div class="empty" { (icons::aria()) h2 { "Aucune réponse" } p { "Les premières questions apparaîtront ici." } } }
        @else {
            div class="scroll" { table {
                thead { tr { th scope="col" { "Quand" } th scope="col" { "Rôle" } th scope="col" class="wide-only" { "Matière" } th scope="col" { "Réponse" } th scope="col" class="wide-only" { "Modèle" } th scope="col" class="num wide-only" { "Premier mot" } th scope="col" class="num wide-only" { "Jetons" } th scope="col" { "Avis" } } }
                tbody { @for answer in answers { tr {
                    th scope="row" { a href={ "/admin/aria/reponses/" (answer.id) } { (format::date(answer.created_at)) ", " (format::hour(answer.created_at)) } }
                    td { (role(answer)) }
                    td class="wide-only" { (subject(answer)) }
                    td { (outcome(answer)) }
                    td class="wide-only" { (answer.model.as_deref().unwrap_or("—")) }
                    td class="num wide-only" { @match answer.first_piece_ms { Some(ms) => { (ms) "\u{a0}ms" }, None => "—" } }
                    td class="num wide-only" { (total(answer.tokens.as_ref())) }
                    td { @match answer.feedback { Some(1) => "utile", Some(_) => "pas utile", None => "" } }
                } } }
            } }
            @if more && let Some(last) = answers.last() { p { a class="button quiet" href={ "/admin/aria/reponses?avant=" (last.created_at.timestamp_micros()) "_" (last.id) } { "Plus anciennes" } } }
        }
    }
}

fn show_page(answer: &Audit) -> Markup {
    html! {
        p { a class="link" href="/admin/aria/reponses" { (icons::back()) " Réponses" } }
        header class="page-head" {
            h1 { "Contexte d’une réponse" }
            p class="muted" { (format::date(answer.created_at)) ", " (format::hour(answer.created_at)) " · " (role(answer)) " · " (subject(answer)) " · " (outcome(answer)) }
        }
        section class="card" {
            h2 { "Comment" }
            dl class="facts" {
                dt { "Modèle" } dd { (answer.provider.as_deref().unwrap_or("aucun")) " " (answer.model.as_deref().unwrap_or_default()) }
                dt { "Consigne" } dd { "version " (answer.prompt_version.unwrap_or(0)) }
                dt { "Recherche" } dd { (search(answer.search_mode.as_deref())) }
                @if let Some(problem) = &answer.problem { dt { "Problème" } dd { (problem) } }
                @if let Some(ms) = answer.first_piece_ms { dt { "Premier mot" } dd { (ms) "\u{a0}ms" } }
                @if let Some(reason) = &answer.feedback_reason { dt { "Avis" } dd { (reason) } }
            }
            (budget(answer.tokens.as_ref()))
        }
        @match &answer.messages {
            Some(Value::Array(messages)) => { @for message in messages { (said(message)) } }
            _ => p class="muted" { "Rien n’est parti vers un modèle, ou l’envoi a plus de 180 jours." }
        }
    }
}

fn budget(tokens: Option<&Value>) -> Markup {
    html! {
        @if let Some(parts) = tokens.and_then(Value::as_object) {
            h3 { "Jetons par partie (estimés)" }
            div class="scroll" { table { tbody { @for (key, count) in parts { tr { th scope="row" { (part(key)) } td class="num" { (count) } } } } } }
        }
    }
}

fn said(message: &Value) -> Markup {
    let role = match message["role"].as_str() {
        Some("system") => "Consigne",
        Some("assistant") => "ARIA",
        _ => "Personne",
    };
    html! {
        details class="card" { summary { (role) } pre tabindex="0" { code { (message["content"].as_str().unwrap_or_default()) } } }
    }
}

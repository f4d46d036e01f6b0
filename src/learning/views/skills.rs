//! The skill map: what to learn next, a picture for each domain, every skill with what stands behind it.

use maud::{Markup, html};

use super::{badge, class, head, sign, word};
use crate::{
    assessments::model::Subject,
    learning::{
        map::{Node, SkillMap, State},
        student::Student,
    },
    ui::{
        charts::{self, Item},
        icons, math,
    },
    web::format,
};

/// How many skills to learn next are explained.
const FIRST: usize = 3;

/// The page.
pub fn page(student: &Student, map: &SkillMap, subjects: &[Subject]) -> Markup {
    html! {
        (head(student, "Compétences", &student.title("Mes compétences", "Compétences")))
        (choice(student, map, subjects))
        @if map.is_blank() { (blank(student, map)) }
        @else {
            (summary(map))
            (next(student, map))
            (domains(map))
        }
        (list(map))
    }
}

/// The way to the maps of other subjects.
fn choice(student: &Student, map: &SkillMap, subjects: &[Subject]) -> Markup {
    html! {
        @if subjects.len() > 1 {
            nav aria-label="Matières" {
                ul class="legend" {
                    @for subject in subjects {
                        @let here = *subject == map.catalogue.subject;
                        li { a class={ "button " @if !here { "quiet" } } href={ (student.path("competences")) "?matiere=" (subject.as_str()) } aria-current=[here.then_some("true")] { (subject.label()) } }
                    }
                }
            }
        } @else { p class="muted" { (map.catalogue.subject.label()) ", " (map.catalogue.grade.label()) } }
    }
}

fn blank(student: &Student, map: &SkillMap) -> Markup {
    let subject = map.catalogue.subject.label();
    html! {
        div class="empty" {
            (icons::chart())
            h2 { "Rien de mesuré encore en " (subject) }
            p { (student.say("Un premier questionnaire remplira ta carte", "Un premier questionnaire remplira la carte")) ". La liste des compétences de l’année est plus bas." }
            @if student.own { p class="actions" { a class="button" href=(crate::learning::next_step::engine::START) { "Choisir un questionnaire" } } }
        }
    }
}

/// The states, counted.
fn summary(map: &SkillMap) -> Markup {
    html! {
        ul class="legend" aria-label="Toutes les compétences, par état" {
            @for state in State::ALL {
                @let n = map.count(state);
                @if n > 0 { li { (badge(state)) " " b class="num" { (n) } } }
            }
        }
    }
}

fn next(student: &Student, map: &SkillMap) -> Markup {
    let next: Vec<&Node> = map.next().into_iter().filter(|node| node.evidence.is_some()).collect();
    html! {
        section class="card" aria-labelledby="next-title" {
            h2 id="next-title" { "À apprendre ensuite" }
            @if next.is_empty() { p { "Tout ce qui a été mesuré est solide. Un nouveau questionnaire mesurera le reste." } }
            @else {
                p class="muted" { (student.say("Ce que tu peux travailler maintenant : tout ce qu’il faut savoir avant est là.", "Ce qui peut être travaillé maintenant : tout ce qu’il faut savoir avant est là.")) }
                ol { @for node in next.iter().take(FIRST) { (advice(student, map, node)) } }
                @if next.len() > FIRST { p class="muted" { (next.len() - FIRST) @if next.len() - FIRST > 1 { " autres sont en gras" } @else { " autre est en gras" } " sur la carte. Une chose à la fois." } }
            }
        }
    }
}

fn advice(student: &Student, map: &SkillMap, node: &Node) -> Markup {
    html! {
        li {
            a href={ "#" (node.skill.tag) } { b { (node.skill.label) } }
            @if node.grade != map.catalogue.grade { " " span class="muted" { "(programme de " (node.grade.label()) ")" } }
            " " (badge(node.state))
            @if node.opens > 0 { p class="muted" { "Ouvre la porte à " (node.opens) @if node.opens > 1 { " autres compétences." } @else { " autre compétence." } } }
            @if student.own && !node.skill.advice.is_empty() { p { (math::text(&node.skill.advice)) } }
        }
    }
}

fn domains(map: &SkillMap) -> Markup {
    html! {
        section aria-labelledby="map-title" {
            h2 id="map-title" { "La carte" }
            p class="muted" { "Chaque compétence est placée sous celle dont elle a le plus besoin." }
            div class="grid-2" { @for domain in map.catalogue.domains() { (domain_card(map, domain)) } }
        }
    }
}

fn domain_card(map: &SkillMap, domain: &str) -> Markup {
    let nodes: Vec<&Node> = map.nodes.iter().filter(|node| node.skill.domain == domain).collect();
    let title = map.catalogue.domain_title(domain);
    let place = |tag: &String| nodes.iter().position(|node| node.skill.tag == *tag);
    let notes: Vec<String> = nodes.iter().map(|node| note(node)).collect();
    let items: Vec<Item<'_>> = nodes
        .iter()
        .zip(&notes)
        .map(|(node, note)| Item {
            label: &node.skill.label,
            note,
            class: class(node.state),
            sign: sign(node.state),
            marked: node.next.is_some() && node.evidence.is_some(),
            under: node.skill.needs.iter().find_map(place),
        })
        .collect();
    let name = format!("Compétences de « {title} »");
    html! { section class="card" { h3 { (title) } (charts::tree(&name, &items, &sentence(&nodes))) } }
}

fn note(node: &Node) -> String {
    match &node.evidence {
        Some(_) if node.next.is_some() => format!("{} ensuite", word(node.state)),
        Some(it) => format!("{}, {}", word(node.state), answers(it.answers)),
        None => word(node.state).to_owned(),
    }
}

fn answers(count: i32) -> String {
    format!("{count} {}", if count > 1 { "réponses" } else { "réponse" })
}

fn sentence(nodes: &[&Node]) -> String {
    let parts: Vec<String> = State::ALL
        .into_iter()
        .filter_map(|state| {
            let n = nodes.iter().filter(|node| node.state == state).count();
            (n > 0).then(|| format!("{n} {}", plural(state, n)))
        })
        .collect();
    format!("{}.", parts.join(", "))
}

fn plural(state: State, n: usize) -> String {
    let word = word(state);
    match state {
        State::Known if n > 1 => "solides".to_owned(),
        State::NotMeasured if n > 1 => "pas encore mesurées".to_owned(),
        _ => word.to_owned(),
    }
}

/// Every skill with what stands behind its state.
fn list(map: &SkillMap) -> Markup {
    html! {
        section class="card" {
            h2 { "Toutes les compétences" }
            p class="muted" { "La maîtrise est une estimation : la part des questions qui seraient réussies, et l’intervalle où elle se trouve neuf fois sur dix. Elle repose sur les réponses données ; les plus anciennes comptent de moins en moins, et « je ne sais pas » compte comme non su." }
            @for domain in map.catalogue.domains() {
                @let nodes: Vec<&Node> = map.nodes.iter().filter(|node| node.skill.domain == domain).collect();
                (group(map, map.catalogue.domain_title(domain), &nodes))
            }
            @if let Some(first) = map.below.first() {
                (group(map, &format!("À reprendre de la classe de {}", first.grade.label()), &map.below.iter().collect::<Vec<_>>()))
            }
        }
    }
}

/// The skills of a domain; open when what to learn next leads into it.
fn group(map: &SkillMap, title: &str, nodes: &[&Node]) -> Markup {
    let leads_here = nodes.iter().any(|node| node.next.is_some_and(|place| place < FIRST));
    html! {
        details open[leads_here && !map.is_blank()] {
            summary { (title) " (" (nodes.len()) ")" }
            ul class="rows" {
                @for node in nodes {
                    li id=(node.skill.tag) {
                        span class="grow" { b { (node.skill.label) } br; span class="muted" { (behind(map, node)) (needs(map, node)) } }
                        (badge(node.state))
                    }
                }
            }
        }
    }
}

/// "72 %, entre 45 et 90 ; 3 justes sur 4 réponses, la dernière le 3 novembre 2026."
fn behind(map: &SkillMap, node: &Node) -> String {
    let Some(evidence) = &node.evidence else {
        return if node.skill.measured {
            "Aucune réponse pour l’instant.".to_owned()
        } else {
            "Aucune question ne la mesure pour l’instant.".to_owned()
        };
    };
    let (low, high) = evidence.interval(map.now);
    let percent = |share: f64| format::decimal((share * 100.0).round());
    let word = if evidence.right_answers > 1 { "justes" } else { "juste" };
    let right = format!("{} {word} sur {}", evidence.right_answers, answers(evidence.answers));
    let last = if evidence.answers > 1 { "la dernière le" } else { "le" };
    format!(
        "{}\u{a0}%, entre {} et {}\u{a0}; {right}, {last} {}.",
        percent(evidence.mean(map.now)),
        percent(low),
        percent(high),
        format::date(evidence.last_at)
    )
}

/// What must be known first, if anything.
fn needs(map: &SkillMap, node: &Node) -> Markup {
    let subject = map.catalogue.subject;
    let labels: Vec<&str> = node
        .skill
        .needs
        .iter()
        .filter_map(|tag| crate::learning::catalogue::skill(subject, tag))
        .map(|it| it.label.as_str())
        .collect();
    html! { @if !labels.is_empty() { br; "Demande : " @for (at, label) in labels.iter().enumerate() { @if at > 0 { ", " } "« " (label) " »" } "." } }
}

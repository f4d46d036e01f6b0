//! Views of the result page.

use maud::{Markup, html};

use super::reader::Reader;
use crate::{
    assessments::{
        bank::Bank,
        model::{Band, Grade},
        result::ResultRow,
        runner::paths,
        scoring::ScoringResult,
    },
    error::Result,
    ui::{bands, charts, icons},
    web::{Person, Role, format},
};

/// Skills shown before "all".
const FIRST_SKILLS: usize = 6;

/// Priorities shown: more would help nobody to begin.
const FIRST_PRIORITIES: usize = 3;
/// A domain below this percentage is to be worked on (specs §1.3.7).
const WEAK: i16 = 40;

/// For those who may see it, before it is sent.
pub(super) fn not_sent(row: &ResultRow, person: Option<&Person>) -> Markup {
    let unfinished = row.status == "UNFINISHED";
    html! {
        h1 { @if unfinished { "Évaluation inachevée" } @else { "Résultat à venir" } }
        p class="lead" {
            @if unfinished { "Le temps s’est écoulé avant la moitié des questions : aucun score n’a été calculé. L’évaluation peut être recommencée." }
            @else { (row.student_name) " n’a pas encore envoyé ses réponses. Le résultat apparaîtra ici dès l’envoi." }
        }
        p class="actions" {
            @match person {
                Some(person) if person.role != Role::Eleve => a class="button quiet" href=(person.role.landing()) { "Retour à mon tableau de bord" },
                _ => a class="button" href=(paths::attempt(row.id)) { "Reprendre l’évaluation" },
            }
        }
    }
}

/// The whole page.
pub(super) fn result(row: &ResultRow, reader: Reader, reports: &Markup) -> Result<Markup> {
    let bank = row.edition()?.bank;
    let scoring: Option<ScoringResult> = row.scoring_result.clone().and_then(|json| serde_json::from_value(json).ok());
    Ok(html! {
        header class="page-head" {
            p class="eyebrow" { (bank.title) " · " (Grade::parse(&row.grade).map_or("", Grade::label)) }
            h1 { @if reader.familiar() { "Ton résultat" } @else { "Résultat de " (row.student_name) } }
            @if let Some(at) = row.completed_at { p class="muted" { "Envoyé le " (format::date(at)) " à " (format::hour(at)) } }
        }
        (score(row, reader))
        @if let Some(scoring) = &scoring { (in_short(row, bank, scoring, reader)?) }
        div class="grid-2" { (domains(row, bank)?) (cohort(row, reader)) }
        (skills(row, bank, reader))
        (reports)
        (review_link(row))
    })
}

/// The SSN with its band and one sentence; for practice, the share of points.
fn score(row: &ResultRow, reader: Reader) -> Markup {
    let Some(ssn) = row.ssn else { return practice(row, reader) };
    let band = Band::of(ssn);
    html! {
        section class={ "card score " (band.key()) } aria-labelledby="score-title" {
            div { h2 class="eyebrow" id="score-title" { "Score standardisé Nexus" } p class="big" { (format::decimal(ssn)) } }
            div {
                (bands::badge(band.key(), band.label()))
                p class="lead" { (sentence(row, reader)) }
                p class="muted" { (explanation(row)) }
            }
        }
        @if row.is_provisional() { (provisional(row)) }
    }
}

/// Cohorts smaller than this are counted in students, not in percent.
const FEW: i64 = 10;

/// Percentile and cohort size in one sentence.
fn sentence(row: &ResultRow, reader: Reader) -> String {
    let all: i64 = row.histogram().map(|(_, n)| n).sum();
    let result = reader.say("Ton résultat", "Le résultat de votre enfant", "Ce résultat");
    if all <= 1 {
        return format!("{result} est le premier de sa cohorte : il n’y a encore personne à qui le comparer.");
    }
    let percentile = row.percentile().unwrap_or(50);
    let size = format::count(all);
    if all < FEW {
        let below = row.count_below();
        let others = if below > 1 { "résultats" } else { "résultat" };
        return format!(
            "{size} élèves ont passé la même évaluation : {} dépasse {below} {others}, pour l’instant.",
            lower_first(result)
        );
    }
    match percentile {
        0 => format!(
            "{result} est, pour l’instant, parmi les plus bas des {size} élèves qui ont passé la même évaluation : c’est un point de départ."
        ),
        percentile => {
            format!("{result} dépasse celui de {percentile} % des {size} élèves qui ont passé la même évaluation.")
        }
    }
}

/// What the number means, with the cohort that made it.
fn explanation(row: &ResultRow) -> String {
    let mean = row.cohort_mean.map_or_else(String::new, format::decimal);
    match row.cohort_n.unwrap_or(0) {
        0 => "50 est le milieu de l’échelle. Ce score a été calculé avant tout autre, avec des repères de départ."
            .to_owned(),
        n => format!(
            "50 est le milieu de la cohorte ; deux élèves sur trois se situent entre 35 et 65. Calculé sur {} {} (moyenne brute {mean}).",
            format::count(n),
            if n == 1 { "résultat" } else { "résultats" }
        ),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn provisional(row: &ResultRow) -> Markup {
    let n = row.cohort_n.unwrap_or(0);
    let size = match n {
        0 => "La cohorte était encore vide".to_owned(),
        1 => "La cohorte ne comptait qu’un résultat".to_owned(),
        n => format!("La cohorte ne comptait que {n} résultats"),
    };
    html! {
        div class="notice" { (icons::info()) div {
            p { b { "Score provisoire. " } (size) " (il en faut 30 pour qu’elle soit stable) : ce score peut encore bouger de quelques points quand d’autres élèves auront passé l’évaluation. Les pourcentages par domaine et par compétence, eux, ne bougent pas." }
        } }
    }
}

fn practice(row: &ResultRow, reader: Reader) -> Markup {
    html! {
        section class="card score" {
            div { h2 class="eyebrow" { "Entraînement" } p class="big" { (row.global_score.unwrap_or(0)) " %" } }
            div {
                p class="lead" { "Part des points obtenus." }
                p class="muted" {
                    (reader.say("Tu avais", "Votre enfant avait", "L’élève avait"))
                    " déjà un résultat, donc les explications, sur ces mêmes questions : ce passage est un entraînement. Il nourrit les compétences, mais ne donne pas de nouveau score standardisé ; pour en obtenir un, il faut une autre série de questions."
                }
            }
        }
    }
}

/// Strengths, priorities and one next step.
fn in_short(row: &ResultRow, bank: &Bank, scoring: &ScoringResult, reader: Reader) -> Result<Markup> {
    let priorities = priorities(row, bank)?;
    Ok(html! {
        section aria-labelledby="short-title" {
            h2 id="short-title" { "En bref" }
            p { (scoring.diagnostic_text) " " (scoring.lucidity_text) }
            div class="grid-2" {
                div class="card" {
                    h3 { "Points forts" }
                    @if scoring.strengths.is_empty() { p { "Aucun domaine ne dépasse encore 70 % : " (reader.say("tu vas", "votre enfant va", "l’élève va")) " les construire un par un." } }
                    @else { ul { @for strength in &scoring.strengths { li { (strength) } } } }
                }
                div class="card" {
                    h3 { "Priorités" }
                    @if priorities.is_empty() { p { "Rien d’urgent : aucun domaine n’est sous 40 %." } }
                    @else {
                        ul { @for (label, score) in priorities.iter().take(FIRST_PRIORITIES) { li { (label) " (" (score) " %)" } } }
                        @if priorities.len() > FIRST_PRIORITIES { p class="muted" { "D’autres domaines suivront : une chose à la fois." } }
                    }
                }
            }
            (next_step(row, bank, reader))
        }
    })
}

/// Domains below 40 %, weakest first.
fn priorities<'a>(row: &ResultRow, bank: &'a Bank) -> Result<Vec<(&'a str, i16)>> {
    let mut weak: Vec<(&str, i16)> = row
        .domains()?
        .iter()
        .filter(|(_, score)| *score < WEAK)
        .filter_map(|(key, score)| Some((bank.domain(key)?.label.as_str(), *score)))
        .collect();
    weak.sort_by_key(|(_, score)| *score);
    Ok(weak)
}

/// One thing to do next: the weakest skill that the most questions measure.
fn next_step(row: &ResultRow, bank: &Bank, reader: Reader) -> Markup {
    let skills = row.skills();
    let Some(weakest) = skills.first().filter(|skill| skill.score < 100) else {
        return html! { p class="notice good" { (icons::check()) span { "Tout est juste : bravo. " (reader.say("Attaque-toi", "Votre enfant peut s’attaquer", "L’élève peut s’attaquer")) " à des problèmes plus longs, où il faut enchaîner plusieurs idées." } } };
    };
    let label = bank.skill(weakest.tag).map_or(weakest.tag, |skill| skill.label.as_str());
    html! {
        div class="notice warm" { (icons::target()) div {
            p { b { "Prochaine étape. " } (reader.say("Commence par une seule chose", "Commencer par une seule chose", "Commencer par une seule chose")) " : « " (label) " » (" (weakest.right) " sur " (weakest.total) "). "
                (reader.say("Relis", "Relire", "Faire relire")) " plus bas les explications des questions concernées, puis "
                (reader.say("refais-les", "les refaire", "les refaire")) " sans regarder." }
        } }
    }
}

fn domains(row: &ResultRow, bank: &Bank) -> Result<Markup> {
    let scores = row.domains()?;
    let label = |key: &str| bank.domain(key).map_or_else(|| key.to_owned(), |domain| domain.label.clone());
    let labelled: Vec<(String, f64)> = scores.iter().map(|(key, score)| (label(key), f64::from(*score))).collect();
    let points: Vec<(&str, f64)> = labelled.iter().map(|(label, score)| (label.as_str(), *score)).collect();
    Ok(html! { section class="card" { h2 { "Par domaine" } (charts::radar("Score par domaine, en %", &points)) } })
}

/// The picture of the cohort with "tu es ici".
fn cohort(row: &ResultRow, reader: Reader) -> Markup {
    let Some(ssn) = row.ssn else { return html! {} };
    let mut bins: Vec<charts::Bin> =
        (0..20).map(|at| charts::Bin { from: f64::from(at) * 5.0, to: f64::from(at + 1) * 5.0, count: 0 }).collect();
    for (tenths, n) in row.histogram() {
        let at = (usize::from(tenths.unsigned_abs()) / 50).min(bins.len() - 1);
        bins[at].count += n;
    }
    let mut upper = 100.0;
    let zones: Vec<charts::Zone<'_>> = Band::ALL
        .iter()
        .map(|band| {
            let zone = charts::Zone { from: band.lower_bound(), to: upper, class: band.key() };
            upper = band.lower_bound();
            zone
        })
        .collect();
    let label = reader.say("tu es ici", "votre enfant est ici", "l’élève est ici");
    html! { section class="card" { h2 { "Dans la cohorte" } (charts::histogram("Répartition des scores de la cohorte", &bins, Some(charts::You { at: ssn, label }), &zones)) } }
}

fn skills(row: &ResultRow, bank: &Bank, reader: Reader) -> Markup {
    let skills = row.skills();
    let list = |part: &[crate::assessments::result::Skill<'_>]| {
        html! {
            ul class="skills" {
                @for skill in part {
                    li {
                        span { (bank.skill(skill.tag).map_or(skill.tag, |one| one.label.as_str())) }
                        b { (skill.right) " sur " (skill.total) }
                        (charts::bar(f64::from(skill.score)))
                    }
                }
            }
        }
    };
    let (first, rest) = skills.split_at(skills.len().min(FIRST_SKILLS));
    html! {
        @if !skills.is_empty() {
            section class="card" {
                h2 { "Par compétence" }
                p class="muted" { (reader.say("De la plus fragile à la plus solide : là où tu gagneras le plus en premier.", "De la plus fragile à la plus solide.", "De la plus fragile à la plus solide.")) }
                (list(first))
                @if !rest.is_empty() { details { summary { "Toutes les compétences (" (skills.len()) ")" } (list(rest)) } }
            }
        }
    }
}

/// The review is long: it comes when it is asked for.
fn review_link(row: &ResultRow) -> Markup {
    let path = format!("{}/questions", paths::result(row.id));
    html! {
        section id="questions" {
            h2 { "Question par question" }
            p { "Chaque question avec la bonne réponse, l’explication, et pourquoi les autres réponses tentent." }
            p class="actions" { a class="button quiet" href=(path) hx-get=(path) hx-target="#questions" hx-swap="outerHTML" { "Voir les questions et les explications" } }
        }
    }
}

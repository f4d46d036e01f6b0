//! Competences: ways of working, measured across the domains.

use super::{
    CompetenceScore, DomainScore,
    tally::{Outcome, Status, Tally, percent},
};
use crate::assessments::{bank::ErrorType, model::Subject};

/// Fewer questions than this say nothing about a competence.
const ENOUGH_QUESTIONS: i32 = 3;

/// The competences of the contract (spec §1.3.6), from domain scores. Première has domains that the contract does not
/// know: each joins the competence that it trains.
pub(super) fn of_contract(subject: Subject, domains: &[DomainScore], outcomes: &[Outcome]) -> Vec<CompetenceScore> {
    match subject {
        Subject::Maths => vec![
            mean("raisonnement", "Raisonnement logique", domains, &["combinatoire", "analyse", "suites", "derivation"]),
            mean("calcul", "Calcul et manipulation", domains, &["algebre", "logExp", "secondDegre", "expTrigo"]),
            mean("abstraction", "Pensée abstraite", domains, &["geometrie", "probabilites"]),
        ],
        Subject::Nsi => nsi(domains, outcomes),
        Subject::General => vec![
            pooled("comprehension", "Compréhension", outcomes, &["connaissances"]),
            pooled("analyse", "Analyse", outcomes, &["raisonnement"]),
            pooled("application", "Mise en pratique", outcomes, &["methodologie", "organisation"]),
        ],
    }
}

/// The competences that the questions name, each from its own questions, in order of appearance (`scoring_v3`).
pub(super) fn of_questions(outcomes: &[Outcome]) -> Vec<CompetenceScore> {
    let mut names: Vec<&str> = Vec::new();
    for Outcome { question, .. } in outcomes {
        if !names.contains(&question.competence.as_str()) {
            names.push(&question.competence);
        }
    }
    let score = |name: &str| {
        let tally = Tally::of(outcomes, |question| question.competence == name);
        (tally.total >= ENOUGH_QUESTIONS).then(|| competence(&name.to_lowercase(), spoken(name), tally.percent(), true))
    };
    names.into_iter().filter_map(score).collect()
}

/// The competence as a parent understands it.
fn spoken(name: &str) -> &str {
    match name {
        "Restituer" => "Restituer le cours",
        "Appliquer" => "Appliquer une méthode",
        "Raisonner" => "Raisonner en plusieurs étapes",
        other => other,
    }
}

fn competence(key: &str, label: &str, score: i32, measured: bool) -> CompetenceScore {
    CompetenceScore { key: key.into(), label: label.into(), score: score.clamp(0, 100), measured }
}

/// Mean of the scores of those domains that were measured; 0 if none was.
fn mean(key: &str, label: &str, domains: &[DomainScore], of: &[&str]) -> CompetenceScore {
    let scores = measured(domains, of);
    let (sum, n) = (scores.iter().sum::<i32>(), scores.len() as i32);
    competence(key, label, percent(sum, 100 * n), n > 0)
}

fn measured(domains: &[DomainScore], of: &[&str]) -> Vec<i32> {
    domains.iter().filter(|it| it.measured && of.contains(&it.domain.as_str())).map(|it| it.score).collect()
}

/// Share of right answers in the domains taken together.
fn pooled(key: &str, label: &str, outcomes: &[Outcome], of: &[&str]) -> CompetenceScore {
    let tally = Tally::of(outcomes, |question| of.contains(&question.domain.as_str()));
    competence(key, label, tally.percent(), tally.total > 0)
}

fn nsi(domains: &[DomainScore], outcomes: &[Outcome]) -> Vec<CompetenceScore> {
    let domain = |key| measured(domains, &[key]).first().map_or(0.0, |score| f64::from(*score));
    let error = |kind| error_rate(outcomes, kind);
    let syntax = 0.7 * domain("python") + 0.3 * (100.0 - 100.0 * error(ErrorType::Syntax));
    let optimisation = 0.6 * domain("algorithmique") + 0.4 * (100.0 - 100.0 * error(ErrorType::Optimization));
    let debugging = 100.0 - 50.0 * (error(ErrorType::Logic) + error(ErrorType::Runtime));
    // A domain that the bank does not have, or that nothing was sent of, weighs 0: such a score is no weakness.
    let has = |key| !measured(domains, &[key]).is_empty();
    vec![
        mean("logique", "Logique algorithmique", domains, &["algorithmique", "structures"]),
        competence("syntaxe", "Maîtrise de la syntaxe", half_up(syntax), has("python")),
        competence("optimisation", "Optimisation", half_up(optimisation), has("algorithmique")),
        competence("debuggage", "Débogage", half_up(debugging), !outcomes.is_empty()),
    ]
}

/// Share of wrong answers among the questions that reveal this kind of error; 0 if there is none.
fn error_rate(outcomes: &[Outcome], kind: ErrorType) -> f64 {
    let of_kind: Vec<_> = outcomes.iter().filter(|it| it.question.error_type == Some(kind)).collect();
    let wrong = of_kind.iter().filter(|it| it.status == Status::Wrong).count();
    if of_kind.is_empty() { 0.0 } else { wrong as f64 / of_kind.len() as f64 }
}

/// To the nearest integer; the 1e-9 is for the dust of floating point.
fn half_up(value: f64) -> i32 {
    (value + 0.5 + 1e-9).floor() as i32
}

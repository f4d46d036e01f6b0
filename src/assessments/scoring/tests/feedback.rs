//! The sentences.

use super::{answers, hundred, record, terminale};
use crate::assessments::{
    bank,
    scoring::{
        Scored, v2,
        v3::{self, Answer},
    },
};

#[test]
fn strengths_and_weaknesses_are_names_of_what_was_measured() {
    let [mixed, _, right] = record();
    assert_eq!(mixed.feedback.weaknesses, ["Analyse"]);
    assert!(mixed.feedback.strengths.is_empty());
    assert_eq!(right.feedback.strengths, ["Analyse", "Combinatoire", "Raisonnement logique"]);
    assert!(right.feedback.weaknesses.is_empty());
    let logarithms = v2::score(terminale(), &answers(&[("MATH-LOG", "bbbb")]));
    assert_eq!(logarithms.feedback.weaknesses, ["Log & Exp", "Calcul et manipulation"]);
}

#[test]
fn recommendations_follow_their_triggers_and_are_never_missing() {
    let has = |scored: &Scored, start: &str| scored.feedback.recommendations.iter().any(|it| it.starts_with(start));
    let unknown = hundred(60, 15);
    assert!(has(&unknown, "Revenir aux bases") && !has(&unknown, "Viser la justesse"));
    let hasty = hundred(30, 70);
    assert!(has(&hasty, "Viser la justesse") && has(&hasty, "Se faire accompagner"));
    assert!(has(&hasty, "Travailler spécifiquement : Domaine geometrie"));
    assert!(has(&hasty, "Travailler spécifiquement : Restituer le cours ("));
    let [mixed, ..] = record();
    assert!(has(&mixed, "Viser la justesse") && has(&mixed, "Travailler spécifiquement : Analyse"));
    assert_eq!(hundred(100, 0).feedback.recommendations.len(), 1);
    assert!(has(&hundred(100, 0), "Continuer ainsi"));
}

#[test]
fn the_general_diagnostic_gives_its_advice_by_domain() {
    let general = bank::find("general_premiere_default").unwrap().bank;
    let scored = v3::score(general, &vec![Answer::Nsp; general.questions.len()]);
    let advice = &scored.feedback.recommendations;
    let starts =
        ["Méthodologie :", "Connaissances :", "Raisonnement :", "Organisation :", "Se faire", "Plusieurs points"];
    assert_eq!(advice.len(), starts.len());
    assert!(starts.iter().zip(advice).all(|(start, it)| it.starts_with(start)), "{advice:?}");
    let right: Vec<_> = general.questions.iter().map(|it| Answer::Choice(it.key)).collect();
    let right = v3::score(general, &right);
    assert_eq!((right.global_score, right.raw_micro), (100, 100_000_000));
    assert!(right.feedback.recommendations[0].starts_with("Garder ces bonnes habitudes"));
}

#[test]
fn the_level_is_told_by_band_of_the_global_score() {
    let table = [(80, "Excellent niveau"), (60, "Bon niveau"), (40, "Niveau correct"), (39, "Niveau à renforcer")];
    for (right, start) in table {
        let text = hundred(right, 100 - right).feedback.diagnostic_text;
        assert!(text.starts_with(start), "{right}: {text}");
    }
}

#[test]
fn nobody_who_admits_not_knowing_is_told_to_lack_lucidity() {
    let lucidity = |right, wrong| hundred(right, wrong).feedback.lucidity_text;
    assert!(lucidity(0, 0).starts_with("Très lucide"));
    assert!(lucidity(40, 20).starts_with("Très lucide"));
    assert!(lucidity(40, 40).starts_with("Lucidité correcte"));
    assert!(lucidity(40, 59).starts_with("Des doutes ont été reconnus"));
    assert!(lucidity(40, 60).starts_with("Lucidité à travailler"));
    let [mixed, ..] = record();
    assert!(mixed.feedback.lucidity_text.starts_with("Très lucide"));
    let admitted = terminale().questions.iter().map(|it| (it.id.clone(), v2::NSP.into())).collect();
    assert!(v2::score(terminale(), &admitted).feedback.lucidity_text.starts_with("Beaucoup de « je ne sais pas »"));
}

//! Composed reports over random and extreme facts.

use proptest::prelude::*;

use super::compose;
use crate::{
    assessments::bank,
    bilans::{
        facts::BilanFacts,
        fixture::{
            Did::{Nsp, Right, Wrong},
            any_facts, facts, record_facts, standing,
        },
        guard,
        model::Audience,
    },
};

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

fn all(facts: &BilanFacts) -> Vec<String> {
    Audience::ALL.into_iter().map(|audience| compose(audience, facts)).collect()
}

#[test]
fn every_domain_of_every_bank_has_its_own_reason() {
    let generic = super::phrases::reason("?");
    for domain in bank::banks().iter().flat_map(|bank| &bank.domains) {
        assert_ne!(super::phrases::reason(&domain.key), generic, "{}", domain.key);
    }
}

#[test]
fn the_student_is_tu_and_the_guardians_are_vous() {
    let facts = record_facts();
    let [eleve, parents, nexus] = Audience::ALL.map(|audience| compose(audience, &facts));
    assert!(eleve.contains(" tu ") && !eleve.contains("vous"), "{eleve}");
    assert!(parents.contains("votre enfant") && !parents.contains(" tu ") && !parents.contains(" ton "), "{parents}");
    assert!(nexus.contains("l’élève") && !nexus.contains(" tu ") && nexus.contains("Plan de séances"), "{nexus}");
}

#[test]
fn nobody_who_knows_nothing_yet_reads_a_reproach_and_nobody_perfect_is_sent_back_to_the_basics() {
    let zero = facts(&[Wrong], standing(12.0, 0, 120));
    assert!(compose(Audience::Eleve, &zero).contains("aucune réponse n’est juste"));
    assert!(!compose(Audience::Parents, &zero).contains("ce qui est acquis, puis"));
    let unknown = facts(&[Nsp], standing(12.0, 0, 120));
    assert!(compose(Audience::Eleve, &unknown).contains("c’est honnête"));
    assert!(compose(Audience::Nexus, &unknown).contains("notions non encore enseignées"));
    let perfect = facts(&[Right], standing(91.5, 99, 120));
    for text in all(&perfect) {
        assert!(!text.contains("d’abord") && !text.contains("reprendre") && !text.contains("reprends"), "{text}");
    }
    assert!(compose(Audience::Parents, &perfect).contains("rien à rattraper"));
}

#[test]
fn je_ne_sais_pas_is_called_honest_and_in_ones_favour_only_where_it_is() {
    let in_the_app = facts(&[Right, Nsp], standing(55.0, 60, 120));
    assert!(compose(Audience::Eleve, &in_the_app).contains("cela compte en ta faveur"));
    for text in all(&record_facts()) {
        assert!(!text.contains("je ne sais pas"), "the contract does not reward it: {text}");
    }
}

#[test]
fn a_small_cohort_is_called_provisional_and_its_percentile_is_not_told() {
    for (n, words) in [(0, "aucun autre résultat"), (1, "un seul résultat"), (29, "29 résultats")] {
        let text = compose(Audience::Parents, &facts(&[Right, Wrong, Nsp], standing(58.3, 61, n)));
        assert!(text.contains("provisoire") && text.contains(words) && !text.contains("61"), "{text}");
    }
    let text = compose(Audience::Parents, &facts(&[Right, Wrong, Nsp], standing(58.3, 61, 1234)));
    assert!(!text.contains("provisoire") && text.contains("61\u{a0}%") && text.contains("1\u{202f}234"), "{text}");
}

#[test]
fn the_same_facts_make_the_same_report_and_other_facts_another() {
    let facts = record_facts();
    let other = BilanFacts { global_score: 50, ..facts.clone() };
    for audience in Audience::ALL {
        assert_eq!(compose(audience, &facts), compose(audience, &facts.clone()));
        assert_ne!(compose(audience, &facts), compose(audience, &other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn whatever_the_facts_a_report_has_150_to_300_words_and_only_their_numbers(facts in any_facts()) {
        for audience in Audience::ALL {
            let text = compose(audience, &facts);
            let words = words(&text);
            let least = if facts.domains.is_empty() { 40 } else { 150 };
            prop_assert!((least..=300).contains(&words), "{words} words for {}:\n{text}", audience.key());
            prop_assert_eq!(guard::accept(&text, &facts), Ok(text.clone()), "{}", text);
            for slip in ["  ", " .", " ,", "..", "«\u{a0}\u{a0}»", " : .", "\n- \n"] {
                prop_assert!(!text.contains(slip), "{slip:?} in {text}");
            }
        }
    }
}

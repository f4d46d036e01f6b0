//! What is accepted of a model and what is not.

use proptest::prelude::*;

use super::{Refusal, accept};
use crate::bilans::{
    compose::compose,
    facts::BilanFacts,
    fixture::{
        Did::{Right, Wrong},
        any_facts, facts, record_facts, standing,
    },
    model::Audience,
};

const GOOD: &str = "## Où tu en es\n\nTon SSN est de 52,4 : il compare ton résultat à ceux des autres élèves, et 50 est le milieu. Tu as obtenu 49 % des points.";

fn refusal(text: &str) -> Refusal {
    accept(text, &record_facts()).expect_err(text)
}

fn with(sentence: &str) -> Result<String, Refusal> {
    accept(&format!("{GOOD}\n\n{sentence}"), &record_facts())
}

#[test]
fn a_report_with_the_numbers_of_the_data_is_taken_as_it_is() {
    assert_eq!(accept(GOOD, &record_facts()), Ok(GOOD.to_owned()));
    assert_eq!(accept(&format!("```markdown\n{GOOD}\n```\n"), &record_facts()), Ok(GOOD.to_owned()));
}

#[test]
fn a_number_that_is_not_in_the_data_is_refused() {
    for (sentence, number) in [
        ("Tu peux viser 73 la prochaine fois.", "73"),
        ("Ton SSN est de 52,5 environ.", "52.5"),
        ("En 2026, tu passeras le Bac.", "2026"),
        ("Tu as perdu −49 points.", "-49"),
        ("Travaille x² chaque jour.", "²"),
        ("Tu es à 49/20 sur l’échelle.", "20"),
        ("7. Voilà une liste qui ne compte pas.", "7"),
    ] {
        assert_eq!(with(sentence), Err(Refusal::Number(number.into())), "{sentence}");
    }
}

#[test]
fn a_hundred_is_only_the_scale_of_a_score() {
    // Every skill has a right and a wrong answer: no 100 in the data.
    let mut facts = facts(&[Right, Wrong], standing(52.4, 61, 1234));
    facts.skills.clear();
    facts.confidence = 88;
    let accept =
        |sentence| accept(&format!("Voici le bilan de ce que tu sais et de ce qui reste à voir. {sentence}"), &facts);
    assert!(accept("Tu as 88 sur 100.").is_ok());
    assert_eq!(accept("Il te reste 100 points à gagner."), Err(Refusal::Number("100".into())));
    assert_eq!(accept("Tu comptes sur 100 points."), Err(Refusal::Number("100".into())));
}

#[test]
fn scales_lists_and_other_spellings_of_the_same_number_are_accepted() {
    for sentence in [
        "Tu as 49/100, ou 49 sur 100.",
        "1. Commence par l’analyse.\n2. Continue avec le reste.\n3) Termine par la géométrie.",
        "## 1. Une étape\n\n**2.** La suivante.",
        "C’est 49,0 % et 52.40.",
        "Aucune question, deux pistes, trois idées, cent fois.",
    ] {
        assert!(with(sentence).is_ok(), "{sentence}: {:?}", with(sentence));
    }
}

#[test]
fn too_little_and_too_much_are_refused() {
    assert_eq!(refusal(""), Refusal::TooShort);
    assert_eq!(refusal("Bravo, tu as très bien travaillé."), Refusal::TooShort);
    assert_eq!(refusal(&GOOD.repeat(50)), Refusal::TooLong);
}

#[test]
fn what_is_not_french_prose_is_refused() {
    for text in [
        r#"{"titre": "Où tu en es", "texte": "Ton résultat est bon et tu peux le consolider avec du travail."}"#,
        r#"["Ton résultat est bon", "et tu peux le consolider avec un peu de travail dans la semaine."]"#,
        "<h2>Où tu en es</h2><p>Ton résultat est bon et tu peux le consolider avec du travail.</p>",
        "Voici le bilan :\n```\nTon résultat est bon et tu peux le consolider avec du travail.\n```\nBonne lecture à tous.",
        "The student did well in geometry and should review the basics of probability before going further.",
        "asdf qwer zxcv uiop hjkl asdf qwer zxcv uiop hjkl asdf qwer zxcv uiop hjkl",
        "????? !!!!! ##### ***** ----- ===== +++++ ~~~~~ ^^^^^ |||||",
        &"le la le la ".repeat(40),
    ] {
        assert_eq!(refusal(text), Refusal::NotProse, "{text}");
    }
}

#[test]
fn a_model_that_declines_or_speaks_of_itself_is_refused() {
    for text in [
        "Désolé, je ne peux pas écrire ce bilan car les données ne sont pas suffisantes pour cela.",
        "En tant que modèle de langage, je peux dire que ton résultat est bon et que tu progresses.",
        "I'm sorry, but I cannot help with that request about a student's assessment results.",
    ] {
        assert_eq!(refusal(text), Refusal::Declined, "{text}");
    }
    assert!(with("Dire « je ne sais pas » est honnête, et je ne peux pas dire mieux.").is_ok());
}

#[test]
fn ways_to_reach_somebody_are_refused() {
    for sentence in [
        "Écris à prof@example.org pour en parler.",
        "Va sur https://example.org pour t’exercer.",
        "Regarde www.example pour t’exercer.",
        "Regarde [ce site](site) pour t’exercer.",
        "Inscris-toi sur example.com dès ce soir.",
        "Appelle le 49 50 33 12 pour en parler.",
    ] {
        assert_eq!(with(sentence), Err(Refusal::Contact), "{sentence}");
    }
}

fn written(facts: &BilanFacts, value: u32) -> String {
    format!("{}\n\nEncore un mot sur le nombre {value} pour finir.", compose(Audience::Eleve, facts))
}

proptest! {
    #[test]
    fn a_number_slipped_in_is_accepted_only_if_the_data_hold_it(facts in any_facts(), value in 0..400_u32) {
        let lines = facts.to_lines();
        let held = value == 50 || super::numbers::numbers(&lines).iter().any(|number| number.value == value.to_string());
        prop_assert_eq!(accept(&written(&facts, value), &facts).is_ok(), held, "{} in\n{}", value, lines);
    }

    #[test]
    fn no_text_at_all_makes_the_guard_panic(text in "\\PC{0,300}") {
        let _ = accept(&text, &record_facts());
    }

    #[test]
    fn no_mix_of_digits_and_signs_makes_the_guard_panic(text in "[0-9 .,/%²½()a-z\u{a0}\u{202f}\n#*-]{0,200}") {
        let _ = accept(&format!("{GOOD} {text}"), &record_facts());
    }
}

//! What always holds, whatever the answers (on the embedded banks).

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::terminale;
use crate::assessments::{
    bank::{Bank, Question, banks, fixture},
    model::Subject,
    scoring::{
        Feedback, Scored, v2,
        v3::{self, Answer},
    },
};

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![4 => (0..4_usize).prop_map(Answer::Choice), 1 => Just(Answer::Nsp), 1 => Just(Answer::Unanswered)]
}

/// Answers of the app to each bank of the house.
fn attempt() -> impl Strategy<Value = (&'static Bank, Vec<Answer>)> {
    (0..banks().len()).prop_flat_map(|place| {
        let bank = &banks()[place];
        prop::collection::vec(answer(), bank.questions.len()).prop_map(move |answers| (bank, answers))
    })
}

/// Answers by the contract: some of the bank's ids with any string, and some unknown ids.
fn submission() -> impl Strategy<Value = (&'static Bank, BTreeMap<String, String>)> {
    let option = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d"), Just(v2::NSP), Just(""), Just("A")];
    (0..banks().len(), prop::collection::vec((any::<bool>(), option), 60), 0..80_usize).prop_map(
        |(place, all, unknown)| {
            let bank = &banks()[place];
            let known = bank.questions.iter().zip(&all).filter(|(_, (sent, _))| *sent);
            let known = known.map(|(question, (_, option))| (question.id.clone(), (*option).to_owned()));
            (bank, known.chain((0..unknown).map(|n| (format!("X{n}"), "a".into()))).collect())
        },
    )
}

fn in_bounds(scored: &Scored) -> Result<(), TestCaseError> {
    let indices = [Some(scored.global_score), Some(scored.confidence_index), scored.precision_index];
    let more = [scored.lucidity_index, scored.rigor_index];
    let domains = scored.domain_scores.iter().map(|it| it.score);
    let rest = scored.skill_scores.iter().map(|it| it.score).chain(scored.competences.iter().map(|it| it.score));
    for index in indices.into_iter().chain(more).flatten().chain(domains).chain(rest) {
        prop_assert!((0..=100).contains(&index), "{index}");
    }
    for micro in [scored.raw_micro, scored.cohort_micro] {
        prop_assert!((0..=100_000_000).contains(&micro), "{micro}");
    }
    prop_assert!(scored.skill_scores.iter().all(|it| it.total > 0 && it.right <= it.total));
    prop_assert!(!scored.feedback.recommendations.is_empty());
    Ok(())
}

/// No figure of the first is above that of the second.
fn not_above(before: &Scored, after: &Scored) -> Result<(), TestCaseError> {
    prop_assert!(before.global_score <= after.global_score);
    prop_assert!(before.raw_micro <= after.raw_micro);
    prop_assert!(before.precision_index.unwrap_or(0) <= after.precision_index.unwrap_or(0));
    for (before, after) in before.domain_scores.iter().zip(&after.domain_scores) {
        prop_assert!(before.score <= after.score);
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_index_of_v3_is_between_0_and_100((bank, answers) in attempt()) {
        in_bounds(&v3::score(bank, &answers))?;
    }

    #[test]
    fn every_index_of_v2_is_between_0_and_100((bank, answers) in submission()) {
        in_bounds(&v2::score(bank, &answers))?;
    }

    #[test]
    fn domains_are_those_of_the_bank_in_its_order((bank, answers) in submission()) {
        let keys: Vec<_> = bank.domains.iter().map(|it| &it.key).collect();
        let scored = v2::score(bank, &answers);
        prop_assert_eq!(scored.domain_scores.iter().map(|it| &it.domain).collect::<Vec<_>>(), keys);
    }

    #[test]
    fn one_more_right_answer_lowers_no_figure_of_v3((bank, answers) in attempt(), place in any::<prop::sample::Index>()) {
        let place = place.index(answers.len());
        let mut better = answers.clone();
        better[place] = Answer::Choice(bank.questions[place].key);
        not_above(&v3::score(bank, &answers), &v3::score(bank, &better))?;
    }

    #[test]
    fn one_more_right_answer_lowers_no_figure_of_v2(
        (bank, answers) in submission(), place in any::<prop::sample::Index>(),
    ) {
        let question = place.get(&bank.questions);
        let mut better = answers.clone();
        better.insert(question.id.clone(), question.right_option().into());
        not_above(&v2::score(bank, &answers), &v2::score(bank, &better))?;
    }

    #[test]
    fn the_order_of_the_questions_changes_nothing(
        pairs in prop::collection::vec(answer(), 50)
            .prop_map(|answers| terminale().questions.iter().cloned().zip(answers).collect::<Vec<_>>())
            .prop_shuffle(),
    ) {
        let scored = |pairs: Vec<_>| {
            let (questions, answers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let mut scored = v3::score(&Bank { questions, ..terminale().clone() }, &answers);
            scored.competences.sort_by(|one, other| one.key.cmp(&other.key));
            Scored { feedback: Feedback::default(), marks: Vec::new(), ..scored }
        };
        let mut in_order = pairs.clone();
        in_order.sort_by_key(|(question, _)| terminale().questions.iter().position(|it| it.id == question.id));
        prop_assert_eq!(scored(pairs), scored(in_order));
    }

    /// Decision 2. The rest is a multiple of four, so that "one in four" is a whole number.
    #[test]
    fn je_ne_sais_pas_is_worth_at_least_a_blind_guess_at_equal_weights(known in 0..60_usize, quarter in 0..40_usize) {
        let bank = fixture::build(Subject::Maths, &[("analyse", &vec![2; known + 4 * quarter + 1])]);
        let bank = Bank { questions: bank.questions[..known + 4 * quarter].to_vec(), ..bank };
        let mut admitting = vec![Answer::Choice(0); known];
        let mut guessing = vec![Answer::Choice(0); known + quarter];
        admitting.resize(known + 4 * quarter, Answer::Nsp);
        guessing.resize(known + 4 * quarter, Answer::Choice(1));
        prop_assert!(v3::score(&bank, &admitting).raw_micro >= v3::score(&bank, &guessing).raw_micro);
    }

    /// The same on the weights of the Terminale bank, whichever questions are known: the composite of a full sheet is
    /// linear in the right answers, so the mean of the four sheets "option a to d everywhere else" is what blind
    /// guessing yields on average.
    #[test]
    fn je_ne_sais_pas_is_worth_at_least_a_blind_guess_on_the_terminale_bank(
        known in prop::collection::vec(any::<bool>(), 50),
    ) {
        let sheet = |otherwise| {
            let answer = |(known, question): (&bool, &Question)| {
                if *known { Answer::Choice(question.key) } else { otherwise }
            };
            known.iter().zip(&terminale().questions).map(answer).collect::<Vec<_>>()
        };
        let raw = |otherwise| v3::score(terminale(), &sheet(otherwise)).raw_micro;
        let guessing = (0..4).map(|option| raw(Answer::Choice(option))).sum::<i64>() / 4;
        prop_assert!(raw(Answer::Nsp) >= guessing);
    }
}

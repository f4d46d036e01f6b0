//! For tests only: facts, those of the record and any others that the scoring can make.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::facts::{BilanFacts, DomainFact, SkillFact, Standing, rewards_nsp};
use crate::assessments::{
    bank::{self, Bank, OPTION_KEYS},
    model::{Grade, RuleVersion},
    scoring::{
        Scored, v2,
        v3::{self, Answer},
    },
};

/// What a student did, question by question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    Right,
    Wrong,
    Nsp,
}

/// The Terminale bank.
pub fn terminale() -> &'static Bank {
    bank::bank("maths_terminale_spe_v1").expect("embedded")
}

/// A score that stands in a cohort of this size.
pub fn standing(ssn: f64, percentile: i32, cohort_n: i64) -> Option<Standing> {
    Some(Standing { ssn, percentile, cohort_n })
}

/// Facts of an attempt in the app; what is done is repeated as often as the bank is long.
pub fn facts(did: &[Did], standing: Option<Standing>) -> BilanFacts {
    scored(terminale(), RuleVersion::V3, did, standing)
}

/// Test 1 of the record, as the contract scores it.
pub fn record_facts() -> BilanFacts {
    let right = "COMB-01 COMB-02 COMB-04 COMB-05 ANA-02 ANA-05 GEO-01 GEO-04 PROB-01 PROB-04 LOGEXP-01";
    let wrong = "COMB-03 COMB-06 ANA-01 ANA-03 ANA-04 ANA-06 GEO-02 GEO-03 PROB-02 PROB-03 LOGEXP-02 LOGEXP-03";
    let entries = |ids: &'static str, option: &'static str| {
        ids.split(' ').map(move |id| (format!("MATH-{id}"), option.to_owned()))
    };
    let answers: BTreeMap<String, String> = entries(right, "a").chain(entries(wrong, "b")).collect();
    of(terminale(), &v2::score(terminale(), &answers), standing(52.4, 0, 0))
}

/// What these deeds choose in the app; repeated as often as the bank is long.
pub fn answers(bank: &Bank, did: &[Did]) -> Vec<Answer> {
    let did = bank.questions.iter().zip(did.iter().copied().cycle());
    did.map(|(question, did)| match did {
        Did::Right => Answer::Choice(question.key),
        Did::Wrong => Answer::Choice((question.key + 1) % 4),
        Did::Nsp => Answer::Nsp,
    })
    .collect()
}

fn scored(bank: &Bank, rule: RuleVersion, did: &[Did], standing: Option<Standing>) -> BilanFacts {
    let answers = answers(bank, did);
    let scored = match rule {
        RuleVersion::V3 => v3::score(bank, &answers),
        // Not submitted, where the app says "je ne sais pas".
        RuleVersion::V2 => {
            let given = bank.questions.iter().zip(&answers).filter_map(|(question, answer)| match answer {
                Answer::Choice(option) => Some((question.id.clone(), OPTION_KEYS[*option].to_owned())),
                _ => None,
            });
            v2::score(bank, &given.collect())
        }
    };
    of(bank, &scored, standing)
}

fn of(bank: &Bank, scored: &Scored, standing: Option<Standing>) -> BilanFacts {
    let domains = scored.domain_scores.iter().filter(|one| one.measured);
    let skills = scored.skill_scores.iter().map(|one| {
        let skill = bank.skill(&one.tag).expect("of the bank");
        SkillFact {
            domain: skill.domain.clone(),
            label: skill.label.clone(),
            score: one.score,
            right: one.right,
            total: one.total,
        }
    });
    BilanFacts {
        subject: bank.subject,
        grade: Grade::Terminale,
        rule: scored.rule,
        standing,
        global_score: scored.global_score,
        precision: scored.precision_index.filter(|_| scored.rule == RuleVersion::V3),
        confidence: scored.confidence_index,
        nsp_rewarded: rewards_nsp(scored.rule, bank),
        domains: domains
            .map(|one| DomainFact { key: one.domain.clone(), label: one.label.clone(), score: one.score })
            .collect(),
        skills: skills.collect(),
    }
}

fn any_standing() -> impl Strategy<Value = Option<Standing>> {
    let n = prop_oneof![Just(0), Just(1), 0..40_i64, 30..3_000_000_i64];
    let some = (0..=1000_i32, 0..=100_i32, n).prop_map(|(tenths, percentile, cohort_n)| Standing {
        ssn: f64::from(tenths) / 10.0,
        percentile,
        cohort_n,
    });
    prop::option::weighted(0.9, some)
}

/// Shares of right answers and of "je ne sais pas", often extreme, then each question by its luck.
fn any_answers() -> impl Strategy<Value = Vec<Did>> {
    let share = || prop_oneof![Just(0_u32), Just(100), 0..=100_u32];
    (share(), share()).prop_flat_map(|(right, nsp)| {
        let did = (0..100_u32, 0..100_u32).prop_map(move |(first, second)| match (first < nsp, second < right) {
            (true, _) => Did::Nsp,
            (false, true) => Did::Right,
            (false, false) => Did::Wrong,
        });
        prop::collection::vec(did, 50)
    })
}

/// Facts of any answers on any bank under either rule, anywhere in any cohort.
pub fn any_facts() -> impl Strategy<Value = BilanFacts> {
    let rule = prop_oneof![Just(RuleVersion::V2), Just(RuleVersion::V3)];
    (0..bank::banks().len(), rule, any_answers(), any_standing()).prop_map(|(bank, rule, did, in_cohort)| {
        // Practice is of the app alone.
        let in_cohort = in_cohort.or_else(|| standing(52.4, 0, 0).filter(|_| rule == RuleVersion::V2));
        scored(&bank::banks()[bank], rule, &did, in_cohort)
    })
}

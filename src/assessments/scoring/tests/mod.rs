//! The rules by example, and what always holds whatever the answers.

mod feedback;
mod properties;
mod result;
mod shares;
mod v2;
mod v3;

use std::collections::BTreeMap;

use super::{
    Scored,
    v2::score as score_v2,
    v3::{Answer, score as score_v3},
};
use crate::assessments::{
    bank::{self, Bank, fixture},
    model::Subject,
};

fn terminale() -> &'static Bank {
    bank::bank("maths_terminale_spe_v1").unwrap()
}

/// Answers written as "PREFIX options", one letter a question from 01 on.
fn answers(lines: &[(&str, &str)]) -> BTreeMap<String, String> {
    let line = |(prefix, options): &(&str, &str)| {
        let entry = |(option, n): (char, usize)| (format!("{prefix}-{n:02}"), option.to_string());
        options.chars().zip(1..).map(entry).collect::<Vec<_>>()
    };
    lines.iter().flat_map(line).collect()
}

/// Tests 1, 2 and 3 of the record, as `record.sh` sends them.
fn record() -> [Scored; 3] {
    let mixed = [
        ("MATH-COMB", "aabaac"),
        ("MATH-ANA", "bacdab"),
        ("MATH-GEO", "abda"),
        ("MATH-PROB", "acba"),
        ("MATH-LOGEXP", "bac"),
    ];
    let zero = [
        ("MATH-COMB", "bbbbbb"),
        ("MATH-ANA", "dddddd"),
        ("MATH-GEO", "dddd"),
        ("MATH-PROB", "dddd"),
        ("MATH-LOGEXP", "ddd"),
    ];
    let right = [("MATH-COMB", "aaaaaa"), ("MATH-ANA", "aaa")];
    [&mixed[..], &zero, &right].map(|lines| score_v2(terminale(), &answers(lines)))
}

fn domains(scored: &Scored) -> Vec<(&str, i32)> {
    scored.domain_scores.iter().map(|it| (it.domain.as_str(), it.score)).collect()
}

/// So many right, wrong and "je ne sais pas", on 100 questions of equal weight.
fn hundred(right: usize, wrong: usize) -> Scored {
    let bank = fixture::build(Subject::Maths, &[("analyse", &[1; 60]), ("geometrie", &[1; 40])]);
    let mut answers = vec![Answer::Choice(0); right];
    answers.extend(vec![Answer::Choice(1); wrong]);
    answers.resize(100, Answer::Nsp);
    score_v3(&bank, &answers)
}

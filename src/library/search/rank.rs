//! How well candidates answer: what the words that stand in them weigh, rare ones more, and how much of the question
//! they are; then what the reader prefers.

use std::collections::HashMap;

use super::{
    Question, plan,
    store::{Candidate, Terms},
};

/// The constant of reciprocal rank fusion.
const FUSION: f32 = 60.0;
/// What a document of the wanted subject gains, and one of the wanted grade.
const SUBJECT: f32 = 1.25;
const GRADE: f32 = 1.1;

/// A passage with its score, the best first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranked {
    pub passage: i64,
    pub score: f32,
    pub coverage: f32,
}

/// The candidates, the best first.
pub(super) fn rank(terms: &Terms, candidates: Vec<Candidate>, question: &Question<'_>) -> Vec<Ranked> {
    let known = plan::known(terms);
    let weights: Vec<f32> = known.iter().map(|term| terms.rarity(term.passages) * term.weight).collect();
    // What a whole group can weigh, for the words of the question; unknown words weigh as the rarest do.
    let mut groups: HashMap<usize, f32> = HashMap::new();
    for term in terms.list.iter().filter(|term| term.asked) {
        let weight = groups.entry(term.group).or_default();
        *weight = weight.max(terms.rarity(term.passages));
    }
    let all: f32 = groups.values().sum();
    let mut ranked: Vec<Ranked> = candidates
        .into_iter()
        .map(|candidate| {
            let mut best: HashMap<usize, (f32, f32)> = HashMap::new();
            for ((term, weight), stands) in known.iter().zip(&weights).zip(&candidate.ranks) {
                if *stands > 0.0 {
                    let found = best.entry(term.group).or_default();
                    // Standing there at all counts most; often or in a title adds the rest.
                    *found = (found.0.max(weight * (0.5 + stands.min(1.0))), found.1.max(*weight));
                }
            }
            let sum: f32 = best.values().map(|it| it.0).sum();
            let covered: f32 = best.iter().filter(|(group, _)| groups.contains_key(group)).map(|(_, it)| it.1).sum();
            let coverage = if all > 0.0 { (covered / all).min(1.0) } else { 0.0 };
            let score = sum * (0.4 + 0.6 * coverage) * preference(&candidate, question) / all.max(0.01);
            Ranked { passage: candidate.passage, score, coverage }
        })
        .collect();
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.passage.cmp(&other.passage)));
    ranked
}

fn preference(candidate: &Candidate, question: &Question<'_>) -> f32 {
    let subject = question.subject.is_some_and(|subject| subject.key() == candidate.subject);
    let grade = question.grade.is_some_and(|grade| candidate.grade.as_deref().is_none_or(|its| its == grade));
    (if subject { SUBJECT } else { 1.0 }) * (if grade { GRADE } else { 1.0 })
}

/// Two lists as one, by reciprocal ranks: what is high in both comes first.
pub(super) fn merge(by_words: &[Ranked], by_meaning: &[i64]) -> Vec<Ranked> {
    let mut merged: HashMap<i64, Ranked> = HashMap::new();
    let worth = |place: usize| 1.0 / (FUSION + place as f32 + 1.0);
    for (place, one) in by_words.iter().take(super::MERGED).enumerate() {
        merged.insert(one.passage, Ranked { score: worth(place), ..*one });
    }
    for (place, passage) in by_meaning.iter().enumerate() {
        let entry = merged.entry(*passage).or_insert(Ranked { passage: *passage, score: 0.0, coverage: 0.0 });
        entry.score += worth(place);
    }
    let mut merged: Vec<Ranked> = merged.into_values().collect();
    merged.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.passage.cmp(&other.passage)));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_high_in_both_lists_comes_first() {
        let words: Vec<Ranked> = [1, 2, 3].map(|passage| Ranked { passage, score: 9.0, coverage: 1.0 }).to_vec();
        let order: Vec<i64> = merge(&words, &[2, 4]).iter().map(|it| it.passage).collect();
        assert_eq!(order, [2, 1, 4, 3]);
        let best = merge(&words, &[2])[0];
        assert!((best.score - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-6, "{best:?}");
    }
}

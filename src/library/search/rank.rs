//! How well candidates answer: what the words that stand in them weigh, rare ones more, and how much of the question
//! they are; then what the reader prefers.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    Question, plan,
    store::{Candidate, Standing, Terms},
};

/// The constant of reciprocal rank fusion.
const FUSION: f32 = 60.0;
/// Sections whose passages are looked at.
const SECTIONS: usize = 12;
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

/// What each group of the question can weigh.
fn groups(terms: &Terms) -> HashMap<usize, f32> {
    let mut groups: HashMap<usize, f32> = HashMap::new();
    for term in terms.list.iter().filter(|term| term.asked) {
        let weight = groups.entry(term.group).or_default();
        *weight = weight.max(terms.rarity(term.passages));
    }
    groups
}

/// A section: key of the document, and its number.
type Place = (Uuid, i32);

/// What each group weighs where it stands best, with and without how well it stands there.
type Groups = HashMap<usize, (f32, f32)>;

/// The best sections, and how well each answers: its passages together. A passage is understood in its section, which is
/// also what the model is given: a question often has one word of it here and another one there.
pub(super) fn sections(terms: &Terms, candidates: &[Candidate], question: &Question<'_>) -> HashMap<Place, f32> {
    let known = plan::known(terms);
    let weights: Vec<f32> = known.iter().map(|term| terms.rarity(term.passages) * term.weight).collect();
    let groups = groups(terms);
    let all: f32 = groups.values().sum::<f32>().max(0.01);
    let mut of_sections: HashMap<Place, (Groups, f32)> = HashMap::new();
    for candidate in candidates {
        let (best, preferred) = of_sections.entry((candidate.document, candidate.section)).or_default();
        *preferred = preference(candidate, question);
        for ((term, weight), stands) in known.iter().zip(&weights).zip(&candidate.ranks) {
            if *stands > 0.0 {
                let found = best.entry(term.group).or_default();
                // Often or in a title counts far more than standing there at all.
                *found = (found.0.max(weight * (0.2 + 4.0 * stands.min(1.0))), found.1.max(*weight));
            }
        }
    }
    let worth = |best: &Groups| {
        let sum: f32 = best.values().map(|it| it.0).sum();
        let covered: f32 = best.iter().filter(|(group, _)| groups.contains_key(group)).map(|(_, it)| it.1).sum();
        sum / all * (0.4 + 0.6 * (covered / all).min(1.0))
    };
    let mut ranked: Vec<(Place, f32)> =
        of_sections.into_iter().map(|(place, (best, preferred))| (place, worth(&best) * preferred)).collect();
    ranked.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    ranked.truncate(SECTIONS);
    ranked.into_iter().collect()
}

/// The passages of these sections, the best first: half by their section, half by how much of the question stands close
/// together in them, and at all. An answer is a sentence or two, and not a word here and another one there.
pub(super) fn passages(terms: &Terms, sections: &HashMap<Place, f32>, standings: &[Standing]) -> Vec<Ranked> {
    let known = plan::known(terms);
    let all: f32 = groups(terms).values().sum::<f32>().max(0.01);
    let mut of_passages: HashMap<i64, (Place, Vec<Stand>)> = HashMap::new();
    for standing in standings {
        let place = (standing.document, standing.section);
        let (_, stands) = of_passages.entry(standing.passage).or_insert_with(|| (place, Vec::new()));
        let places = standing.positions.iter().flatten().zip(standing.weights.iter().flatten());
        for (at, of) in places {
            let terms_of = known.iter().filter(|term| standing.lexeme.as_deref() == Some(term.lexeme.as_str()));
            let at = (of == "D").then_some(*at);
            stands.extend(terms_of.map(|term| (at, term.group, terms.rarity(term.passages) * term.weight)));
        }
    }
    let mut ranked: Vec<Ranked> = of_passages
        .into_iter()
        .map(|(passage, (place, mut stands))| {
            let near = best_window(&mut stands) / all;
            let whole = whole(&stands) / all;
            let section = sections.get(&place).copied().unwrap_or_default();
            Ranked { passage, score: 0.5 * section + 0.3 * near + 0.2 * whole, coverage: whole.min(1.0) }
        })
        .collect();
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.passage.cmp(&other.passage)));
    ranked
}

/// Words of a window: about two sentences.
const WINDOW: i16 = 30;

/// Place of a word, none in a title; its group; what it weighs.
type Stand = (Option<i16>, usize, f32);

/// The most that the groups of one window weigh together.
fn best_window(stands: &mut [Stand]) -> f32 {
    stands.sort_by_key(|it| it.0);
    let titles = stands.iter().take_while(|it| it.0.is_none()).count();
    let sum = |window: &[Stand]| {
        let mut groups: HashMap<usize, f32> = HashMap::new();
        let of_titles = stands[..titles].iter().map(|it| (it.0, it.1, 0.9 * it.2));
        for (_, group, weight) in of_titles.chain(window.iter().copied()) {
            let best = groups.entry(group).or_default();
            *best = best.max(weight);
        }
        groups.values().sum::<f32>()
    };
    let body = &stands[titles..];
    let window = |at: usize| {
        let end = body[at].0.map(|place| place.saturating_add(WINDOW));
        &body[at..at + body[at..].partition_point(|it| it.0 <= end)]
    };
    (0..body.len()).map(|at| sum(window(at))).fold(sum(&[]), f32::max)
}

/// What the groups of all of it weigh together.
fn whole(stands: &[Stand]) -> f32 {
    let mut groups: HashMap<usize, f32> = HashMap::new();
    for (_, group, weight) in stands {
        let best = groups.entry(*group).or_default();
        *best = best.max(*weight);
    }
    groups.values().sum()
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

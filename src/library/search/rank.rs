//! How well candidates answer: what the words that stand in them weigh, rare ones more, and how much of the question
//! they are; then what the reader prefers.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    Question, plan,
    stems::{self, Part},
    store::{Candidate, Standing, Term, Terms},
};

/// The constant of reciprocal rank fusion.
const FUSION: f32 = 60.0;
/// Sections whose passages are looked at, unless more passages are asked for.
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

/// How well a section answers, and how much the reader prefers it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    worth: f32,
    preferred: f32,
}

/// What each group weighs where it stands best, with and without how well it stands there.
type Groups = HashMap<usize, (f32, f32)>;

/// The best sections, and how well each answers: its passages together. A passage is understood in its section, which is
/// also what the model is given: a question often has one word of it here and another one there.
pub(super) fn sections(terms: &Terms, candidates: &[Candidate], question: &Question<'_>) -> HashMap<Place, Section> {
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
    let section = |(place, (best, preferred))| (place, Section { worth: worth(&best), preferred });
    let mut ranked: Vec<(Place, Section)> = of_sections.into_iter().map(section).collect();
    let worth = |one: &Section| one.worth * one.preferred;
    ranked.sort_by(|one, other| worth(&other.1).total_cmp(&worth(&one.1)).then(one.0.cmp(&other.0)));
    ranked.truncate(SECTIONS.max(question.limit));
    ranked.into_iter().collect()
}

/// What the words of a question weigh in a passage.
#[derive(Default)]
struct Standings {
    /// Of each group, by how often it stands in text and titles; and in the phrasings.
    often: HashMap<usize, f32>,
    asked: HashMap<usize, f32>,
    /// Where they stand.
    places: Vec<Stand>,
    phrasings: Vec<Stand>,
}

impl Standings {
    /// A word that stands there.
    fn add(&mut self, stands: &[stems::Place], group: usize, weight: f32) {
        let (mut text, mut titles, mut asked) = (0_u8, 0_u8, 0_u8);
        for (at, part) in stands {
            let (places, at, count) = match part {
                Part::Phrasing => (&mut self.phrasings, Some(*at), &mut asked),
                Part::Text => (&mut self.places, Some(*at), &mut text),
                Part::Title => (&mut self.places, None, &mut titles),
            };
            places.push((at, group, weight));
            *count = count.saturating_add(1);
        }
        let most = |groups: &mut HashMap<usize, f32>, often: f32| {
            let best = groups.entry(group).or_default();
            *best = best.max(weight * saturated(often));
        };
        most(&mut self.often, f32::from(text) + if titles > 0 { 2.0 } else { 0.0 });
        most(&mut self.asked, f32::from(asked));
    }
}

/// The second time that a word stands somewhere says less than the first one (as in BM25).
fn saturated(often: f32) -> f32 {
    2.2 * often / (often + 1.2)
}

/// The passages of these sections, the best first: by the words that stand in them, near each other above all (an answer
/// is a sentence or two, and not a word here and another one there); by the one phrasing of their section that is most
/// like the question, and by all of its phrasings together; and by the best phrasing of their document.
pub(super) fn passages(terms: &Terms, sections: &HashMap<Place, Section>, standings: &[Standing]) -> Vec<Ranked> {
    let known = plan::known(terms);
    let all: f32 = groups(terms).values().sum::<f32>().max(0.01);
    let mut of_passages: HashMap<i64, (Place, Standings)> = HashMap::new();
    let mut by_lexeme: HashMap<&[u8], Vec<&Term>> = HashMap::new();
    for term in &known {
        by_lexeme.entry(term.lexeme.as_bytes()).or_default().push(term);
    }
    for standing in standings {
        let place = (standing.document, standing.section);
        let (_, its) = of_passages.entry(standing.passage).or_insert_with(|| (place, Standings::default()));
        for (stem, stands) in standing.stems.iter() {
            let Some(terms_of) = by_lexeme.get(stem) else { continue };
            let stands: Vec<stems::Place> = stands.collect();
            for term in terms_of {
                its.add(&stands, term.group, terms.rarity(term.passages) * term.weight);
            }
        }
    }
    let mut of_documents: HashMap<Uuid, f32> = HashMap::new();
    let weighed: Vec<(i64, Place, f32, f32, f32)> = of_passages
        .into_iter()
        .map(|(passage, (place, mut its))| {
            let phrasing = (best_window(&mut its.phrasings, PHRASING) / all).min(1.0);
            let document = of_documents.entry(place.0).or_default();
            *document = document.max(phrasing);
            let near = best_window(&mut its.places, WINDOW) / all;
            let often = its.often.values().sum::<f32>() / all;
            let asked = its.asked.values().sum::<f32>() / all;
            let section = sections.get(&place).map_or(0.0, |it| it.worth);
            let score = often + 0.3 * near + 0.3 * section + phrasing + 0.5 * asked;
            (passage, place, score, phrasing, whole(&its.places) / all)
        })
        .collect();
    let mut ranked: Vec<Ranked> = weighed
        .into_iter()
        .map(|(passage, place, score, phrasing, whole)| {
            let document = of_documents.get(&place.0).copied().unwrap_or_default();
            let preferred = sections.get(&place).map_or(1.0, |it| it.preferred);
            let score = (score + 1.5 * document) * preferred;
            Ranked { passage, score, coverage: whole.max(phrasing).min(1.0) }
        })
        .collect();
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.passage.cmp(&other.passage)));
    ranked
}

/// Words of a window: about two sentences.
const WINDOW: i16 = 30;
/// Words of a window that never holds words of two phrasings (`library_row_terms`).
const PHRASING: i16 = 20;

/// Place of a word, none in a title; its group; what it weighs.
type Stand = (Option<i16>, usize, f32);

/// The most that the groups of one window weigh together.
fn best_window(stands: &mut [Stand], words: i16) -> f32 {
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
        let end = body[at].0.map(|place| place.saturating_add(words));
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

//! How well candidates answer: what the words that stand in them weigh, rare ones more, and how much of the question
//! they are; then what the reader prefers.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use uuid::Uuid;

use super::{
    Question, plan,
    stems::{self, Part},
    store::{Term, Terms},
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

/// What a question looks for, and what each of it weighs.
pub(super) struct Scale<'a> {
    /// The words that stand somewhere: see [`plan::known`].
    pub known: Vec<&'a Term>,
    /// What each of them weighs, and which group it is of, counted from 0.
    weights: Vec<(f32, usize)>,
    /// Whether each group is of the question itself.
    asked: Vec<bool>,
    /// What the groups of the question weigh together.
    all: f32,
}

impl<'a> Scale<'a> {
    pub fn of(terms: &'a Terms) -> Self {
        let mut groups: BTreeMap<usize, f32> = BTreeMap::new();
        for term in terms.list.iter().filter(|term| term.asked) {
            let weight = groups.entry(term.group).or_default();
            *weight = weight.max(terms.rarity(term.passages));
        }
        let known = plan::known(terms);
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        let weights = known.iter().map(|term| {
            let next = numbers.len();
            (terms.rarity(term.passages) * term.weight, *numbers.entry(term.group).or_insert(next))
        });
        let weights = weights.collect();
        let mut asked = vec![false; numbers.len()];
        for (group, number) in &numbers {
            asked[*number] = groups.contains_key(group);
        }
        Self { known, weights, asked, all: groups.values().sum::<f32>().max(0.01) }
    }
}

/// A section: key of the document, and its number.
pub(super) type Place = (Uuid, i32);

/// How well a section answers, and how much the reader prefers it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    worth: f32,
    preferred: f32,
}

/// A word in a passage that is looked at.
pub(super) struct Look<'a, K> {
    /// The section that the passage lies in.
    pub section: K,
    /// Subject and grade of its document.
    pub subject: &'a str,
    pub grade: Option<&'a str>,
    /// Which of the known words, and how well it stands there.
    pub word: usize,
    pub stands: f32,
}

/// The best sections, and how well each answers: its passages together. A passage is understood in its section, which is
/// also what the model is given: a question often has one word of it here and another one there.
pub(super) fn sections<'a, K: Copy + Ord + Hash>(
    scale: &Scale<'_>,
    looks: impl Iterator<Item = Look<'a, K>>,
    question: &Question<'_>,
) -> HashMap<K, Section> {
    // What each group weighs where it stands best, with and without how well it stands there.
    let mut of_sections: HashMap<K, (Vec<(f32, f32)>, f32)> = HashMap::new();
    for look in looks {
        let (best, _) = of_sections
            .entry(look.section)
            .or_insert_with(|| (vec![(0.0, 0.0); scale.asked.len()], preference(look.subject, look.grade, question)));
        let (weight, group) = scale.weights[look.word];
        let found = &mut best[group];
        // Often or in a title counts far more than standing there at all.
        *found = (found.0.max(weight * (0.2 + 4.0 * look.stands.min(1.0))), found.1.max(weight));
    }
    let worth = |best: &[(f32, f32)]| {
        let sum: f32 = best.iter().map(|it| it.0).sum();
        let covered: f32 = best.iter().zip(&scale.asked).filter(|(_, asked)| **asked).map(|(it, _)| it.1).sum();
        sum / scale.all * (0.4 + 0.6 * (covered / scale.all).min(1.0))
    };
    let section = |(place, (best, preferred)): (K, (Vec<_>, f32))| (place, Section { worth: worth(&best), preferred });
    let mut ranked: Vec<(K, Section)> = of_sections.into_iter().map(section).collect();
    let worth = |one: &Section| one.worth * one.preferred;
    ranked.sort_by(|one, other| worth(&other.1).total_cmp(&worth(&one.1)).then(one.0.cmp(&other.0)));
    ranked.truncate(SECTIONS.max(question.limit));
    ranked.into_iter().collect()
}

/// A passage of one of the best sections.
pub(super) struct Standing<K> {
    pub passage: i64,
    pub document: Uuid,
    pub section: K,
    /// Which of the known words stand in it, and where.
    pub words: Vec<(usize, Vec<stems::Place>)>,
}

/// What the words of a question weigh in a passage.
struct Standings {
    /// Of each group, by how often it stands in text and titles; and in the phrasings.
    often: Vec<f32>,
    asked: Vec<f32>,
    /// Where they stand.
    places: Vec<Stand>,
    phrasings: Vec<Stand>,
}

impl Standings {
    fn new(groups: usize) -> Self {
        Self { often: vec![0.0; groups], asked: vec![0.0; groups], places: Vec::new(), phrasings: Vec::new() }
    }

    /// A word that stands there.
    fn add(&mut self, stands: &[stems::Place], (weight, group): (f32, usize)) {
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
        let most = |best: &mut f32, often: f32| *best = best.max(weight * saturated(often));
        most(&mut self.often[group], f32::from(text) + if titles > 0 { 2.0 } else { 0.0 });
        most(&mut self.asked[group], f32::from(asked));
    }
}

/// The second time that a word stands somewhere says less than the first one (as in BM25).
fn saturated(often: f32) -> f32 {
    2.2 * often / (often + 1.2)
}

/// The passages of these sections, the best first: by the words that stand in them, near each other above all (an answer
/// is a sentence or two, and not a word here and another one there); by the one phrasing of their section that is most
/// like the question, and by all of its phrasings together; and by the best phrasing of their document.
pub(super) fn passages<K: Copy + Ord + Hash>(
    scale: &Scale<'_>,
    sections: &HashMap<K, Section>,
    standings: impl Iterator<Item = Standing<K>>,
) -> Vec<Ranked> {
    let (all, groups) = (scale.all, scale.asked.len());
    let mut of_documents: HashMap<Uuid, f32> = HashMap::new();
    let weighed: Vec<(Standing<K>, f32, f32, f32)> = standings
        .map(|standing| {
            let mut its = Standings::new(groups);
            for (word, stands) in &standing.words {
                its.add(stands, scale.weights[*word]);
            }
            let phrasing = (best_window(&mut its.phrasings, PHRASING, groups) / all).min(1.0);
            let document = of_documents.entry(standing.document).or_default();
            *document = document.max(phrasing);
            let near = best_window(&mut its.places, WINDOW, groups) / all;
            let often = its.often.iter().sum::<f32>() / all;
            let asked = its.asked.iter().sum::<f32>() / all;
            let section = sections.get(&standing.section).map_or(0.0, |it| it.worth);
            let score = often + 0.3 * near + 0.3 * section + phrasing + 0.5 * asked;
            (standing, score, phrasing, whole(&its.places, groups) / all)
        })
        .collect();
    let mut ranked: Vec<Ranked> = weighed
        .into_iter()
        .map(|(standing, score, phrasing, whole)| {
            let document = of_documents.get(&standing.document).copied().unwrap_or_default();
            let preferred = sections.get(&standing.section).map_or(1.0, |it| it.preferred);
            let score = (score + 1.5 * document) * preferred;
            Ranked { passage: standing.passage, score, coverage: whole.max(phrasing).min(1.0) }
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
fn best_window(stands: &mut [Stand], words: i16, groups: usize) -> f32 {
    stands.sort_by_key(|it| it.0);
    let titles = stands.iter().take_while(|it| it.0.is_none()).count();
    let (titles, body) = stands.split_at(titles);
    let mut in_titles = vec![0.0_f32; groups];
    for (_, group, weight) in titles {
        in_titles[*group] = in_titles[*group].max(0.9 * weight);
    }
    let mut best = in_titles.clone();
    let mut most = best.iter().sum::<f32>();
    for at in 0..body.len() {
        let end = body[at].0.map(|place| place.saturating_add(words));
        best.copy_from_slice(&in_titles);
        for (_, group, weight) in body[at..].iter().take_while(|it| it.0 <= end) {
            best[*group] = best[*group].max(*weight);
        }
        most = most.max(best.iter().sum());
    }
    most
}

/// What the groups of all of it weigh together.
fn whole(stands: &[Stand], groups: usize) -> f32 {
    let mut best = vec![0.0_f32; groups];
    for (_, group, weight) in stands {
        best[*group] = best[*group].max(*weight);
    }
    best.iter().sum()
}

fn preference(subject: &str, grade: Option<&str>, question: &Question<'_>) -> f32 {
    let of_subject = question.subject.is_some_and(|wanted| wanted.key() == subject);
    let of_grade = question.grade.is_some_and(|wanted| grade.is_none_or(|its| its == wanted));
    (if of_subject { SUBJECT } else { 1.0 }) * (if of_grade { GRADE } else { 1.0 })
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

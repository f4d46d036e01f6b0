//! The skill map: for each skill of the programme what is known of it, and what to learn next. Pure.
//!
//! A prerequisite *holds* when the student knows it; or when it was never measured and cannot be held against them:
//! a skill that needs it is known (implied), it belongs to the grade below (last year's programme is presumed until an
//! answer says otherwise), or no question measures it. *Next* are the skills that are not known and whose prerequisites
//! all hold: those measured first, then by how many other skills they open, then the weakest.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::{
    catalogue::{self, Catalogue, Skill},
    graph::Graph,
    mastery::{Evidence, Level},
};
use crate::assessments::model::Grade;

/// Evidence by tag, of one subject.
pub type Measured = HashMap<String, Evidence>;

/// What a skill of the map is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Known.
    Known,
    /// In between.
    Shaky,
    /// Not known.
    Unknown,
    /// No answer yet.
    NotMeasured,
}

impl State {
    /// All, the best first.
    pub const ALL: [Self; 4] = [Self::Known, Self::Shaky, Self::Unknown, Self::NotMeasured];

    fn of(evidence: Option<&Evidence>, now: DateTime<Utc>) -> Self {
        match evidence.map(|it| it.level(now)) {
            Some(Level::Known) => Self::Known,
            Some(Level::Shaky) => Self::Shaky,
            Some(Level::Unknown) => Self::Unknown,
            None => Self::NotMeasured,
        }
    }
}

/// A skill on a student's map.
#[derive(Debug, Clone)]
pub struct Node {
    /// The skill.
    pub skill: &'static Skill,
    /// Its grade: the student's, or the one below.
    pub grade: Grade,
    /// What it is called.
    pub state: State,
    /// Evidence, if it was ever measured.
    pub evidence: Option<Evidence>,
    /// Place among the skills to learn next, from 0.
    pub next: Option<usize>,
    /// How many skills that are not known stand on it.
    pub opens: usize,
}

/// All skills of a subject for a student.
#[derive(Debug, Clone)]
pub struct SkillMap {
    /// The programme.
    pub catalogue: &'static Catalogue,
    /// Skills of the student's grade, in its order.
    pub nodes: Vec<Node>,
    /// Skills of the grade below that answers put in doubt, and that a skill of this grade needs.
    pub below: Vec<Node>,
    /// The moment of all levels.
    pub now: DateTime<Utc>,
}

impl SkillMap {
    /// The map of a student.
    pub fn new(catalogue: &'static Catalogue, measured: &Measured, now: DateTime<Utc>) -> Self {
        let below = catalogue::below(catalogue);
        let state = |tag: &str| State::of(measured.get(tag), now);
        let node = |skill: &'static Skill, grade| Node {
            skill,
            grade,
            state: state(&skill.tag),
            evidence: measured.get(&skill.tag).copied(),
            next: None,
            opens: 0,
        };
        let graph = Graph::of(catalogue);
        let doubtful = |skill: &&'static Skill| {
            graph.needed().contains(skill.tag.as_str()) && matches!(state(&skill.tag), State::Shaky | State::Unknown)
        };
        let mut map = Self {
            catalogue,
            nodes: catalogue.skills.iter().map(|skill| node(skill, catalogue.grade)).collect(),
            below: below
                .into_iter()
                .flat_map(|below| below.skills.iter().filter(doubtful).map(|skill| node(skill, below.grade)))
                .collect(),
            now,
        };
        map.rank(&graph);
        map
    }

    /// Every node, those of the grade below last.
    pub fn all(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().chain(&self.below)
    }

    /// Skills to learn next, the first first.
    pub fn next(&self) -> Vec<&Node> {
        let mut next: Vec<&Node> = self.all().filter(|node| node.next.is_some()).collect();
        next.sort_by_key(|node| node.next);
        next
    }

    /// How many skills of the student's grade are in this state.
    pub fn count(&self, state: State) -> usize {
        self.nodes.iter().filter(|node| node.state == state).count()
    }

    /// Whether anything was measured.
    pub fn is_blank(&self) -> bool {
        self.all().all(|node| node.state == State::NotMeasured)
    }

    fn rank(&mut self, graph: &Graph) {
        let states: HashMap<&str, State> = self.all().map(|node| (node.skill.tag.as_str(), node.state)).collect();
        let known = |tag: &str| states.get(tag) == Some(&State::Known);
        let implied: BTreeSet<&str> = self
            .nodes
            .iter()
            .filter(|node| node.state == State::Known)
            .flat_map(|node| graph.under(&node.skill.tag).iter().copied())
            .collect();
        let own: BTreeSet<&str> = self.nodes.iter().map(|node| node.skill.tag.as_str()).collect();
        let holds = |tag: &str| match states.get(tag) {
            Some(State::Known) => true,
            Some(State::Shaky | State::Unknown) => false,
            // A skill of the grade below that is not on the map is known, or was never measured.
            None => true,
            Some(State::NotMeasured) => {
                implied.contains(tag) || self.catalogue.skill(tag).is_some_and(|skill| !skill.measured)
            }
        };
        let opens: HashMap<&str, usize> = states
            .keys()
            .map(|tag| (*tag, graph.above(tag).iter().filter(|it| own.contains(*it) && !known(it)).count()))
            .collect();
        let weight = |node: &Node| {
            let mean = node.evidence.map_or(1.0, |it| it.mean(self.now));
            (node.evidence.is_none(), usize::MAX - opens[node.skill.tag.as_str()], (mean * 1e6) as i64)
        };
        let candidate = |node: &&Node| {
            node.state != State::Known
                && (node.evidence.is_some() || node.skill.measured && !implied.contains(node.skill.tag.as_str()))
                && node.skill.needs.iter().all(|need| holds(need))
        };
        let mut next: Vec<&Node> = self.all().filter(candidate).collect();
        next.sort_by_key(|node| weight(node));
        let order: HashMap<&str, usize> =
            next.iter().enumerate().map(|(at, node)| (node.skill.tag.as_str(), at)).collect();
        for node in self.nodes.iter_mut().chain(&mut self.below) {
            node.next = order.get(node.skill.tag.as_str()).copied();
            node.opens = opens[node.skill.tag.as_str()];
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{assessments::model::Subject, learning::mastery::Answered};

    fn moment() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::days(20_000)
    }

    fn skill(tag: &str, needs: &[&str], measured: bool) -> Skill {
        Skill {
            tag: tag.into(),
            domain: "analyse".into(),
            label: format!("Savoir {tag}"),
            needs: needs.iter().map(|it| (*it).into()).collect(),
            advice: "Un conseil.".into(),
            measured,
        }
    }

    /// a ← b ← d, a ← c, e alone, f not measured by any question and needed by g.
    fn catalogue() -> &'static Catalogue {
        let skills = vec![
            skill("a", &[], true),
            skill("b", &["a"], true),
            skill("c", &["a"], true),
            skill("d", &["b"], true),
            skill("e", &[], true),
            skill("f", &[], false),
            skill("g", &["f"], true),
        ];
        // Premiere: no grade below that the embedded files could fill in.
        Box::leak(Box::new(Catalogue { subject: Subject::Maths, grade: Grade::Premiere, skills }))
    }

    pub(crate) fn evidence(right: usize, wrong: usize) -> Evidence {
        let one = |right| Evidence::of(Answered { right, difficulty: 2, practice: false, at: moment() });
        let answers = std::iter::repeat_n(one(true), right).chain(std::iter::repeat_n(one(false), wrong));
        answers.reduce(Evidence::and).expect("an answer")
    }

    fn map(measured: &[(&str, usize, usize)]) -> SkillMap {
        let measured =
            measured.iter().map(|(tag, right, wrong)| ((*tag).to_owned(), evidence(*right, *wrong))).collect();
        SkillMap::new(catalogue(), &measured, moment())
    }

    fn next(measured: &[(&str, usize, usize)]) -> Vec<String> {
        map(measured).next().iter().map(|node| node.skill.tag.clone()).collect()
    }

    #[test]
    fn what_nothing_holds_back_and_opens_the_most_comes_first() {
        // a opens b, c, d; e opens nothing.
        assert_eq!(next(&[("a", 0, 2), ("e", 0, 2), ("b", 0, 1)]), ["a", "e", "g"]);
    }

    #[test]
    fn once_a_prerequisite_is_known_what_stands_on_it_comes_next() {
        assert_eq!(next(&[("a", 3, 0), ("b", 0, 1), ("c", 1, 0), ("e", 4, 0)]), ["b", "c", "g"]);
    }

    #[test]
    fn a_prerequisite_that_was_never_asked_is_implied_by_what_stands_on_it() {
        // d is known, so a and b are implied although they were never asked; c may be learnt.
        assert_eq!(next(&[("d", 3, 0), ("c", 0, 1), ("e", 3, 0)]), ["c", "g"]);
    }

    #[test]
    fn an_answer_counts_more_than_an_implication() {
        // b was asked and not known, whatever d says: it is next itself, for a is implied.
        assert_eq!(next(&[("d", 3, 0), ("b", 0, 2), ("e", 3, 0), ("c", 3, 0), ("g", 3, 0)]), ["b"]);
    }

    #[test]
    fn a_skill_that_no_question_measures_holds_nobody_back_and_is_never_next() {
        let map = map(&[("g", 0, 1), ("a", 3, 0), ("b", 3, 0), ("c", 3, 0), ("d", 3, 0), ("e", 3, 0)]);
        assert_eq!(map.next().iter().map(|node| node.skill.tag.as_str()).collect::<Vec<_>>(), ["g"]);
        assert_eq!((map.count(State::Known), map.count(State::Unknown), map.count(State::NotMeasured)), (5, 1, 1));
    }

    #[test]
    fn with_nothing_measured_the_first_skills_of_the_programme_come_first() {
        assert_eq!(next(&[]), ["a", "e", "g"]);
        assert!(map(&[]).is_blank() && !map(&[("a", 1, 0)]).is_blank());
    }

    #[test]
    fn last_years_programme_is_presumed_until_an_answer_says_otherwise() {
        let Some(terminale) = catalogue::find(Subject::Maths, Grade::Terminale) else { return };
        let Some((skill, need)) = terminale.skills.iter().find_map(|it| {
            let below = catalogue::below(terminale)?;
            it.needs.iter().find(|need| below.skill(need).is_some()).map(|need| (it, need))
        }) else {
            return;
        };
        let blank = SkillMap::new(terminale, &Measured::new(), moment());
        assert!(blank.below.is_empty());
        let doubtful = Measured::from([(need.clone(), evidence(0, 2)), (skill.tag.clone(), evidence(0, 2))]);
        let map = SkillMap::new(terminale, &doubtful, moment());
        assert_eq!(map.below.iter().map(|node| node.skill.tag.as_str()).collect::<Vec<_>>(), [need]);
        assert!(map.below[0].next.is_some());
        assert!(map.nodes.iter().find(|node| node.skill.tag == skill.tag).expect("node").next.is_none());
    }
}

//! The skill map: for each skill of the programme what is known of it, and what to learn next. Pure.
//!
//! A prerequisite *holds* when the student knows it; or when it was never measured and cannot be held against them:
//! a skill that needs it is known (implied), it belongs to the grade below (last year's programme is presumed until an
//! answer says otherwise), or no question measures it. *Next* are the skills that are not known and whose prerequisites
//! all hold: those measured first, then by how many other skills they open, then the weakest.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    catalogue::{self, Catalogue, Skill},
    graph::Graph,
    mastery::{Evidence, Level},
};
use crate::assessments::model::{Grade, Subject};

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
        let graph = Graph::of(catalogue);
        let all: Vec<Node> =
            graph.skills.iter().map(|(skill, grade)| Node::new(skill, *grade, measured, now)).collect();
        // Of the grade below, only what answers put in doubt and a skill of this grade needs is on the map.
        let doubtful =
            |at: usize| !graph.above[at].is_empty() && matches!(all[at].state, State::Shaky | State::Unknown);
        let on_map: Vec<bool> = (0..all.len()).map(|at| at < graph.own || doubtful(at)).collect();
        let ranking = Ranking { graph: &graph, nodes: &all, on_map: &on_map };
        let opens: Vec<usize> = (0..all.len()).map(|at| ranking.opens(at)).collect();
        let places = ranking.places(&opens, now);
        let shown = all.into_iter().enumerate().filter(|(at, _)| on_map[*at]);
        let mut nodes: Vec<Node> =
            shown.map(|(at, node)| Node { next: places[at], opens: opens[at], ..node }).collect();
        let below = nodes.split_off(graph.own);
        Self { catalogue, nodes, below, now }
    }

    /// The maps of a grade, of the subjects in which something was measured.
    pub fn all_of(
        grade: Grade,
        now: DateTime<Utc>,
        mut measured: impl FnMut(Subject) -> Option<Measured>,
    ) -> Vec<Self> {
        let programmes = catalogue::all().iter().filter(|it| it.grade == grade);
        programmes.filter_map(|it| Some(Self::new(it, &measured(it.subject)?, now))).collect()
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
}

impl Node {
    fn new(skill: &'static Skill, grade: Grade, measured: &Measured, now: DateTime<Utc>) -> Self {
        let evidence = measured.get(&skill.tag).copied();
        Self { skill, grade, state: State::of(evidence.as_ref(), now), evidence, next: None, opens: 0 }
    }
}

/// Puts the skills to learn next in order. Skills go by their number in the graph.
struct Ranking<'a> {
    graph: &'a Graph,
    nodes: &'a [Node],
    on_map: &'a [bool],
}

impl Ranking<'_> {
    /// How many skills of the student's grade that are not known stand on this one.
    fn opens(&self, at: usize) -> usize {
        self.graph.above[at].iter().filter(|up| self.nodes[**up].state != State::Known).count()
    }

    /// Skills that one of the student's grade stands on, which is known.
    fn implied(&self) -> Vec<bool> {
        let mut implied = vec![false; self.nodes.len()];
        let known = (0..self.graph.own).filter(|at| self.nodes[*at].state == State::Known);
        known.flat_map(|at| &self.graph.under[at]).for_each(|under| implied[*under] = true);
        implied
    }

    /// The rule of the module's head.
    fn holds(&self, at: usize, implied: &[bool]) -> bool {
        // A skill of the grade below that is not on the map is known, or was never measured.
        let absent = !self.on_map[at];
        absent
            || match self.nodes[at].state {
                State::Known => true,
                State::Shaky | State::Unknown => false,
                State::NotMeasured => implied[at] || !self.nodes[at].skill.measured,
            }
    }

    /// The place of each skill among those to learn next.
    fn places(&self, opens: &[usize], now: DateTime<Utc>) -> Vec<Option<usize>> {
        let implied = self.implied();
        let candidate = |at: &usize| {
            let node = &self.nodes[*at];
            self.on_map[*at]
                && node.state != State::Known
                && (node.evidence.is_some() || node.skill.measured && !implied[*at])
                && self.graph.needs[*at].iter().all(|need| self.holds(*need, &implied))
        };
        let mut next: Vec<usize> = (0..self.nodes.len()).filter(candidate).collect();
        next.sort_by_cached_key(|at| {
            let evidence = self.nodes[*at].evidence;
            let mean = evidence.map_or(1.0, |it| it.mean(now));
            (evidence.is_none(), usize::MAX - opens[*at], (mean * 1e6) as i64)
        });
        let mut places = vec![None; self.nodes.len()];
        next.into_iter().enumerate().for_each(|(place, at)| places[at] = Some(place));
        places
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        assessments::model::Subject,
        learning::{catalogue, mastery::Answered},
    };

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
        let terminale = catalogue::find(Subject::Maths, Grade::Terminale).expect("a programme");
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

//! Who needs whom among the skills of a programme and of the grade below: closed over all steps, once for each programme.
//! Skills are numbered: a map is drawn for each student of a page.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock},
};

use super::catalogue::{self, Catalogue, Skill};
use crate::assessments::model::Grade;

/// The closed graph of a programme.
#[derive(Debug)]
pub struct Graph {
    /// The programme's skills in its order, then those of the grade below; a skill's number is its place.
    pub skills: Vec<(&'static Skill, Grade)>,
    /// How many of them are the programme's own.
    pub own: usize,
    /// What each needs.
    pub needs: Vec<Vec<usize>>,
    /// All that each stands on, however far down.
    pub under: Vec<Vec<usize>>,
    /// Those of the programme's own that stand on each, however far up.
    pub above: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph of a programme: those of the embedded programmes are made once.
    pub fn of(catalogue: &'static Catalogue) -> Arc<Self> {
        static KNOWN: LazyLock<Vec<Arc<Graph>>> =
            LazyLock::new(|| catalogue::all().iter().map(|one| Arc::new(Graph::new(one))).collect());
        let place = catalogue::all().iter().position(|one| std::ptr::eq(one, catalogue));
        place.and_then(|at| KNOWN.get(at).cloned()).unwrap_or_else(|| Arc::new(Self::new(catalogue)))
    }

    fn new(catalogue: &'static Catalogue) -> Self {
        let below = catalogue::below(catalogue).into_iter();
        let all = std::iter::once(catalogue).chain(below);
        let skills: Vec<_> = all.flat_map(|it| it.skills.iter().map(|skill| (skill, it.grade))).collect();
        let number: HashMap<&str, usize> =
            skills.iter().enumerate().rev().map(|(at, (skill, _))| (skill.tag.as_str(), at)).collect();
        let needs: Vec<Vec<usize>> = skills
            .iter()
            .map(|(skill, _)| skill.needs.iter().filter_map(|tag| number.get(tag.as_str()).copied()).collect())
            .collect();
        let under: Vec<Vec<usize>> = (0..skills.len()).map(|at| closure(&needs, at)).collect();
        let own = catalogue.skills.len();
        let above = (0..skills.len()).map(|at| (0..own).filter(|up| under[*up].contains(&at)).collect()).collect();
        Self { skills, own, needs, under, above }
    }
}

fn closure(needs: &[Vec<usize>], from: usize) -> Vec<usize> {
    let (mut found, mut open) = (BTreeSet::new(), needs[from].clone());
    while let Some(at) = open.pop() {
        if found.insert(at) {
            open.extend(&needs[at]);
        }
    }
    found.into_iter().collect()
}

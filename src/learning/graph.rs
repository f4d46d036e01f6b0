//! Who needs whom among the skills of a programme and of the grade below: closed over all steps, once for each programme.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock},
};

use super::catalogue::{self, Catalogue, Skill};

type Tags = BTreeSet<&'static str>;

/// The closed graph of a programme.
#[derive(Debug)]
pub struct Graph {
    under: HashMap<&'static str, Tags>,
    above: HashMap<&'static str, Tags>,
    needed: Tags,
}

static NOTHING: Tags = Tags::new();

impl Graph {
    /// The graph of a programme: those of the embedded programmes are made once.
    pub fn of(catalogue: &'static Catalogue) -> Arc<Self> {
        static KNOWN: LazyLock<Vec<Arc<Graph>>> =
            LazyLock::new(|| catalogue::all().iter().map(|one| Arc::new(Graph::new(one))).collect());
        let place = catalogue::all().iter().position(|one| std::ptr::eq(one, catalogue));
        place.and_then(|at| KNOWN.get(at).cloned()).unwrap_or_else(|| Arc::new(Self::new(catalogue)))
    }

    fn new(catalogue: &'static Catalogue) -> Self {
        let below = catalogue::below(catalogue).into_iter().flat_map(|it| &it.skills);
        let skills: HashMap<&'static str, &'static Skill> =
            catalogue.skills.iter().chain(below).map(|skill| (skill.tag.as_str(), skill)).collect();
        let under: HashMap<_, _> = skills.keys().map(|tag| (*tag, closure(&skills, tag))).collect();
        let mut above: HashMap<&'static str, Tags> = HashMap::new();
        for (tag, needs) in &under {
            for need in needs {
                above.entry(need).or_default().insert(tag);
            }
        }
        let needed = catalogue.skills.iter().filter_map(|skill| under.get(skill.tag.as_str())).flatten().copied();
        let needed = needed.collect();
        Self { under, above, needed }
    }

    /// All that a skill stands on, however far down.
    pub fn under(&self, tag: &str) -> &Tags {
        self.under.get(tag).unwrap_or(&NOTHING)
    }

    /// All that stands on a skill, however far up.
    pub fn above(&self, tag: &str) -> &Tags {
        self.above.get(tag).unwrap_or(&NOTHING)
    }

    /// Tags that a skill of the programme's own grade stands on.
    pub fn needed(&self) -> &Tags {
        &self.needed
    }
}

fn closure(skills: &HashMap<&'static str, &'static Skill>, from: &str) -> Tags {
    let step = |tag: &str| skills.get(tag).map_or(&[][..], |it| &it.needs[..]);
    let (mut found, mut open) = (Tags::new(), step(from).iter().collect::<Vec<_>>());
    while let Some(tag) = open.pop() {
        if found.insert(tag.as_str()) {
            open.extend(step(tag));
        }
    }
    found
}

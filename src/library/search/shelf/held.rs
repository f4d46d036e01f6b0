//! One state of the library's words.

use std::{collections::HashMap, ops::Range};

use uuid::Uuid;

use crate::library::{
    TEAM,
    model::Visibility,
    search::{
        Question, Viewer,
        rank::{Look, Section, Standing},
        stems::{self, Packed, Stems},
        store::{Term, Terms, term},
        words::{Wanted, plain},
    },
};

/// A passage, as it is read.
pub(super) struct Row {
    pub passage: i64,
    pub document: Uuid,
    pub section: i32,
    pub subject: String,
    pub grade: Option<String>,
    pub visibility: String,
    pub owner: Option<Uuid>,
    pub stems: Stems,
}

/// See [`super::Shelf`].
#[derive(Debug)]
pub struct Held {
    stamp: Uuid,
    passages: Vec<Passage>,
    /// Of each section, which passages.
    sections: Vec<Range<usize>>,
    /// Which stems a word has, without its accents.
    words: HashMap<Box<str>, Vec<u32>>,
    /// The stems of other names that are no words of the library (`assets/library/synonyms.toml`).
    names: HashMap<Box<str>, u32>,
    stems: Vec<Stem>,
    by_stem: HashMap<Box<str>, u32>,
    /// All places of all stems.
    places: Vec<Packed>,
}

#[derive(Debug)]
struct Passage {
    id: i64,
    document: Uuid,
    section: u32,
    subject: String,
    grade: Option<String>,
    /// None: an unknown one, which nobody may read.
    visibility: Option<Visibility>,
    owner: Option<Uuid>,
}

#[derive(Debug, Default)]
struct Stem {
    text: Box<str>,
    /// In how many passages it stands, as `library_words` counts.
    passages: i32,
    /// In which of them, in order.
    stands: Vec<Stand>,
}

/// A passage in which a stem stands, and where its places are.
#[derive(Debug, Clone, Copy)]
struct Stand {
    passage: u32,
    from: u32,
    count: u16,
}

impl Held {
    /// From the rows of `library_words`, the stems of other names, and the passages by document and section.
    pub(super) fn of(
        stamp: Uuid,
        words: Vec<(String, String, i32)>,
        names: Vec<(String, String)>,
        rows: Vec<Row>,
    ) -> Self {
        let mut held = Self {
            stamp,
            passages: Vec::with_capacity(rows.len()),
            sections: Vec::new(),
            words: HashMap::new(),
            names: HashMap::new(),
            stems: Vec::new(),
            by_stem: HashMap::new(),
            places: Vec::new(),
        };
        for (word, stem, passages) in words {
            let stem = held.stem(&stem);
            held.stems[stem as usize].passages += passages;
            held.words.entry(word.into()).or_default().push(stem);
        }
        let mut section = None;
        for row in rows {
            held.add(row, &mut section);
        }
        for (name, stem) in names {
            if let Some(stem) = held.by_stem.get(stem.as_str()) {
                held.names.insert(name.into(), *stem);
            }
        }
        for stem in &mut held.stems {
            stem.stands.shrink_to_fit();
        }
        held.places.shrink_to_fit();
        held
    }

    fn add(&mut self, row: Row, last: &mut Option<(Uuid, i32)>) {
        let at = self.passages.len();
        if last.replace((row.document, row.section)) != Some((row.document, row.section)) {
            self.sections.push(at..at);
        }
        let section = self.sections.len().saturating_sub(1);
        self.sections[section].end = at + 1;
        for (stem, places) in row.stems.packed() {
            let Ok(text) = std::str::from_utf8(stem) else { continue };
            let from = self.places.len();
            self.places.extend(places);
            let stand = Stand {
                passage: at as u32,
                from: from as u32,
                count: u16::try_from(self.places.len() - from).unwrap_or(u16::MAX),
            };
            let stem = self.stem(text);
            self.stems[stem as usize].stands.push(stand);
        }
        self.passages.push(Passage {
            id: row.passage,
            document: row.document,
            section: section as u32,
            subject: row.subject,
            grade: row.grade,
            visibility: Visibility::parse(&row.visibility),
            owner: row.owner,
        });
    }

    fn stem(&mut self, text: &str) -> u32 {
        if let Some(stem) = self.by_stem.get(text) {
            return *stem;
        }
        let next = self.stems.len() as u32;
        self.stems.push(Stem { text: text.into(), ..Stem::default() });
        self.by_stem.insert(text.into(), next);
        next
    }

    /// Whether it is this state of the library.
    pub fn is(&self, stamp: Uuid) -> bool {
        self.stamp == stamp
    }

    /// The stems of what is wanted; and the words of the question that the library does not know.
    pub fn terms(&self, wanted: &[Wanted]) -> (Terms, Vec<Wanted>) {
        let mut terms = Terms { list: Vec::new(), passages: i32::try_from(self.passages.len()).unwrap_or(i32::MAX) };
        let mut unknown = Vec::new();
        for one in wanted {
            let known = self.words.get(plain(&one.word).as_str());
            let stems: &[u32] = match (known, self.names.get(one.word.as_str())) {
                (Some(stems), _) => stems,
                (None, Some(stem)) if !one.asked => std::slice::from_ref(stem),
                (None, _) => {
                    if one.asked {
                        unknown.push(one.clone());
                    }
                    &[]
                }
            };
            for stem in stems.iter().map(|stem| &self.stems[*stem as usize]) {
                terms.passages = terms.passages.max(stem.passages);
                terms.list.push(term(one, stem.text.to_string(), 1.0, stem.passages));
            }
        }
        (terms, unknown)
    }

    /// Where these words stand, in passages that the viewer may read.
    pub fn looks<'a>(
        &'a self,
        words: &'a [&'a Term],
        question: &'a Question<'_>,
    ) -> impl Iterator<Item = Look<'a, u32>> {
        words.iter().enumerate().flat_map(move |(word, term)| {
            self.stands(term).iter().filter_map(move |stand| {
                let passage = &self.passages[stand.passage as usize];
                let wanted = passage.may_be_read(question.viewer) && passage.is_wanted(question);
                wanted.then(|| Look {
                    section: passage.section,
                    subject: &passage.subject,
                    grade: passage.grade.as_deref(),
                    word,
                    stands: stems::rank(self.places(stand)),
                })
            })
        })
    }

    /// All passages of these sections, with where the words stand.
    pub fn standings<'a>(
        &'a self,
        sections: &'a HashMap<u32, Section>,
        words: &'a [&'a Term],
    ) -> impl Iterator<Item = Standing<u32>> {
        let stands: Vec<&[Stand]> = words.iter().map(|term| self.stands(term)).collect();
        let passages = sections.keys().flat_map(|section| self.sections[*section as usize].clone());
        passages.map(move |at| {
            let found = stands.iter().enumerate().filter_map(|(word, stands)| {
                let found = stands.binary_search_by_key(&at, |stand| stand.passage as usize).ok()?;
                Some((word, self.places(&stands[found]).iter().copied().map(stems::place).collect()))
            });
            let Passage { id, document, section, .. } = &self.passages[at];
            Standing { passage: *id, document: *document, section: *section, words: found.collect() }
        })
    }

    fn stands(&self, term: &Term) -> &[Stand] {
        self.by_stem.get(term.lexeme.as_str()).map_or(&[], |stem| &self.stems[*stem as usize].stands)
    }

    fn places(&self, stand: &Stand) -> &[Packed] {
        &self.places[stand.from as usize..][..usize::from(stand.count)]
    }
}

impl Passage {
    /// The rule of `library_may_read`, which is asked once more when what was found is loaded.
    fn may_be_read(&self, viewer: Viewer) -> bool {
        match self.visibility {
            Some(Visibility::All) => true,
            Some(Visibility::Staff) if TEAM.contains(&viewer.role) => true,
            Some(Visibility::Staff | Visibility::Owner) => self.owner == Some(viewer.id),
            None => false,
        }
    }

    fn is_wanted(&self, question: &Question<'_>) -> bool {
        let subject = question.subject.is_none_or(|wanted| wanted.key() == self.subject);
        let grade = question.grade.is_none_or(|wanted| self.grade.as_deref().is_none_or(|its| its == wanted));
        !question.strict || (subject && grade)
    }
}

//! The skills of a subject and a grade, with what each needs: text files under `assets/skills/`, embedded in the binary.
//!
//! A file is `<subject>_<grade>.toml`. A skill needs skills of its file, or of the grade below; a tag is one skill
//! through all grades of a subject. Where no file is written (the general diagnostic), the skills of the banks stand in,
//! without prerequisites. That the files are sound and hold every skill of the banks is checked when the tests run.

mod parse;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

use rust_embed::RustEmbed;

pub use self::parse::CatalogueError;
use crate::assessments::{
    bank,
    model::{Grade, Subject},
};

/// A skill of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// ASCII `snake_case`; unique in its subject.
    pub tag: String,
    /// Key of the domain.
    pub domain: String,
    /// A name that a parent understands.
    pub label: String,
    /// Tags of what it needs first.
    pub needs: Vec<String>,
    /// How to learn it; empty where no file is written.
    pub advice: String,
    /// Whether a question of a bank measures it.
    pub measured: bool,
}

/// All skills of a subject and a grade, in the order of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The subject.
    pub subject: Subject,
    /// The grade.
    pub grade: Grade,
    /// The skills.
    pub skills: Vec<Skill>,
}

impl Catalogue {
    /// The skill with this tag.
    pub fn skill(&self, tag: &str) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.tag == tag)
    }

    /// Keys of the domains, in the order of the skills.
    pub fn domains(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for skill in &self.skills {
            if !found.contains(&skill.domain.as_str()) {
                found.push(&skill.domain);
            }
        }
        found
    }

    /// Full name of a domain, as a bank of this subject and grade has it.
    pub fn domain_title<'a>(&self, key: &'a str) -> &'a str {
        let of_grade = bank::editions().filter(|it| it.bank.subject == self.subject && it.edition.grade == self.grade);
        of_grade.filter_map(|it| it.bank.domain(key)).map(|domain| domain.title.as_str()).next().unwrap_or(key)
    }
}

/// The catalogue of a subject and a grade; none where nothing is taught or asked.
pub fn find(subject: Subject, grade: Grade) -> Option<&'static Catalogue> {
    all().iter().find(|it| it.subject == subject && it.grade == grade)
}

/// The catalogue of the grade below.
pub fn below(of: &Catalogue) -> Option<&'static Catalogue> {
    match of.grade {
        Grade::Premiere => None,
        Grade::Terminale => find(of.subject, Grade::Premiere).filter(|it| it.subject != Subject::General),
    }
}

/// The skill with this tag in any grade of the subject.
pub fn skill(subject: Subject, tag: &str) -> Option<&'static Skill> {
    all().iter().filter(|it| it.subject == subject).find_map(|it| it.skill(tag))
}

/// Every catalogue.
pub fn all() -> &'static [Catalogue] {
    static CATALOGUES: LazyLock<Vec<Catalogue>> = LazyLock::new(|| {
        // The tests parse these very files, embedded at the same build: a binary that passed them cannot fail here.
        let mut written = embedded().unwrap_or_else(|error| panic!("embedded catalogues of skills: {error}"));
        let standing_in: Vec<Catalogue> = combinations()
            .filter(|(subject, grade)| !written.iter().any(|it| it.subject == *subject && it.grade == *grade))
            .filter_map(|(subject, grade)| of_banks(subject, grade))
            .collect();
        written.extend(standing_in);
        let measured = measured_tags();
        for catalogue in &mut written {
            let tags = measured.get(&catalogue.subject);
            for skill in &mut catalogue.skills {
                skill.measured = tags.is_some_and(|tags| tags.contains(skill.tag.as_str()));
            }
        }
        written
    });
    &CATALOGUES
}

fn combinations() -> impl Iterator<Item = (Subject, Grade)> {
    Subject::ALL.into_iter().flat_map(|subject| Grade::ALL.into_iter().map(move |grade| (subject, grade)))
}

fn measured_tags() -> HashMap<Subject, BTreeSet<&'static str>> {
    let mut found: HashMap<Subject, BTreeSet<&'static str>> = HashMap::new();
    for bank in bank::banks() {
        let tags = bank.questions.iter().flat_map(|question| question.skills.iter().map(String::as_str));
        found.entry(bank.subject).or_default().extend(tags);
    }
    found
}

/// What the banks of a subject and a grade measure, each skill alone.
fn of_banks(subject: Subject, grade: Grade) -> Option<Catalogue> {
    let mut skills: Vec<Skill> = Vec::new();
    for it in bank::editions().filter(|it| it.bank.subject == subject && it.edition.grade == grade) {
        for skill in &it.bank.skills {
            if !skills.iter().any(|known| known.tag == skill.tag) {
                skills.push(Skill {
                    tag: skill.tag.clone(),
                    domain: skill.domain.clone(),
                    label: skill.label.clone(),
                    needs: Vec::new(),
                    advice: String::new(),
                    measured: true,
                });
            }
        }
    }
    (!skills.is_empty()).then_some(Catalogue { subject, grade, skills })
}

#[derive(RustEmbed)]
#[folder = "assets/skills"]
struct Files;

/// Parses what is embedded.
fn embedded() -> Result<Vec<Catalogue>, CatalogueError> {
    let mut names: Vec<_> = Files::iter().filter(|name| name.ends_with(".toml")).collect();
    names.sort();
    let text = |name: &str| Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    names.iter().filter_map(|name| Some(Catalogue::parse(name, &text(name)?))).collect()
}

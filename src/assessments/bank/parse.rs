//! From the TOML texts of a folder to a [`Bank`]. Refuses what cannot be scored (a missing domain, a key that is no
//! option, no question at all); finer faults of writing are found by the tests.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use super::{Bank, Domain, Edition, ErrorType, Question, Skill};
use crate::assessments::model::Subject;

const HEADER: &str = "bank.toml";

/// Why a folder is not a bank. Names the file.
#[derive(Debug, Error)]
pub enum BankError {
    /// There is no `bank.toml`.
    #[error("{bank}: no {HEADER}")]
    NoHeader {
        /// The folder.
        bank: String,
    },
    /// Not TOML, or not of the expected shape.
    #[error("{bank}/{file}: {source}")]
    Toml {
        /// The folder.
        bank: String,
        /// The file.
        file: String,
        /// Line and reason.
        source: Box<toml::de::Error>,
    },
    /// A file of questions for a domain that `bank.toml` does not list, or lists with another file.
    #[error("{bank}/{file}: the domain «{domain}» is not in {HEADER} or has two files")]
    UnexpectedDomain {
        /// The folder.
        bank: String,
        /// The file.
        file: String,
        /// The domain's key.
        domain: String,
    },
    /// A domain without a single question.
    #[error("{bank}: the domain «{domain}» has no question")]
    EmptyDomain {
        /// The folder.
        bank: String,
        /// The domain's key.
        domain: String,
    },
    /// Nothing to score, or nobody to offer it to.
    #[error("{bank}: no domain or no edition")]
    Empty {
        /// The folder.
        bank: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    subject: Subject,
    title: String,
    minutes: u16,
    date: NaiveDate,
    editions: Vec<Edition>,
    domains: Vec<Domain>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainFile {
    domain: String,
    skills: BTreeMap<String, String>,
    questions: Vec<RawQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    id: String,
    weight: u8,
    competence: String,
    topic: String,
    skills: Vec<String>,
    text: String,
    hint: Option<String>,
    key: Key,
    explanation: String,
    error_type: Option<ErrorType>,
    options: Four<String>,
    why: Four<Option<String>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Key {
    A,
    B,
    C,
    D,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Four<T> {
    a: T,
    b: T,
    c: T,
    d: T,
}

impl<T> Four<T> {
    fn into_array(self) -> [T; 4] {
        [self.a, self.b, self.c, self.d]
    }
}

impl RawQuestion {
    fn into_question(self, domain: &str) -> Question {
        Question {
            id: self.id,
            domain: domain.into(),
            weight: self.weight,
            competence: self.competence,
            topic: self.topic,
            skills: self.skills,
            text: self.text,
            hint: self.hint,
            options: self.options.into_array(),
            key: self.key as usize,
            explanation: self.explanation,
            why: self.why.into_array(),
            error_type: self.error_type,
        }
    }
}

impl Bank {
    /// Reads the files of the folder `id`, given as (name, text) in any order.
    ///
    /// # Errors
    /// The first fault found, with the file where it lies.
    pub fn parse(id: &str, files: &[(String, String)]) -> Result<Self, BankError> {
        let (headers, domain_files): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| name == HEADER);
        let Some((_, header)) = headers.first() else { return Err(BankError::NoHeader { bank: id.into() }) };
        let header: Header = read(id, HEADER, header)?;
        if header.domains.is_empty() || header.editions.is_empty() {
            return Err(BankError::Empty { bank: id.into() });
        }
        let mut by_domain = BTreeMap::new();
        for (name, text) in domain_files {
            let file: DomainFile = read(id, name, text)?;
            let key = file.domain.clone();
            let listed = header.domains.iter().any(|domain| domain.key == key);
            if !listed || by_domain.insert(key.clone(), file).is_some() {
                return Err(BankError::UnexpectedDomain { bank: id.into(), file: name.clone(), domain: key });
            }
        }
        let (mut skills, mut questions) = (Vec::new(), Vec::new());
        for Domain { key, .. } in &header.domains {
            let file = by_domain.remove(key).filter(|file| !file.questions.is_empty());
            let Some(file) = file else { return Err(BankError::EmptyDomain { bank: id.into(), domain: key.clone() }) };
            skills.extend(file.skills.into_iter().map(|(tag, label)| Skill { tag, label, domain: key.clone() }));
            questions.extend(file.questions.into_iter().map(|question| question.into_question(key)));
        }
        let Header { subject, title, minutes, date, editions, domains } = header;
        Ok(Self { id: id.into(), subject, title, minutes, date, editions, domains, skills, questions })
    }
}

fn read<T: for<'de> Deserialize<'de>>(bank: &str, file: &str, text: &str) -> Result<T, BankError> {
    toml::from_str(text).map_err(|source| BankError::Toml {
        bank: bank.into(),
        file: file.into(),
        source: Box::new(source),
    })
}

//! From the text of a file to a [`Catalogue`].

use serde::Deserialize;
use thiserror::Error;

use super::{Catalogue, Skill};
use crate::assessments::model::{Grade, Subject};

/// Why a file is no catalogue.
#[derive(Debug, Error)]
pub enum CatalogueError {
    /// Not TOML, or not of the expected shape.
    #[error("{file}: {source}")]
    Toml {
        /// The file.
        file: String,
        /// Line and reason.
        source: Box<toml::de::Error>,
    },
    /// The file's name and its head speak of two things.
    #[error("{file}: says it is {subject} {grade}")]
    Name {
        /// The file.
        file: String,
        /// Subject in its head.
        subject: &'static str,
        /// Grade in its head.
        grade: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    subject: Subject,
    grade: Grade,
    skills: Vec<RawSkill>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSkill {
    tag: String,
    domain: String,
    label: String,
    #[serde(default)]
    needs: Vec<String>,
    advice: String,
}

impl Catalogue {
    /// Reads a file.
    ///
    /// # Errors
    /// It is no TOML of this shape, or its name belongs to another subject or grade.
    pub fn parse(name: &str, text: &str) -> Result<Self, CatalogueError> {
        let file: File = toml::from_str(text)
            .map_err(|source| CatalogueError::Toml { file: name.into(), source: Box::new(source) })?;
        let (subject, grade) = (file.subject, file.grade);
        if name != format!("{}_{}.toml", subject.as_str(), grade.as_str()).to_lowercase() {
            return Err(CatalogueError::Name { file: name.into(), subject: subject.as_str(), grade: grade.as_str() });
        }
        let skill = |raw: RawSkill| Skill {
            tag: raw.tag,
            domain: raw.domain,
            label: raw.label,
            needs: raw.needs,
            advice: raw.advice.trim().to_owned(),
            measured: false,
        };
        Ok(Self { subject, grade, skills: file.skills.into_iter().map(skill).collect() })
    }
}

//! What a form says about a document, checked.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Details, circles,
    model::{Authority, Grade, Visibility},
};
use crate::{
    subjects::SchoolSubject,
    web::{
        FieldErrors, Person,
        checks::{Checks, given},
    },
};

/// Stands for no grade: the whole lycée.
pub const WHOLE: &str = "LYCEE";

/// The fields as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    /// Title.
    pub title: String,
    /// A subject's key.
    pub subject: String,
    /// A grade's key, or `LYCEE`; empty counts as the latter.
    pub grade: String,
    /// A, B, C or D.
    pub authority: String,
    /// Rights of use.
    pub rights: String,
    /// ALL, STAFF or OWNER.
    pub visibility: String,
}

impl DetailsForm {
    /// From the fields of a form with a file.
    pub fn of(fields: &BTreeMap<String, String>) -> Self {
        let of = |name: &str| fields.get(name).cloned().unwrap_or_default();
        Self {
            title: of("title"),
            subject: of("subject"),
            grade: of("grade"),
            authority: of("authority"),
            rights: of("rights"),
            visibility: of("visibility"),
        }
    }

    /// From the fields of the JSON contract, where only the subject is needed: the level may be called so, and what is
    /// missing is the most careful.
    pub fn of_contract(fields: &BTreeMap<String, String>) -> Self {
        let typed = Self::of(fields);
        let or = |value: String, default: &str| if value.trim().is_empty() { default.to_owned() } else { value };
        let level = fields.get("level").map(|level| level.trim().to_uppercase());
        Self {
            subject: typed.subject.trim().to_uppercase(),
            grade: or(typed.grade, &level.unwrap_or_default()),
            authority: or(typed.authority, Authority::D.key()),
            visibility: or(typed.visibility, Visibility::Staff.key()),
            ..typed
        }
    }

    /// From what is stored.
    pub fn from(details: &Details) -> Self {
        Self {
            title: details.title.clone(),
            subject: details.subject.key().into(),
            grade: details.grade.map_or(WHOLE, Grade::key).into(),
            authority: details.authority.key().into(),
            rights: details.rights.clone(),
            visibility: details.visibility.key().into(),
        }
    }

    /// What the form says, or what is wrong with it. Without a title, that of the file is taken.
    pub fn check(&self, person: &Person, file_name: Option<&str>) -> Result<Details, FieldErrors> {
        let title = given(Some(&self.title)).map(ToOwned::to_owned).or_else(|| file_name.map(title_of));
        let mut checks = Checks::default();
        checks.text("title", title.as_deref().unwrap_or_default(), 1, 200, "Donnez un titre au document");
        checks.text("rights", &self.rights, 0, 300, "");
        let subject = SchoolSubject::parse(&self.subject);
        checks.check("subject", subject.is_some(), "Choisissez une matière");
        let grade = given(Some(&self.grade)).filter(|grade| *grade != WHOLE).map(Grade::parse);
        checks.check("grade", grade != Some(None), "Choisissez un niveau de la liste");
        let authority = Authority::parse(&self.authority);
        checks.check("authority", authority.is_some(), "Choisissez le poids de ce document comme source");
        let visibility = Visibility::parse(&self.visibility).filter(|circle| circles(person).contains(circle));
        checks.check("visibility", visibility.is_some(), "Choisissez qui peut lire ce document");
        let errors = checks.finish();
        match (title, subject, authority, visibility) {
            (Some(title), Some(subject), Some(authority), Some(visibility)) if errors.is_empty() => Ok(Details {
                title: title.trim().to_owned(),
                subject,
                grade: grade.flatten(),
                authority,
                rights: self.rights.trim().to_owned(),
                visibility,
            }),
            _ => Err(errors),
        }
    }
}

/// "cours_suites-2026.pdf" is about "cours suites 2026".
fn title_of(file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let title: String = stem.chars().map(|sign| if "_-".contains(sign) { ' ' } else { sign }).collect();
    if title.trim().is_empty() { "Document".into() } else { title.trim().to_owned() }
}

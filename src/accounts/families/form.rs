//! The form "bilan gratuit": fields and rules, the same for the page and the JSON body.

use chrono::{Datelike as _, NaiveDate, Utc};
use poem_openapi::Object;
use serde::{Deserialize, Serialize};

use crate::web::{Checks, FieldErrors, checks::given};

/// Grades that may apply, with labels.
pub const GRADES: &[(&str, &str)] = &[("seconde", "Seconde"), ("premiere", "Première"), ("terminale", "Terminale")];
/// Subjects of the school.
pub const SUBJECTS: &[(&str, &str)] = &[
    ("MATHEMATIQUES", "Mathématiques"),
    ("NSI", "NSI"),
    ("FRANCAIS", "Français"),
    ("PHILOSOPHIE", "Philosophie"),
    ("HISTOIRE_GEO", "Histoire-géographie"),
    ("ANGLAIS", "Anglais"),
    ("ESPAGNOL", "Espagnol"),
    ("PHYSIQUE_CHIMIE", "Physique-chimie"),
    ("SVT", "SVT"),
    ("SES", "SES"),
];
/// How the family sees the child's level.
pub const CURRENT_LEVELS: &[(&str, &str)] =
    &[("difficultes", "En difficulté"), ("moyen", "Moyen"), ("bon", "Bon"), ("excellent", "Excellent")];
/// Where courses should take place.
pub const MODALITIES: &[(&str, &str)] = &[("online", "En ligne"), ("presentiel", "Au centre"), ("hybride", "Les deux")];

/// All that a family tells us. Field names are those of the contract.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Object)]
#[serde(rename_all = "camelCase", default)]
#[oai(rename_all = "camelCase")]
pub struct BilanForm {
    /// Parent's first name.
    pub parent_first_name: String,
    /// Parent's last name.
    pub parent_last_name: String,
    /// Where the activation link goes.
    pub parent_email: String,
    /// Parent's phone.
    pub parent_phone: String,
    /// Ignored: only the mailed link sets a password.
    #[serde(skip_serializing)]
    pub parent_password: Option<String>,
    /// Child's first name.
    pub student_first_name: String,
    /// Child's last name.
    pub student_last_name: String,
    /// seconde, premiere or terminale.
    pub student_grade: String,
    /// School of the child.
    pub student_school: Option<String>,
    /// YYYY-MM-DD.
    pub student_birth_date: Option<String>,
    /// At least one of the ten subjects.
    pub subjects: Vec<String>,
    /// difficultes, moyen, bon or excellent.
    pub current_level: String,
    /// What the family hopes for.
    pub objectives: Option<String>,
    /// What is hard.
    pub difficulties: Option<String>,
    /// online, presentiel or hybride.
    pub preferred_modality: Option<String>,
    /// When the child is free.
    pub availability: Option<String>,
    /// Must be true.
    pub accept_terms: bool,
    /// Consent to news, separate.
    pub accept_newsletter: bool,
    /// Trap for programs; people never see it.
    pub website: Option<String>,
}

impl BilanForm {
    /// Errors of step 1: the parent.
    pub fn check_parent(&self) -> FieldErrors {
        let mut checks = Checks::default();
        self.parent(&mut checks);
        checks.finish()
    }

    /// Errors of both steps.
    pub fn check(&self) -> FieldErrors {
        let mut checks = Checks::default();
        self.parent(&mut checks);
        self.child(&mut checks);
        self.wishes(&mut checks);
        checks.finish()
    }

    fn parent(&self, checks: &mut Checks) {
        checks.text("parentFirstName", &self.parent_first_name, 2, 80, "Indiquez votre prénom (2 lettres au moins)");
        checks.text("parentLastName", &self.parent_last_name, 2, 80, "Indiquez votre nom (2 lettres au moins)");
        checks.email("parentEmail", &self.parent_email);
        checks.check(
            "parentPhone",
            is_phone(&self.parent_phone),
            "Indiquez un numéro de téléphone (8 chiffres au moins)",
        );
    }

    fn child(&self, checks: &mut Checks) {
        checks.text(
            "studentFirstName",
            &self.student_first_name,
            2,
            80,
            "Indiquez le prénom de l’élève (2 lettres au moins)",
        );
        checks.text(
            "studentLastName",
            &self.student_last_name,
            2,
            80,
            "Indiquez le nom de l’élève (2 lettres au moins)",
        );
        checks.one_of("studentGrade", &self.student_grade, GRADES, "Choisissez la classe");
        checks.optional("studentSchool", self.student_school.as_deref(), 120);
        let date_fine = given(self.student_birth_date.as_deref()).is_none_or(|text| parse_birth_date(text).is_some());
        checks.check("studentBirthDate", date_fine, "Indiquez une date de naissance valable, ou laissez vide");
    }

    fn wishes(&self, checks: &mut Checks) {
        let known = self.subjects.iter().all(|one| SUBJECTS.iter().any(|(key, _)| key == one));
        checks.check("subjects", !self.subjects.is_empty(), "Choisissez au moins une matière");
        checks.check("subjects", known && self.subjects.len() <= SUBJECTS.len(), "Matière inconnue");
        checks.one_of("currentLevel", &self.current_level, CURRENT_LEVELS, "Choisissez le niveau actuel");
        if let Some(objectives) = given(self.objectives.as_deref()) {
            checks.text(
                "objectives",
                objectives,
                10,
                2000,
                "Dites-en un peu plus (10 caractères au moins), ou laissez vide",
            );
        }
        checks.optional("difficulties", self.difficulties.as_deref(), 2000);
        checks.optional("availability", self.availability.as_deref(), 500);
        if let Some(modality) = given(self.preferred_modality.as_deref()) {
            checks.one_of("preferredModality", modality, MODALITIES, "Choisissez une modalité de la liste");
        }
        checks.check("acceptTerms", self.accept_terms, "Votre accord est nécessaire pour commencer");
    }

    /// The grade as the database keeps it: SECONDE, PREMIERE, TERMINALE.
    pub fn grade_key(&self) -> String {
        self.student_grade.to_uppercase()
    }

    /// The birth date, if a valid one was given.
    pub fn birth_date(&self) -> Option<NaiveDate> {
        given(self.student_birth_date.as_deref()).and_then(parse_birth_date)
    }

    /// First and last name of the child.
    pub fn student_name(&self) -> String {
        format!("{} {}", self.student_first_name.trim(), self.student_last_name.trim())
    }

    /// First and last name of the parent.
    pub fn parent_name(&self) -> String {
        format!("{} {}", self.parent_first_name.trim(), self.parent_last_name.trim())
    }
}

/// Eight to fifteen digits, with the usual separators.
/// Whether it can be dialled: 8 to 15 digits and what people write between them.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (8..=15).contains(&digits)
        && text.len() <= 30
        && text.trim().chars().all(|c| c.is_ascii_digit() || " +-.()/\u{a0}".contains(c))
}

/// A day on which somebody at lycée can be born.
pub(crate) fn parse_birth_date(text: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    let this_year = Utc::now().year();
    (this_year - 30..=this_year - 10).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid() -> BilanForm {
        BilanForm {
            parent_first_name: "Leïla".into(),
            parent_last_name: "Ben Salah".into(),
            parent_email: "leila@example.org".into(),
            parent_phone: "+216 20 123 456".into(),
            student_first_name: "Yassine".into(),
            student_last_name: "Ben Salah".into(),
            student_grade: "terminale".into(),
            subjects: vec!["MATHEMATIQUES".into()],
            current_level: "moyen".into(),
            accept_terms: true,
            ..BilanForm::default()
        }
    }

    #[test]
    fn a_family_that_fills_in_what_is_required_is_accepted() {
        assert!(valid().check().is_empty());
    }

    #[test]
    fn every_missing_field_is_named() {
        let errors = BilanForm::default().check();
        for field in [
            "parentFirstName",
            "parentLastName",
            "parentEmail",
            "parentPhone",
            "studentFirstName",
            "studentLastName",
            "studentGrade",
            "subjects",
            "currentLevel",
            "acceptTerms",
        ] {
            assert!(errors.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn optional_fields_are_checked_only_when_given() {
        let form = BilanForm { objectives: Some(String::new()), student_birth_date: Some(" ".into()), ..valid() };
        assert!(form.check().is_empty());
        let form =
            BilanForm { objectives: Some("court".into()), student_birth_date: Some("2009-02-30".into()), ..valid() };
        assert!(form.check().of("objectives").is_some() && form.check().of("studentBirthDate").is_some());
    }
}

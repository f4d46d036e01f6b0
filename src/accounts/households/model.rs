//! A child and a guardian as forms and files say them, and why a change to a family was not made.

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use crate::{
    accounts::{
        families::{is_phone, parse_birth_date},
        people::Details,
    },
    web::{Checks, FieldErrors, checks::given},
};

/// Grades with labels, the older first.
pub const GRADES: &[(&str, &str)] = &[("TERMINALE", "Terminale"), ("PREMIERE", "Première"), ("SECONDE", "Seconde")];
/// What a guardian is to the child.
pub const RELATIONS: &[(&str, &str)] =
    &[("MERE", "Mère"), ("PERE", "Père"), ("PARENT", "Parent"), ("TUTEUR", "Tuteur ou tutrice"), ("AUTRE", "Autre")];

/// Label of a key in one of the lists.
pub fn label(list: &'static [(&'static str, &'static str)], key: &str) -> &'static str {
    list.iter().find(|(known, _)| *known == key).map_or("", |(_, label)| label)
}

/// What is known of a child.
#[derive(Debug, Clone, Default)]
pub struct Child {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Address, when the child has one.
    pub email: Option<String>,
    /// SECONDE, PREMIERE or TERMINALE.
    pub grade: String,
    /// School.
    pub school: Option<String>,
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Tiers-temps.
    pub extra_time: bool,
}

/// The form of a child; `birthDate` as the browser sends a day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChildForm {
    /// First name.
    pub student_first_name: String,
    /// Last name.
    pub student_last_name: String,
    /// Grade.
    pub grade: String,
    /// School.
    pub school: String,
    /// YYYY-MM-DD.
    pub birth_date: String,
    /// `true` when ticked.
    pub extra_time: String,
    /// Version that the form was drawn from.
    pub version: i64,
}

impl ChildForm {
    /// The child that it says.
    pub fn child(&self) -> Child {
        Child {
            first_name: self.student_first_name.trim().to_owned(),
            last_name: self.student_last_name.trim().to_owned(),
            email: None,
            grade: self.grade.clone(),
            school: given(Some(&self.school)).map(str::to_owned),
            birth_date: parse_birth_date(self.birth_date.trim()),
            extra_time: self.extra_time == "true",
        }
    }

    /// What is wrong with the names.
    pub fn check_names(&self, checks: &mut Checks) {
        checks.text("studentFirstName", &self.student_first_name, 1, 80, "Indiquez le prénom de l’élève");
        checks.text("studentLastName", &self.student_last_name, 1, 80, "Indiquez le nom de l’élève");
    }

    /// What is wrong with the schooling.
    pub fn check_schooling(&self, checks: &mut Checks) {
        checks.one_of("grade", &self.grade, GRADES, "Choisissez la classe");
        checks.optional("school", Some(&self.school), 120);
        let day = given(Some(&self.birth_date)).is_none_or(|text| parse_birth_date(text).is_some());
        checks.check("birthDate", day, "Indiquez une date de naissance valable, ou laissez vide");
    }
}

/// The form of a guardian: an address that has an account is that account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GuardianForm {
    /// Address.
    pub email: String,
    /// First name, for a new account.
    pub first_name: String,
    /// Last name, for a new account.
    pub last_name: String,
    /// Phone, for a new account.
    pub phone: String,
    /// Key of [`RELATIONS`].
    pub relation: String,
    /// `true` when ticked.
    pub is_payer: String,
}

impl GuardianForm {
    /// Whether the box is ticked.
    pub fn pays(&self) -> bool {
        self.is_payer == "true"
    }

    /// What is wrong, as far as it can be said without knowing whether the address has an account.
    pub fn check(&self, checks: &mut Checks) {
        checks.email("email", &self.email);
        checks.one_of("relation", &self.relation, RELATIONS, "Choisissez le lien avec l’élève");
        let phone_fine = given(Some(&self.phone)).is_none_or(is_phone);
        checks.check("phone", phone_fine, "Indiquez un numéro de 8 chiffres au moins, ou laissez vide");
        checks.optional("firstName", Some(&self.first_name), 80);
        checks.optional("lastName", Some(&self.last_name), 80);
    }

    /// The details of a new account.
    pub fn details(&self) -> Details {
        Details {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            role: Some(crate::web::Role::Parent),
        }
    }
}

/// Whether the student is of age on this day; unknown without a day of birth: then not.
pub fn of_age(birth_date: Option<NaiveDate>, today: NaiveDate) -> bool {
    birth_date.is_some_and(|born| {
        let years = today.year() - born.year();
        years > 18 || (years == 18 && (today.month(), today.day()) >= (born.month(), born.day()))
    })
}

/// Why a change to a family was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such student.
    Unknown,
    /// The address belongs to somebody who is no parent.
    NotAParent,
    /// The account of the address is closed.
    Closed,
    /// A new guardian needs a name.
    NameMissing,
    /// The guardian is tied already.
    TiedAlready,
    /// The family has this child already.
    ChildKnown,
    /// A minor keeps one guardian.
    LastGuardian,
    /// Somebody else changed it since the form was drawn.
    ChangedMeanwhile,
}

impl Refusal {
    /// What is said, and to which field it belongs.
    pub fn said(self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown => ("", "Cet élève n’est plus inscrit."),
            Self::NotAParent => ("email", "Cette adresse est celle d’un compte qui n’est pas un compte de parent."),
            Self::Closed => ("email", "Le compte de cette adresse est fermé : rouvrez-le d’abord."),
            Self::NameMissing => ("firstName", "Cette adresse n’a pas encore de compte : indiquez le prénom et le nom"),
            Self::TiedAlready => ("email", "Cette personne est déjà rattachée à l’élève."),
            Self::ChildKnown => (
                "studentFirstName",
                "Cette famille a déjà un enfant de ce nom : ouvrez sa fiche plutôt que de l’inscrire une seconde fois.",
            ),
            Self::LastGuardian => {
                ("", "Un élève mineur garde au moins un parent ou tuteur : rattachez d’abord l’autre personne.")
            }
            Self::ChangedMeanwhile => (
                "",
                "Quelqu’un a modifié cette fiche entre-temps. Voici ce qui est enregistré maintenant : vérifiez, puis recommencez.",
            ),
        }
    }

    /// The sentence at its field.
    pub fn errors(self) -> FieldErrors {
        let (field, sentence) = self.said();
        let mut errors = FieldErrors::default();
        errors.add(field, sentence);
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_student_is_of_age_on_the_birthday() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
        let today = day(2026, 11, 21).expect("day");
        assert!(of_age(day(2008, 11, 21), today) && !of_age(day(2008, 11, 22), today));
        assert!(of_age(day(2007, 12, 31), today) && !of_age(None, today));
    }
}

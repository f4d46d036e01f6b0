//! A coach, and the form of one.

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    accounts::{
        families::SUBJECTS,
        people::{Details, State},
    },
    web::{Checks, FieldErrors, Role, checks::given},
};

/// A coach.
#[derive(Debug, Clone)]
pub struct Coach {
    /// Key in `users`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Address.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// What students know the coach by.
    pub pseudonym: String,
    /// "Agrégé de mathématiques".
    pub title: Option<String>,
    /// Keys of [`SUBJECTS`].
    pub subjects: Vec<String>,
    /// How many students are theirs.
    pub students: i64,
    /// Whether a password has been chosen.
    pub activated: bool,
    /// Whether the account is closed.
    pub closed: bool,
    /// See [`crate::accounts::people::Account::version`].
    pub version: i64,
}

impl Coach {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// Where the account stands.
    pub fn state(&self) -> State {
        State::of(self.activated, self.closed)
    }

    /// Labels of the subjects: "Mathématiques, NSI".
    pub fn subject_labels(&self) -> String {
        let labels = SUBJECTS.iter().filter(|(key, _)| self.subjects.iter().any(|one| one == key));
        labels.map(|(_, label)| *label).collect::<Vec<_>>().join(", ")
    }
}

/// The form of a coach.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CoachForm {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Address.
    pub email: String,
    /// Phone.
    pub phone: String,
    /// What students know the coach by.
    pub pseudonym: String,
    /// Title.
    pub title: String,
    /// Keys of [`SUBJECTS`].
    pub subjects: Vec<String>,
    /// Version that the form was drawn from.
    pub version: i64,
}

impl CoachForm {
    /// What it says of the account.
    pub fn details(&self) -> Details {
        Details {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            role: Some(Role::Coach),
        }
    }

    /// The pseudonym, or the name when none is given.
    pub fn shown_pseudonym(&self) -> String {
        given(Some(&self.pseudonym)).map_or_else(|| self.details().full_name(), str::to_owned)
    }

    /// What is wrong.
    pub fn check(&self) -> FieldErrors {
        let mut errors = self.details().check();
        let mut checks = Checks::default();
        checks.email("email", &self.email);
        checks.optional("pseudonym", Some(&self.pseudonym), 80);
        checks.optional("title", Some(&self.title), 120);
        let known = self.subjects.iter().all(|one| SUBJECTS.iter().any(|(key, _)| key == one));
        checks.check("subjects", known, "Matière inconnue");
        for (field, sentence) in checks.finish().fields() {
            if errors.of(field).is_none() {
                errors.add(field, sentence);
            }
        }
        errors
    }
}

impl From<&Coach> for CoachForm {
    fn from(coach: &Coach) -> Self {
        Self {
            first_name: coach.first_name.clone(),
            last_name: coach.last_name.clone(),
            email: coach.email.clone().unwrap_or_default(),
            phone: coach.phone.clone().unwrap_or_default(),
            pseudonym: coach.pseudonym.clone(),
            title: coach.title.clone().unwrap_or_default(),
            subjects: coach.subjects.clone(),
            version: coach.version,
        }
    }
}

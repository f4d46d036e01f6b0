//! Accounts as the staff sees them: the filter of the list, one account, what a form may change.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    accounts::families::is_phone,
    error::Result,
    web::{Checks, FieldErrors, Role, checks::given},
};

/// Roles with their names on screen, staff first.
pub const ROLES: &[(&str, &str)] = &[
    ("ADMIN", "Direction"),
    ("ASSISTANTE", "Assistante"),
    ("COACH", "Coach"),
    ("PARENT", "Parent"),
    ("ELEVE", "Élève"),
];

/// Name of a role on screen.
pub fn role_label(role: Role) -> &'static str {
    ROLES.iter().find(|(key, _)| *key == role.key()).map_or("", |(_, label)| label)
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its owner has not chosen a password yet.
    Waiting,
    /// In use.
    Active,
    /// Closed: nobody signs in; nothing of it is lost.
    Closed,
}

impl State {
    /// Keys in the query, with labels.
    pub const LABELS: &[(&'static str, &'static str)] =
        &[("active", "Activé"), ("waiting", "En attente d’activation"), ("closed", "Fermé")];

    /// Of an account that is activated, or closed.
    pub fn of(activated: bool, closed: bool) -> Self {
        match (closed, activated) {
            (true, _) => Self::Closed,
            (false, true) => Self::Active,
            (false, false) => Self::Waiting,
        }
    }

    /// Its key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        Self::LABELS.iter().find(|(key, _)| *key == self.key()).map_or("", |(_, label)| label)
    }
}

/// What the list shows: the query of its address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words of name, e-mail or identifier.
    pub q: String,
    /// A role's key; empty for all.
    pub role: String,
    /// A state's key; empty for all.
    pub state: String,
    /// The last account of the page before.
    pub after: String,
}

impl Filter {
    /// The role, when it is one.
    pub fn role(&self) -> Option<&str> {
        self.role.parse::<Role>().ok().map(Role::key)
    }

    /// The state, when it is one.
    pub fn state(&self) -> Option<&str> {
        State::LABELS.iter().map(|(key, _)| *key).find(|key| *key == self.state)
    }

    /// The words.
    pub fn words(&self) -> Words {
        Words::of(&self.q)
    }
}

/// Words of a search as patterns for `like`, the longest of them (which the index finds) apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// `%salah%`; none without words.
    pub longest: Option<String>,
    /// All of them.
    pub all: Vec<String>,
}

impl Words {
    /// At most six words count; signs that `like` understands are taken as they are.
    pub fn of(searched: &str) -> Self {
        let escape = |word: &str| word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        let mut all: Vec<&str> = searched.split_whitespace().take(6).collect();
        all.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let all: Vec<String> = all.into_iter().map(|word| format!("%{}%", escape(word))).collect();
        Self { longest: all.first().cloned(), all }
    }
}

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Key in `users`.
    pub id: Uuid,
    /// What its owner is here.
    pub role: Role,
    /// Address to sign in with.
    pub email: Option<String>,
    /// What a child types to sign in.
    pub identifier: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Phone.
    pub phone: Option<String>,
    /// When its owner chose a password.
    pub activated_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub deactivated_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

impl Account {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        State::of(self.activated_at.is_some(), self.deactivated_at.is_some())
    }

    /// Changes with every save; a form carries the one that it was drawn from.
    pub fn version(&self) -> i64 {
        self.updated_at.timestamp_micros()
    }

    /// What its owner signs in with.
    pub fn account(&self) -> &str {
        self.email.as_deref().or(self.identifier.as_deref()).unwrap_or_default()
    }

    /// Names of the fields that these details change: what the audit log keeps.
    pub(super) fn differences(&self, details: &Details, role: Role) -> Vec<&'static str> {
        [
            ("firstName", self.first_name != details.first_name.trim()),
            ("lastName", self.last_name != details.last_name.trim()),
            ("email", self.email.as_deref() != details.email().map(super::normal_email).as_deref()),
            ("phone", self.phone.as_deref() != given(Some(&details.phone))),
            ("role", self.role != role),
        ]
        .into_iter()
        .filter_map(|(field, differs)| differs.then_some(field))
        .collect()
    }
}

/// What a form says of a person.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; empty for a child who has none.
    pub email: String,
    /// Phone; empty for none.
    pub phone: String,
    /// None: stays what it is.
    pub role: Option<Role>,
}

impl Details {
    /// The e-mail, when one is given.
    pub fn email(&self) -> Option<&str> {
        given(Some(&self.email))
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name.trim(), self.last_name.trim())
    }

    /// What is wrong with it.
    pub fn check(&self) -> FieldErrors {
        let mut checks = Checks::default();
        checks.text("firstName", &self.first_name, 1, 80, "Indiquez le prénom");
        checks.text("lastName", &self.last_name, 1, 80, "Indiquez le nom");
        if let Some(email) = self.email() {
            checks.email("email", email);
        }
        let phone_fine = given(Some(&self.phone)).is_none_or(is_phone);
        checks.check("phone", phone_fine, "Indiquez un numéro de 8 chiffres au moins, ou laissez vide");
        checks.finish()
    }
}

/// The form of an account.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountForm {
    first_name: String,
    last_name: String,
    email: String,
    phone: String,
    role: String,
    /// Version that the form was drawn from.
    pub version: i64,
}

impl AccountForm {
    /// What it says.
    pub fn details(&self) -> Details {
        Details {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            role: self.role.parse().ok(),
        }
    }
}

impl From<&Account> for Details {
    fn from(account: &Account) -> Self {
        Self {
            first_name: account.first_name.clone(),
            last_name: account.last_name.clone(),
            email: account.email.clone().unwrap_or_default(),
            phone: account.phone.clone().unwrap_or_default(),
            role: Some(account.role),
        }
    }
}

/// A row as it comes from the database.
pub(super) struct Row {
    pub id: Uuid,
    pub role: String,
    pub email: Option<String>,
    pub identifier: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub phone: Option<String>,
    pub activated_at: Option<DateTime<Utc>>,
    pub deactivated_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for Account {
    type Error = crate::error::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            role: row.role.parse()?,
            email: row.email,
            identifier: row.identifier,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            activated_at: row.activated_at,
            deactivated_at: row.deactivated_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_is_looked_up_and_the_others_are_checked() {
        let words = Words::of("  Ben Salah 50%_ ");
        assert_eq!(words.longest.as_deref(), Some("%Salah%"));
        assert_eq!(words.all, ["%Salah%", r"%50\%\_%", "%Ben%"]);
        assert_eq!(Words::of("  "), Words::default());
    }

    #[test]
    fn details_name_what_is_wrong() {
        let errors = Details { email: "x".into(), phone: "12".into(), ..Details::default() }.check();
        let fields: Vec<&str> = errors.fields().map(|(field, _)| field).collect();
        assert_eq!(fields, ["firstName", "lastName", "email", "phone"]);
    }
}

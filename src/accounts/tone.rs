//! How the house speaks to a person: *tu* to students, *vous* to parents and staff.

use crate::web::Role;

/// Tu or vous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// To students.
    Tu,
    /// To everybody else, and to those we do not know.
    Vous,
}

impl Tone {
    /// The tone for a role.
    pub fn of(role: Role) -> Self {
        if role == Role::Eleve { Self::Tu } else { Self::Vous }
    }

    /// The sentence for this tone.
    pub fn say<'a>(self, tu: &'a str, vous: &'a str) -> &'a str {
        match self {
            Self::Tu => tu,
            Self::Vous => vous,
        }
    }
}

//! Who reads a result, and how the page speaks to them: *tu* to the student, *vous* to everybody else.

use crate::{
    assessments::result::ResultRow,
    web::{Role, Visitor},
};

/// The reader of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The student, signed in.
    Student,
    /// The browser in which the family began the assessment: student and parent share it.
    Family,
    /// A guardian.
    Guardian,
    /// Staff or the student's coach.
    Team,
}

impl Reader {
    /// The reader behind a visitor who may see the result.
    pub fn of(visitor: &Visitor, row: &ResultRow) -> Self {
        match visitor.person.as_ref() {
            Some(person) if Some(person.id) == row.student_id => Self::Student,
            Some(person) if person.role == Role::Parent => Self::Guardian,
            Some(person) if person.role != Role::Eleve => Self::Team,
            _ => Self::Family,
        }
    }

    /// Whether the page says *tu*.
    pub fn familiar(self) -> bool {
        matches!(self, Self::Student | Self::Family)
    }

    /// One of three wordings: to the student, to the guardian, to the team.
    pub fn say<'a>(self, student: &'a str, guardian: &'a str, team: &'a str) -> &'a str {
        match self {
            Self::Student | Self::Family => student,
            Self::Guardian => guardian,
            Self::Team => team,
        }
    }
}

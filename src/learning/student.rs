//! A student, loaded through the person who may see them, and how a page speaks of them.

use std::str::FromStr as _;

use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    assessments::{
        bank,
        model::{Grade, Subject},
    },
    error::{Error, Result},
    web::{Redirect, Role, Visitor},
};

/// A student as pages show them.
#[derive(Debug, Clone)]
pub struct Student {
    /// Key in `users`.
    pub id: Uuid,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Whose questions they get: *seconde* takes those of Première.
    pub grade: Grade,
    /// Whether the reader is the student.
    pub own: bool,
}

/// The grade whose banks and skills a student of this grade meets.
pub fn grade(key: &str) -> Grade {
    Grade::parse(key).unwrap_or(Grade::Premiere)
}

impl Student {
    /// Wording for the student, or for others.
    pub fn say<'a>(&self, own: &'a str, about: &'a str) -> &'a str {
        if self.own { own } else { about }
    }

    /// A title for the student, or about them: "Compétences" becomes "Compétences de Yassine".
    pub fn title(&self, own: &str, about: &str) -> String {
        if self.own {
            return own.to_owned();
        }
        format!("{about} {}", of(&self.first_name))
    }

    /// Address of one of the student's pages (`competences`, `progression`, `badges`).
    pub fn path(&self, page: &str) -> String {
        if self.own { format!("/{page}") } else { format!("/eleves/{}/{page}", self.id) }
    }

    /// Subjects in which the student can be assessed.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        let grade = self.grade;
        Subject::ALL.into_iter().filter(move |subject| bank::for_combination(*subject, grade).is_some())
    }
}

/// "de Yassine", "d’Alya".
pub fn of(first_name: &str) -> String {
    let vowels = ['a', 'à', 'â', 'e', 'é', 'è', 'ê', 'ë', 'i', 'î', 'ï', 'o', 'ô', 'œ', 'u', 'ù'];
    let of = if first_name.to_lowercase().starts_with(vowels) { "d’" } else { "de " };
    format!("{of}{first_name}")
}

/// The signed-in student; others are led to their own landing page.
pub async fn own(pool: &PgPool, visitor: &Visitor) -> Result<std::result::Result<Student, Redirect>> {
    let person = visitor.signed_in()?;
    if person.role != Role::Eleve {
        return Ok(Err(Redirect::to(person.role.landing())));
    }
    find(pool, visitor, person.id).await.map(Ok)
}

/// The student with this id, if the visitor may see what they learn. One query.
pub async fn find(pool: &PgPool, visitor: &Visitor, id: Uuid) -> Result<Student> {
    let person = visitor.signed_in()?;
    let row = sqlx::query!(
        "select u.id, u.first_name, u.last_name, s.grade from students s join users u on u.id = s.user_id
         where s.user_id = $1 and may_see_student($1, $2, $3)",
        id,
        person.id,
        person.role.key()
    )
    .fetch_optional(pool)
    .await?
    .ok_or_else(Error::not_found)?;
    Ok(Student {
        id: row.id,
        first_name: row.first_name,
        last_name: row.last_name,
        grade: grade(&row.grade),
        own: row.id == person.id,
    })
}

/// An id that is no id is nobody.
pub fn parse(id: &str) -> Result<Uuid> {
    Uuid::from_str(id).map_err(|_| Error::not_found())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(first_name: &str, own: bool) -> Student {
        Student { id: Uuid::nil(), first_name: first_name.into(), last_name: "Nom".into(), grade: Grade::Premiere, own }
    }

    #[test]
    fn titles_speak_to_the_student_and_about_the_student() {
        let said = |first_name| named(first_name, false).title("Mes compétences", "Compétences");
        assert_eq!(said("Inès"), "Compétences d’Inès");
        assert_eq!(said("Élise"), "Compétences d’Élise");
        assert_eq!(said("Yassine"), "Compétences de Yassine");
        assert_eq!(named("Inès", true).title("Mes compétences", "Compétences"), "Mes compétences");
    }
}

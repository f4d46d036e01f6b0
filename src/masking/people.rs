//! The people of the school of whom a text may speak.

use sqlx::PgPool;
use uuid::Uuid;

use super::{Known, Masks, possible::possible_names, store};
use crate::error::Result;

/// Somebody of the school.
#[derive(Debug, PartialEq)]
pub(super) struct Person {
    pub role: String,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// People of the school, those around who asks first.
#[derive(Debug, Default)]
pub struct People(Vec<Person>);

impl People {
    /// The people around who speaks and around the student of whom they speak, and those who are named in the texts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn around<'a>(
        pool: &PgPool,
        person: Uuid,
        student: Option<Uuid>,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        store::list(pool, Some(person), student, &possible_names(texts)).await.map(Self)
    }

    /// Those who are named in the texts, when nobody in particular speaks.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn named<'a>(pool: &PgPool, texts: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let possible = possible_names(texts);
        if possible.names.is_empty() {
            return Ok(Self::default());
        }
        store::list(pool, None, None, &possible).await.map(Self)
    }

    /// These and the others, each once.
    pub fn and(mut self, others: Self) -> Self {
        for other in others.0 {
            if !self.0.contains(&other) {
                self.0.push(other);
            }
        }
        self
    }

    /// Their masks.
    pub fn masks(&self) -> Masks {
        let known = self.0.iter().map(|one| Known {
            first_name: &one.first_name,
            last_name: &one.last_name,
            email: one.email.as_deref(),
            phone: one.phone.as_deref(),
            role_label: &one.role,
        });
        Masks::new(&known.collect::<Vec<_>>())
    }
}

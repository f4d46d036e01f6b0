//! People for tests, made directly in the database: hashing a password for each would take longer than the tests.

use std::ops::Deref;

use sha2::{Digest as _, Sha256};
use tower_sessions::session::Id;
use uuid::Uuid;

use super::{Client, TestApp};
use crate::web::Role;

/// A browser in which a person is signed in.
pub struct Signed {
    client: Client,
    /// Key in `users`.
    pub id: Uuid,
}

impl Deref for Signed {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl TestApp {
    /// A new person in this role, with the role's own row: `{role}-{id}@example.org`, "Prénom Nom".
    pub async fn person(&self, role: Role) -> Uuid {
        let id = Uuid::now_v7();
        let email = format!("{}-{id}@example.org", role.key().to_lowercase());
        sqlx::query!(
            "insert into users (id, role, email, first_name, last_name, activated_at) values ($1, $2, $3, 'Prénom', 'Nom', now())",
            id,
            role.key(),
            email
        )
        .execute(&self.ctx.pool)
        .await
        .expect("person");
        match role {
            Role::Eleve => {
                sqlx::query!("insert into students (user_id, grade) values ($1, 'TERMINALE')", id)
                    .execute(&self.ctx.pool)
                    .await
            }
            Role::Coach => {
                sqlx::query!("insert into coaches (user_id, pseudonym) values ($1, $2)", id, id.to_string())
                    .execute(&self.ctx.pool)
                    .await
            }
            _ => return id,
        }
        .expect("row of the role");
        id
    }

    /// A browser in which this person is signed in.
    pub async fn sign_in(&self, person: Uuid) -> Signed {
        let session = Id::default();
        sqlx::query!(
            "insert into sessions (key, user_id, expires_at) values ($1, $2, now() + interval '14 days')",
            Sha256::digest(session.0.to_le_bytes()).to_vec(),
            person
        )
        .execute(&self.ctx.pool)
        .await
        .expect("session");
        let client = self.anonymous();
        client.set_cookie(crate::web::session::cookie_name(&self.ctx), &session.to_string());
        Signed { client, id: person }
    }

    /// A new person in this role, signed in.
    pub async fn signed_in(&self, role: Role) -> Signed {
        self.sign_in(self.person(role).await).await
    }

    /// Makes the parent a guardian of the student.
    pub async fn guard(&self, parent: Uuid, student: Uuid) {
        sqlx::query!("insert into guardianships (guardian_id, student_id) values ($1, $2)", parent, student)
            .execute(&self.ctx.pool)
            .await
            .expect("guardianship");
    }

    /// Gives the student to the coach.
    pub async fn coach(&self, coach: Uuid, student: Uuid) {
        sqlx::query!("insert into coach_students (coach_id, student_id) values ($1, $2)", coach, student)
            .execute(&self.ctx.pool)
            .await
            .expect("coach's student");
    }
}

//! "Next step": the one thing that is best done now, for each role (specs §2.3 `me/next-step`, §4.11).
//!
//! The rules ([`engine`]) are pure, over a state that [`load`] reads. What a later issue brings (sessions, credits, the
//! tutor) adds its rules when it lands.

pub mod engine;
mod store;
#[cfg(test)]
mod tests;
pub mod views;

use chrono::Utc;
use sqlx::PgPool;
use uuid::Uuid;

pub use self::engine::{Priority, Step};
use crate::{
    error::Result,
    web::{Person, Role},
};

/// The next step of a person, at most three queries.
pub async fn load(pool: &PgPool, person: &Person) -> Result<Step> {
    let now = Utc::now();
    Ok(match person.role {
        Role::Eleve => engine::of_student(&store::student(pool, person.id).await?, now),
        Role::Parent => engine::of_parent(&store::children(pool, person.id).await?, now),
        Role::Coach => engine::of_coach(&store::coached(pool, person.id).await?, now),
        Role::Assistante => engine::of_assistante(store::count_silent_families(pool).await?),
        Role::Admin => engine::of_admin(store::count_dead_jobs(pool).await?),
    })
}

/// The next step of a coach: one query.
pub async fn of_coach(pool: &PgPool, coach: Uuid) -> Result<Step> {
    Ok(engine::of_coach(&store::coached(pool, coach).await?, Utc::now()))
}

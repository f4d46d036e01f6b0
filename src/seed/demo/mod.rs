//! The demo school: what `nexus seed demo` makes, and the first start of a private cluster.
//!
//! Everything but the passwords is the same each time, counted back from the day of seeding: people are drawn on paper
//! ([`school`], from the families written by hand and the [`prospects`]), they answer by their ability ([`super::ability`]),
//! and all is stored in one transaction ([`store`], [`results`]): a kill in the middle leaves nothing.

mod accounts;
mod calendar;
mod families;
mod forms;
mod presence;
mod prospects;
mod registrar;
mod results;
mod rows;
mod school;
mod sittings;
mod staff;
mod store;
mod submissions;
mod talk;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use self::calendar::Calendar;
use super::ACCOUNTS_FILE;
use crate::{ctx::Ctx, db::data_dir::DataDir};

/// Fills an empty database with the demo school, and writes the accounts of its visitors into the data folder. A model
/// that is configured is not asked for the reports of all these results: families read the composed ones.
///
/// # Errors
/// The database is not empty (nothing is changed then), or it or the folder cannot be written.
pub async fn demo(ctx: &Ctx, data: &DataDir) -> anyhow::Result<()> {
    demo_at(ctx, data, Utc::now()).await
}

async fn demo_at(ctx: &Ctx, data: &DataDir, now: DateTime<Utc>) -> anyhow::Result<()> {
    // Before the work, and once more when nobody can register any more.
    refuse_unless_empty(super::is_empty(&ctx.pool).await?)?;
    let calendar = Calendar { now };
    let mut school = school::draw(&ctx.keys, calendar)?;
    let sittings = sittings::draw(&ctx.keys, calendar, &school)?;
    let submissions = submissions::draw(&ctx.keys, calendar);
    let list = accounts::open(&ctx.passwords, &mut school).await?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    store::lock_users(&mut tx).await?;
    refuse_unless_empty(super::is_empty(&mut *tx).await?)?;
    store::insert_people(&mut tx, &school.people).await?;
    results::insert(&mut tx, &sittings, &submissions).await?;
    talk::insert(&mut tx, &ctx.keys, calendar, &school).await?;
    presence::insert(&mut tx, &presence::draw(calendar, &school, &sittings)).await?;
    // Before the commit: a school whose passwords nobody knows would be worse than a list of a school that is not there
    // yet, which the next try replaces.
    data.write_private(ACCOUNTS_FILE, list.as_bytes())?;
    tx.commit().await?;
    Ok(())
}

fn refuse_unless_empty(empty: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        empty,
        "La base de données n’est pas vide : elle contient déjà des comptes ou des évaluations. L’école de démonstration \
         n’est créée que dans une base vide ; rien n’a été modifié."
    );
    Ok(())
}

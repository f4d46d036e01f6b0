//! Numbers that are shown at once, however many rows they count. Triggers add a row to `tallies` for each change, so that
//! nobody waits for a counter; a number is the sum of its rows, and [`MergeTallies`] makes them one again every night.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::{
    ctx::Ctx,
    error::Result,
    jobs::{Job, Lease},
    web::Role,
};

/// All tallies, at one moment.
#[derive(Debug, Default, Clone)]
pub struct Tallies(HashMap<String, i64>);

impl Tallies {
    /// Active accounts in a role.
    pub fn people(&self, role: Role) -> i64 {
        self.of(&format!("people:{}", role.key()))
    }

    /// Active accounts.
    pub fn all_people(&self) -> i64 {
        Role::ALL.into_iter().map(|role| self.people(role)).sum()
    }

    /// Accounts made in a month of Tunis, such as 2026-11.
    pub fn accounts_made(&self, month: &str) -> i64 {
        self.of(&format!("accounts:{month}"))
    }

    /// Assessments without a score.
    pub fn open_assessments(&self) -> i64 {
        self.of("assessments:open")
    }

    /// Assessments with a score that entered no cohort.
    pub fn practice(&self) -> i64 {
        self.of("assessments:practice")
    }

    fn of(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or(0)
    }
}

/// Reads them: a few rows a name, and those of the changes since the last night.
pub async fn load(pool: &PgPool) -> Result<Tallies> {
    let rows = sqlx::query!(r#"select name, sum(n)::int8 as "n!" from tallies group by name"#).fetch_all(pool).await?;
    Ok(Tallies(rows.into_iter().map(|row| (row.name, row.n)).collect()))
}

/// Makes one row of all rows of a tally. What is added meanwhile stays beside it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct MergeTallies;

impl Job for MergeTallies {
    const KIND: &'static str = "merge_tallies";
    const LABEL: &'static str = "Mise à jour des compteurs";
    const MAX_ATTEMPTS: i16 = 3;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        sqlx::query!(
            "with gone as (delete from tallies returning name, n)
             insert into tallies select name, sum(n) from gone group by name having sum(n) <> 0"
        )
        .execute(&ctx.pool)
        .await?;
        Ok(())
    }
}

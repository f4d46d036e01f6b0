//! Badges of presence: a scheduled job looks at the days that were noted since (the database notes a day when a session
//! is first seen on it).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{award, rules, store};
use crate::{
    ctx::Ctx,
    error::Result,
    jobs::{Job, Lease},
};

/// Awards what new days of presence have earned; scheduled every minute.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct JudgeActiveDays {}

impl Job for JudgeActiveDays {
    const KIND: &'static str = "learning.judge-active-days";
    const LABEL: &'static str = "Badges d’assiduité";
    const MAX_ATTEMPTS: i16 = 2;

    async fn run(self, ctx: &Ctx, _: &mut Lease) -> anyhow::Result<()> {
        loop {
            let mut tx = crate::db::begin(&ctx.pool).await?;
            let judged = judge_days(&mut tx).await?;
            tx.commit().await?;
            if judged == 0 {
                return Ok(());
            }
        }
    }
}

/// Looks at the days that wait, a few hundred at most, oldest first; answers how many. Days are locked, judged and marked
/// together: another run finds none of them.
pub async fn judge_days(conn: &mut PgConnection) -> Result<usize> {
    let days = store::list_unjudged(conn).await?;
    for one in &days {
        let known: BTreeSet<_> = one.days.iter().copied().collect();
        award(conn, one.student_id, &rules::of_days(&known), one.seen_at).await?;
    }
    store::set_judged(conn, &days).await?;
    Ok(days.len())
}

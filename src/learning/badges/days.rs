//! Badges of presence: a scheduled job looks at the days that were noted since (the database notes a day when a session
//! is first seen on it).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{award, rules, store};
use crate::{
    ctx::Ctx,
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
        // Days are locked, judged and marked together: another run finds none of them, so there is nothing to fence.
        loop {
            let mut tx = ctx.pool.begin().await?;
            let days = store::list_unjudged(&mut tx).await?;
            for one in &days {
                let known: BTreeSet<_> = one.days.iter().copied().collect();
                award(&mut tx, one.student_id, &rules::of_days(&known), one.seen_at).await?;
            }
            store::set_judged(&mut tx, &days).await?;
            tx.commit().await?;
            if days.is_empty() {
                return Ok(());
            }
        }
    }
}

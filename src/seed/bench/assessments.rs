//! A mass of assessments as the JSON contract leaves them, on the bank of Terminale.

use anyhow::Context as _;
use chrono::Utc;

use super::{
    bulk::{self, Kind},
    templates,
};
use crate::{
    assessments::{
        bank,
        model::{Grade, RuleVersion, Subject},
    },
    ctx::Ctx,
};

/// How many different submissions there are.
const TEMPLATES: usize = 1000;
/// Days over which they are spread.
const DAYS: f64 = 360.0;

/// Adds so many.
pub(super) async fn add(ctx: &Ctx, wanted: u32) -> anyhow::Result<()> {
    let edition = bank::for_combination(Subject::Maths, Grade::Terminale).context("no bank for Terminale")?;
    let now = Utc::now();
    let mut conn = bulk::connect(ctx).await?;
    bulk::open_rows(&mut conn).await?;
    sqlx::query(
        "insert into bench_rows (at, id, template, completed_at, name, practice)
         select at, id, template, completed_at, 'Élève ' || at, false
         from (select row_number() over (order by id) - 1 as at, id, template, completed_at
               from (select gen_random_uuid() as id, floor(random() * $2)::int4 as template,
                            $3::timestamptz - random() * $4 * interval '1 day' as completed_at
                     from generate_series(1, $1)) fresh) numbered",
    )
    .bind(i64::from(wanted))
    .bind(TEMPLATES as f64)
    .bind(now)
    .bind(DAYS)
    .execute(&mut conn)
    .await?;
    bulk::store(
        &mut conn,
        Kind { edition, rule: RuleVersion::V2 },
        templates::submissions(edition.bank, TEMPLATES, now)?,
    )
    .await?;
    bulk::tidy(&mut conn).await?;
    Ok(sqlx::Connection::close(conn).await?)
}

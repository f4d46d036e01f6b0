//! SQL of the back-test.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::ALL;
use crate::{
    error::{Error, Result},
    learning::{
        backtest::{Figures, Night, Pair, WINDOW_DAYS},
        projection::MODEL,
    },
};

/// Projections that a result has answered, by subject: the result nearest to the horizon, within the window.
pub(super) async fn list_pairs(conn: &mut PgConnection) -> Result<Vec<(String, Pair)>> {
    let rows = sqlx::query!(
        r#"select p.subject, p.ssn, p.ssn_projected, came.ssn as "actual!"
           from projection_history p
           join lateral (
               select h.ssn from progression_history h
               where h.student_id = p.student_id and h.subject = p.subject and h.ssn is not null
                 and h.completed_at between p.horizon_at - make_interval(days => $2) and p.horizon_at + make_interval(days => $2)
               order by abs(extract(epoch from h.completed_at - p.horizon_at)), h.assessment_id limit 1) came on true
           where p.source = 'AUTO' and p.model_version = $1 and p.horizon_at - make_interval(days => $2) <= now()
           order by p.id"#,
        MODEL,
        i32::try_from(WINDOW_DAYS).map_err(Error::internal)?
    )
    .fetch_all(conn)
    .await?;
    let pair = |carried, projected, actual| Pair { projected, carried, actual };
    Ok(rows.into_iter().map(|row| (row.subject, pair(row.ssn, row.ssn_projected, row.actual))).collect())
}

/// Keeps what a night found; once more on the same day takes its place.
pub(super) async fn set_nights(conn: &mut PgConnection, nights: &[Night]) -> Result<()> {
    for night in nights {
        let Figures { n, mae_model, mae_baseline, spread } = night.figures;
        sqlx::query!(
            "insert into projection_backtests (day, model_version, subject, n, mae_model, mae_baseline, spread)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (day, model_version, subject) do update set n = excluded.n, mae_model = excluded.mae_model,
                 mae_baseline = excluded.mae_baseline, spread = excluded.spread, computed_at = now()",
            night.day,
            MODEL,
            night.subject,
            n,
            mae_model,
            mae_baseline,
            spread
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// What the last thirty nights found, the latest first.
pub(super) async fn list_nights(pool: &PgPool) -> Result<Vec<Night>> {
    let rows = sqlx::query!(
        "select day, subject, n, mae_model, mae_baseline, spread from projection_backtests
         where model_version = $1 and day > (select max(day) from projection_backtests) - 30
         order by day desc, subject",
        MODEL
    )
    .fetch_all(pool)
    .await?;
    let figures = |n, mae_model, mae_baseline, spread| Figures { n, mae_model, mae_baseline, spread };
    Ok(rows
        .into_iter()
        .map(|row| Night {
            day: row.day,
            subject: row.subject,
            figures: figures(row.n, row.mae_model, row.mae_baseline, row.spread),
        })
        .collect())
}

/// What the last night found over all subjects.
pub(in crate::learning) async fn find_latest(pool: &PgPool) -> Result<Option<Figures>> {
    sqlx::query_as!(
        Figures,
        "select n, mae_model, mae_baseline, spread from projection_backtests
         where model_version = $1 and subject = $2 order by day desc limit 1",
        MODEL,
        ALL
    )
    .fetch_optional(pool)
    .await
    .map_err(Error::from)
}

/// Projections made with scores so far, and how many of them have reached their horizon.
pub(super) struct Counts {
    pub made: i64,
    pub due: i64,
}

/// See [`Counts`].
pub(super) async fn count_projections(pool: &PgPool) -> Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"select count(*) as "made!", count(*) filter (where horizon_at <= now()) as "due!"
           from projection_history where source = 'AUTO'"#
    )
    .fetch_one(pool)
    .await
    .map_err(Error::from)
}

/// Students with a completed assessment.
pub(in crate::learning) async fn list_assessed(pool: &PgPool) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"select distinct student_id as "student_id!" from assessments where student_id is not null and status = 'COMPLETED'"#
    )
    .fetch_all(pool)
    .await
    .map_err(Error::from)
}

//! The back-test of projections, and its page for the admin: `/admin/projections`.

mod store;
mod views;

use chrono::NaiveDate;
use poem::{handler, web::Data};
use serde_json::json;
use sqlx::PgConnection;

pub(super) use self::store::{find_latest, list_assessed};
use super::{
    backtest::{Figures, Night},
    jobs::RebuildSkills,
};
use crate::{
    assessments::model::Subject,
    compliance::audit,
    ctx::Ctx,
    error::Result,
    jobs,
    web::{Page, Redirect, Role, Visitor},
};

/// All subjects taken together.
pub(super) const ALL: &str = "ALL";

/// Judges all projections whose time has come, and keeps what it found as that day's.
pub(super) async fn backtest(conn: &mut PgConnection, day: NaiveDate) -> Result<()> {
    let pairs = store::list_pairs(conn).await?;
    let all: Vec<_> = pairs.iter().map(|(_, pair)| *pair).collect();
    let mut nights = vec![Night { day, subject: ALL.to_owned(), figures: Figures::of(&all) }];
    for subject in Subject::ALL {
        let own: Vec<_> = pairs.iter().filter(|(key, _)| key == subject.as_str()).map(|(_, pair)| *pair).collect();
        nights.push(Night { day, subject: subject.as_str().to_owned(), figures: Figures::of(&own) });
    }
    store::set_nights(conn, &nights).await
}

/// `/admin/projections`.
#[handler]
pub(super) async fn show(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Page> {
    visitor.in_role(&[Role::Admin])?;
    let (nights, count) = tokio::try_join!(store::list_nights(&ctx.pool), store::count_projections(&ctx.pool))?;
    Ok(Page::new("Projections", views::page(&nights, count)).wide())
}

/// Asks for the skills of all students to be made again; a job does it.
#[handler]
pub(super) async fn rebuild(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Redirect> {
    let actor = visitor.in_role(&[Role::Admin])?.id;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    audit::record(&mut tx, Some(actor), "learning.rebuild", "skill_mastery", &json!({})).await?;
    jobs::enqueue(&mut tx, &RebuildSkills {}).await?;
    tx.commit().await?;
    Ok(Redirect::to("/admin/projections#competences"))
}

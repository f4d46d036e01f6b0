//! Pages of a student's learning, under the student's own address and under `/eleves/:id`.

use std::collections::HashMap;

use chrono::Utc;
use poem::{
    IntoResponse as _, Response, handler,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    catalogue,
    map::{Measured, SkillMap},
    progression,
    projection::{self, Effort, Projection},
    projections, store,
    student::{self, Student},
    uai::{Uai, uai},
    views::{self, progression::Progression},
};
use crate::{
    assessments::model::Subject,
    ctx::Ctx,
    error::{Error, Result},
    web::{Page, Visitor},
};

/// Which subject's map; the one that was measured last unless named.
#[derive(Deserialize)]
pub struct Chosen {
    matiere: Option<String>,
}

/// `/competences`.
#[handler]
pub async fn my_skills(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Query(chosen): Query<Chosen>) -> Result<Response> {
    match student::own(&ctx.pool, &visitor).await? {
        Ok(student) => Ok(skills_page(&ctx, &student, &chosen).await?.into_response()),
        Err(elsewhere) => Ok(elsewhere.into_response()),
    }
}

/// `/eleves/:id/competences`.
#[handler]
pub async fn student_skills(
    ctx: Data<&Ctx>,
    visitor: Data<&Visitor>,
    Path(id): Path<Uuid>,
    Query(chosen): Query<Chosen>,
) -> Result<Page> {
    let student = student::find(&ctx.pool, &visitor, id).await?;
    skills_page(&ctx, &student, &chosen).await
}

async fn skills_page(ctx: &Ctx, student: &Student, chosen: &Chosen) -> Result<Page> {
    let mut mastery = store::list_mastery(&ctx.pool, &[student.id]).await?;
    let subjects: Vec<Subject> = student.subjects().collect();
    let subject = match &chosen.matiere {
        Some(key) => Subject::parse(key).filter(|it| subjects.contains(it)).ok_or_else(Error::not_found)?,
        None => default_subject(&mastery, student, &subjects).ok_or_else(Error::not_found)?,
    };
    let catalogue = catalogue::find(subject, student.grade).ok_or_else(Error::not_found)?;
    let measured = mastery.remove(&(student.id, subject)).unwrap_or_default();
    let map = SkillMap::new(catalogue, &measured, Utc::now());
    Ok(Page::new("Compétences", views::skills::page(student, &map, &subjects)).wide())
}

/// The subject with the latest answer, else the first.
fn default_subject(
    mastery: &HashMap<(Uuid, Subject), Measured>,
    student: &Student,
    subjects: &[Subject],
) -> Option<Subject> {
    let latest = |subject: &Subject| {
        mastery.get(&(student.id, *subject)).and_then(|it| it.values().map(|evidence| evidence.last_at).max())
    };
    let measured = subjects.iter().copied().filter(|it| latest(it).is_some());
    // Mathematics and NSI before the general one when both were answered on the same day.
    measured.max_by_key(|it| (latest(it), std::cmp::Reverse(*it))).or_else(|| subjects.first().copied())
}

/// `/progression`.
#[handler]
pub async fn my_progression(ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Response> {
    match student::own(&ctx.pool, &visitor).await? {
        Ok(student) => Ok(progression_page(&ctx, &student).await?.into_response()),
        Err(elsewhere) => Ok(elsewhere.into_response()),
    }
}

/// `/eleves/:id/progression`.
#[handler]
pub async fn student_progression(ctx: Data<&Ctx>, visitor: Data<&Visitor>, Path(id): Path<Uuid>) -> Result<Page> {
    let student = student::find(&ctx.pool, &visitor, id).await?;
    progression_page(&ctx, &student).await
}

async fn progression_page(ctx: &Ctx, student: &Student) -> Result<Page> {
    let (history, backtest) =
        tokio::try_join!(store::list_scores(&ctx.pool, student.id), projections::find_latest(&ctx.pool))?;
    let shown = Progression { uai: index(&history), projections: project(&history), history, backtest };
    Ok(Page::new("Progression", views::progression::page(student, &shown)))
}

/// The index of the latest scores.
fn index(history: &[progression::Scored]) -> Option<Uai> {
    let latest: Vec<(Subject, f64)> = Subject::ALL
        .into_iter()
        .filter_map(|subject| Some((subject, progression::of_subject(history, subject).last()?.ssn)))
        .collect();
    uai(&latest)
}

fn project(history: &[progression::Scored]) -> Vec<(Subject, Projection)> {
    progression::subjects(history)
        .into_iter()
        .filter_map(|subject| {
            let scores: Vec<f64> = progression::of_subject(history, subject).iter().map(|it| it.ssn).collect();
            Some((subject, projection::project(&scores, Effort::default())?))
        })
        .collect()
}

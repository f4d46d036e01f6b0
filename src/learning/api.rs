//! The JSON contract of learning: predict (specs §1.10), badges and next step (§2.3).

use chrono::{DateTime, Duration, Utc};
use poem::{http::StatusCode, web::Data};
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    badges, next_step,
    progression::{self, Scored},
    projection::{self, Effort, MODEL},
    store::{self, AskedBy},
    student,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Visitor},
};

/// Whose score to project, and with how much work.
#[derive(Debug, Deserialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct Prediction {
    /// Key of the student.
    #[serde(default)]
    student_id: Value,
    /// Hours of work a week; 3 unless told.
    weekly_hours: Option<f64>,
    /// From 0 to 100; 50 unless told.
    methodology_score: Option<f64>,
}

/// See the module.
pub struct LearningApi;

fn refused(status: StatusCode, sentence: &'static str) -> Error {
    Error::new(status, sentence).with_json(json!({ "success": false, "error": sentence }))
}

/// 401 of the contract.
fn anonymous() -> Error {
    refused(StatusCode::UNAUTHORIZED, "Authentification requise.")
}

/// Too little is known of the student, or the student is not for this person: the same answer.
fn no_data() -> Error {
    refused(StatusCode::NOT_FOUND, "Données insuffisantes pour la prédiction. Au moins 1 bilan avec SSN requis.")
}

/// 500 of the contract.
fn fault(error: Error) -> Error {
    error.or_fault(json!({ "success": false, "error": "Erreur interne du serveur" }))
}

#[OpenApi(prefix_path = "/api")]
impl LearningApi {
    /// Projects the SSN of the subject measured last to eight weeks from now (`ridge_v1`), for those who may see the
    /// student. The projection is kept.
    #[oai(path = "/assessments/predict", method = "post")]
    async fn predict(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<Prediction>,
    ) -> Result<Json<Value>> {
        if visitor.person.is_none() {
            return Err(anonymous());
        }
        let student = body.0.student_id.as_str().filter(|id| !id.is_empty());
        let student = student.ok_or_else(|| refused(StatusCode::BAD_REQUEST, "studentId requis (string)."))?;
        predict(&ctx, &visitor, student, body.0.effort()?).await.map(Json).map_err(fault)
    }

    /// A student's badges; `isNew` for a week.
    #[oai(path = "/students/:student_id/badges", method = "get")]
    async fn badges(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>, student_id: Path<String>) -> Result<Json<Value>> {
        if visitor.person.is_none() {
            return Err(anonymous());
        }
        let id = student::parse(&student_id)?;
        let student = student::find(&ctx.pool, &visitor, id).await?;
        let held = badges::list(&ctx.pool, student.id).await?;
        Ok(Json(json!({ "badges": held.iter().filter_map(|it| badge_json(it, Utc::now())).collect::<Vec<_>>() })))
    }

    /// What is best done next, by role.
    #[oai(path = "/me/next-step", method = "get")]
    async fn next_step(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Value>> {
        let person = visitor.person.as_ref().ok_or_else(anonymous)?;
        let step = next_step::load(&ctx.pool, person).await.map_err(fault)?;
        Ok(Json(json!({ "success": true, "step": step })))
    }
}

impl Prediction {
    fn effort(&self) -> Result<Effort> {
        let usual = Effort::default();
        let effort = Effort {
            weekly_hours: self.weekly_hours.unwrap_or(usual.weekly_hours),
            methodology_score: self.methodology_score.unwrap_or(usual.methodology_score),
        };
        let likely = (0.0..=168.0).contains(&effort.weekly_hours) && (0.0..=100.0).contains(&effort.methodology_score);
        let sentence = "weeklyHours va de 0 à 168, methodologyScore de 0 à 100.";
        if likely { Ok(effort) } else { Err(refused(StatusCode::BAD_REQUEST, sentence)) }
    }
}

async fn predict(ctx: &Ctx, visitor: &Visitor, student: &str, effort: Effort) -> Result<Value> {
    let id: Uuid = student.parse().map_err(|_| no_data())?;
    let found = student::find(&ctx.pool, visitor, id).await;
    let student = found.map_err(|error| if error.status == StatusCode::NOT_FOUND { no_data() } else { error })?;
    let history = store::list_scores(&ctx.pool, student.id).await?;
    let last = history.last().ok_or_else(no_data)?;
    let scores: Vec<f64> = progression::of_subject(&history, last.subject).iter().map(|it: &&Scored| it.ssn).collect();
    let it = projection::project(&scores, effort).ok_or_else(no_data)?;
    let mut conn = ctx.pool.acquire().await?;
    let after = (last.assessment, last.subject);
    store::insert_projection(&mut conn, student.id, after, AskedBy::Person, &it, Utc::now()).await?;
    Ok(json!({
        "success": true, "ssnProjected": it.ssn, "confidence": it.confidence, "modelVersion": MODEL,
        "inputSnapshot": it.input, "confidenceBreakdown": it.breakdown,
    }))
}

fn badge_json(held: &badges::Held, now: DateTime<Utc>) -> Option<Value> {
    let badge = badges::find(&held.badge)?;
    Some(json!({
        "id": badge.key, "name": badge.name, "description": badge.description, "category": badge.category.key(),
        "icon": "star", "unlockedAt": held.earned_at, "isNew": now - held.earned_at < Duration::days(badges::NEW_DAYS),
    }))
}

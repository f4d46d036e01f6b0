//! The JSON contract of the directeur (specs §1.11).

use poem::{http::StatusCode, web::Data};
use poem_openapi::{Object, OpenApi, payload::Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{recompute, stats};
use crate::{
    assessments::model::{Band, Subject},
    ctx::Ctx,
    error::{Error, Result},
    web::{JsonBody, Person, Role, Visitor},
};

/// Which subject to recompute.
#[derive(Debug, Deserialize, Object)]
pub struct RecomputeRequest {
    /// MATHS, NSI or GENERAL.
    #[serde(default, rename = "type")]
    #[oai(rename = "type")]
    kind: String,
}

/// See the module.
pub struct DirecteurApi;

/// The admin, or the contract's 403: the same for the anonymous and for other roles.
fn admin(visitor: &Visitor) -> Result<&Person> {
    visitor.person.as_ref().filter(|person| person.role == Role::Admin).ok_or_else(|| {
        let sentence = "Accès non autorisé. Rôle ADMIN requis.";
        Error::new(StatusCode::FORBIDDEN, sentence).with_json(json!({ "success": false, "error": sentence }))
    })
}

#[OpenApi(prefix_path = "/api/admin")]
impl DirecteurApi {
    /// Figures of all cohorts.
    #[oai(path = "/directeur/stats", method = "get")]
    async fn stats(&self, ctx: Data<&Ctx>, visitor: Data<&Visitor>) -> Result<Json<Value>> {
        admin(&visitor)?;
        Ok(Json(stats_json(&stats::load(&ctx.pool).await?)))
    }

    /// Recomputes the SSNs of a subject and answers what changed.
    #[oai(path = "/recompute-ssn", method = "post")]
    async fn recompute(
        &self,
        ctx: Data<&Ctx>,
        visitor: Data<&Visitor>,
        body: JsonBody<RecomputeRequest>,
    ) -> Result<Json<Value>> {
        let actor = admin(&visitor)?.id;
        let subject = Subject::parse(&body.0.kind).ok_or_else(|| {
            let sentence = "Type invalide. Valeurs acceptées : MATHS, NSI, GENERAL";
            Error::bad_request(sentence).with_json(json!({ "success": false, "error": sentence }))
        })?;
        let id = recompute::announce(&mut *ctx.pool.acquire().await?, subject, actor).await?;
        let outcome = recompute::run(&ctx, subject, actor, id).await?;
        Ok(Json(outcome_json(subject, &outcome)))
    }
}

fn stats_json(stats: &stats::Stats) -> Value {
    let distribution: serde_json::Map<String, Value> =
        Band::ALL.iter().map(|band| (band.key().to_owned(), json!(stats.distribution.of(*band)))).collect();
    let alerts: Vec<Value> = stats
        .alerts
        .iter()
        .map(|alert| {
            json!({ "studentName": alert.student_name, "studentEmail": alert.student_email, "ssn": alert.ssn,
                    "subject": alert.subject, "assessmentId": alert.assessment_id })
        })
        .collect();
    json!({
        "success": true,
        "kpis": {
            "totalAssessments": stats.total, "completedAssessments": stats.completed, "averageSSN": stats.average_ssn,
            "averageGlobalScore": stats.average_global, "activeStudents": stats.students, "stageConversionRate": null,
        },
        "distribution": distribution,
        "subjectAverages": stats.subjects.iter().map(|one| json!({ "subject": one.subject, "avgSSN": one.avg_ssn })).collect::<Vec<_>>(),
        "alerts": alerts,
        "monthlyProgression": stats.months.iter()
            .map(|one| json!({ "month": one.month.format("%Y-%m").to_string(), "avgSSN": one.avg_ssn, "count": one.n }))
            .collect::<Vec<_>>(),
    })
}

fn outcome_json(subject: Subject, outcome: &recompute::Outcome) -> Value {
    let (now, before) = (outcome.pooled, outcome.previous);
    let delta = before.map(|before| {
        json!({ "meanDelta": now.mean - before.mean, "stdDelta": now.std - before.std, "sampleDelta": now.sample_size - before.sample_size })
    });
    json!({
        "success": true, "type": subject.as_str(), "updated": outcome.updated,
        "cohort": { "mean": now.mean, "std": now.std, "sampleSize": now.sample_size },
        "audit": {
            "previousMean": before.map(|one| one.mean), "previousStd": before.map(|one| one.std),
            "currentMean": now.mean, "currentStd": now.std, "delta": delta,
        },
        "cohorts": outcome.cohorts,
    })
}

//! The JSON contract of the directeur (specs §1.11).

use poem::{FromRequest, Request, RequestBody, http::StatusCode, web::Data};
use poem_openapi::{Object, OpenApi, payload::Json};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use uuid::Uuid;

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
    #[serde(default, rename = "type", deserialize_with = "text_or_empty")]
    #[oai(rename = "type")]
    kind: String,
}

/// Whatever is no text is an unknown type, with the contract's sentence for it.
fn text_or_empty<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    Ok(Value::deserialize(value)?.as_str().unwrap_or_default().to_owned())
}

/// See the module.
pub struct DirecteurApi;

/// The admin, or the contract's 403: the same for the anonymous and for other roles, whatever they send.
struct Admin(Person);

impl<'a> FromRequest<'a> for Admin {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let person = req.data::<Visitor>().and_then(|visitor| visitor.person.clone());
        let refused = || {
            let sentence = "Accès non autorisé. Rôle ADMIN requis.";
            Error::new(StatusCode::FORBIDDEN, sentence).with_json(json!({ "success": false, "error": sentence }))
        };
        Ok(Self(person.filter(|person| person.role == Role::Admin).ok_or_else(refused)?))
    }
}

/// 500 of the contract.
fn fault(error: Error) -> Error {
    error.or_fault(json!({ "success": false, "error": "Erreur interne du serveur" }))
}

#[OpenApi(prefix_path = "/api/admin")]
impl DirecteurApi {
    /// Figures of all cohorts.
    #[oai(path = "/directeur/stats", method = "get")]
    async fn stats(&self, _admin: Admin, ctx: Data<&Ctx>) -> Result<Json<Value>> {
        Ok(Json(stats_json(&stats::load(&ctx.pool).await.map_err(fault)?)))
    }

    /// Recomputes the SSNs of a subject and answers what changed.
    #[oai(path = "/recompute-ssn", method = "post")]
    async fn recompute(&self, admin: Admin, ctx: Data<&Ctx>, body: JsonBody<RecomputeRequest>) -> Result<Json<Value>> {
        let subject = Subject::parse(&body.0.kind).ok_or_else(|| {
            let sentence = "Type invalide. Valeurs acceptées : MATHS, NSI, GENERAL";
            Error::bad_request(sentence).with_json(json!({ "success": false, "error": sentence }))
        })?;
        Ok(Json(outcome_json(subject, &recompute_now(&ctx, subject, admin.0.id).await.map_err(fault)?)))
    }
}

/// In a task of its own: it is done even when the caller gives up waiting.
async fn recompute_now(ctx: &Ctx, subject: Subject, actor: Uuid) -> Result<recompute::Outcome> {
    let id = recompute::announce(&mut *ctx.pool.acquire().await?, subject, actor).await?;
    let ctx = ctx.clone();
    let work = tokio::spawn(async move { recompute::run(&ctx, subject, actor, id).await });
    work.await.map_err(Error::internal)?
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

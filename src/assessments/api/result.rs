//! Bodies of status and result.

use serde_json::{Value, json};

use crate::{
    assessments::{
        result::ResultRow,
        standard_score::{self, round1},
    },
    error::Result,
};

/// Shown while there is no report by the model and will be none for now.
const UNAVAILABLE: &str =
    "L'analyse IA personnalisée est temporairement indisponible. Vos scores et résultats sont disponibles.";

/// `{id, status, progress, message, result?}`.
pub(super) fn status(row: &ResultRow) -> Value {
    let (progress, message) = match row.status.as_str() {
        "PENDING" => (0, "Votre évaluation est en attente de traitement..."),
        "SCORING" => (50, "Calcul de vos résultats en cours..."),
        "GENERATING" => (75, "Génération de votre bilan personnalisé..."),
        "COMPLETED" => (100, "Votre bilan est prêt !"),
        "UNFINISHED" => (100, "Le temps s'est écoulé avant la moitié des questions : aucun score n'a été calculé."),
        _ => (100, "Une erreur est survenue lors du traitement."),
    };
    let mut body = json!({ "id": row.id, "status": row.status, "progress": progress, "message": message });
    if let (true, Some(score)) = (row.status == "COMPLETED", row.global_score) {
        body["result"] =
            json!({ "globalScore": score, "confidenceIndex": row.confidence_index, "recommendations": [] });
    }
    body
}

/// The contract's fields, and the snapshot that made the SSN.
pub(super) fn result(row: &ResultRow) -> Result<Value> {
    let live = row.live_cohort()?;
    let domains: Vec<Value> =
        row.domains()?.into_iter().map(|(domain, score)| json!({ "domain": domain, "score": score })).collect();
    let skills: Vec<Value> =
        row.skills().iter().map(|skill| json!({ "skillTag": skill.tag, "score": skill.score })).collect();
    let mut body = json!({
        "id": row.id, "subject": row.subject, "grade": row.grade,
        "globalScore": row.global_score, "confidenceIndex": row.confidence_index,
        "scoringResult": row.scoring_result, "analysisJson": null,
        "status": row.status, "errorCode": row.error_code, "createdAt": row.created_at,
        "ssn": row.ssn, "domainScores": domains, "skillScores": skills, "percentile": row.percentile(),
        "cohortMean": round1(live.mean()), "cohortStd": round1(live.std()), "cohortN": live.n,
        "isLowSample": standard_score::is_low_sample(live.n), "generationStatus": row.generation_status,
    });
    if let (Some(n), Some(mean), Some(std)) = (row.cohort_n, row.cohort_mean, row.cohort_std) {
        body["ssnCohort"] = json!({
            "n": n, "mean": mean, "std": std, "ruleVersion": row.engine_version, "provisional": row.is_provisional(),
        });
    }
    if row.whole {
        body["studentName"] = json!(row.student_name);
        body["studentEmail"] = json!(row.student_email);
        body["studentMarkdown"] = json!(row.report("ELEVE"));
        body["parentsMarkdown"] = json!(row.report("PARENTS"));
    }
    let written = row.report("ELEVE").is_some() || row.report("PARENTS").is_some();
    if row.generation_status == "FAILED" && !written {
        body["llmUnavailableMessage"] = json!(UNAVAILABLE);
    }
    Ok(body)
}

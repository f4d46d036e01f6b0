//! `POST /api/assessments/submit`.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use poem_openapi::{ApiResponse, Object, payload::Json};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    assessments::{
        bank::{self, BankEdition},
        model::{Grade, Subject},
        record::{self, Columns, Completion},
        scoring::v2,
    },
    ctx::Ctx,
    error::{Error, Result},
    web::{Checks, FieldErrors, Visitor, checks::given},
};

/// More answers than any bank has questions.
const MOST_ANSWERS: usize = 500;

/// Who answered.
#[derive(Debug, Deserialize, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct StudentData {
    /// E-mail.
    email: String,
    /// First and last name, at least 2 characters.
    name: String,
    /// Phone.
    phone: Option<String>,
    /// Such as 2026-2027.
    school_year: Option<String>,
}

/// What the client knows of the circumstances.
#[derive(Debug, Deserialize, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct Metadata {
    /// Browser.
    user_agent: Option<String>,
    /// ISO 8601.
    started_at: Option<DateTime<Utc>>,
    /// ISO 8601; now when absent.
    completed_at: Option<DateTime<Utc>>,
}

/// A set of answers.
#[derive(Debug, Deserialize, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct Submission {
    /// MATHS, NSI or GENERAL.
    subject: String,
    /// PREMIERE or TERMINALE.
    grade: String,
    /// Who answered.
    student_data: StudentData,
    /// Question id → option id, or `__NSP__`.
    answers: std::collections::HashMap<String, String>,
    /// Milliseconds.
    duration: Option<i64>,
    /// Circumstances.
    metadata: Option<Metadata>,
    /// Names a versioned bank, whatever subject and grade say.
    assessment_version: Option<String>,
}

/// Answer of a submission.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub struct SubmittedBody {
    /// Always true.
    success: bool,
    /// Key of the assessment.
    assessment_id: Uuid,
    /// Where a browser would go.
    redirect_url: String,
    /// Sentence of the contract.
    message: String,
}

/// See [`SubmittedBody`].
#[derive(ApiResponse)]
pub enum Submitted {
    /// Scored.
    #[oai(status = 201)]
    Created(Json<SubmittedBody>),
}

impl Submitted {
    fn new(id: Uuid) -> Self {
        Self::Created(Json(SubmittedBody {
            success: true,
            assessment_id: id,
            redirect_url: format!("/assessments/{id}/processing"),
            message: "Assessment submitted successfully".into(),
        }))
    }
}

/// Checks, finds the bank, scores and stores: one transaction.
pub(super) async fn submit(ctx: &Ctx, visitor: &Visitor, body: Submission, key: Option<String>) -> Result<Submitted> {
    let errors = check(&body, key.as_deref());
    if !errors.is_empty() {
        return Err(errors.refused());
    }
    let edition = find_bank(&body).ok_or_else(|| {
        Error::not_found()
            .with_json(json!({ "success": false, "error": "No questions available for this combination" }))
    })?;
    let mut tx = crate::db::begin(&ctx.pool).await?;
    if let Some(key) = key.as_deref().and_then(|key| given(Some(key)))
        && let Some(known) = claim_key(&mut tx, key, &body).await?
    {
        return Ok(Submitted::new(known));
    }
    let id = Uuid::new_v4();
    let now = Utc::now();
    let scored = v2::score(
        edition.bank,
        &body.answers.iter().map(|(id, option)| (id.clone(), option.clone())).collect::<BTreeMap<_, _>>(),
    );
    let completion = Completion {
        id,
        edition,
        scored: &scored,
        in_cohort: true,
        completed_at: completed_at(&body, now),
        student_id: None,
    };
    insert(&mut tx, visitor, &body, &completion, completion.columns(ctx)?, now).await?;
    if let Some(key) = key.as_deref().and_then(|key| given(Some(key))) {
        keep_key(&mut tx, key, &body, id).await?;
    }
    record::complete_inserted(&mut tx, ctx, &completion).await?;
    tx.commit().await?;
    Ok(Submitted::new(id))
}

/// The client's moment of sending, or now.
fn completed_at(body: &Submission, now: DateTime<Utc>) -> DateTime<Utc> {
    let said = body.metadata.as_ref().and_then(|metadata| metadata.completed_at);
    said.filter(|at| is_likely(*at, now)).unwrap_or(now)
}

/// Clocks of clients may be anywhere: a moment in the future or far back is not believed.
fn is_likely(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && at > now - Duration::days(366)
}

fn find_bank(body: &Submission) -> Option<BankEdition> {
    let named = body.assessment_version.as_deref().and_then(bank::find);
    named.or_else(|| bank::for_combination(Subject::parse(&body.subject)?, Grade::parse(&body.grade)?))
}

fn check(body: &Submission, key: Option<&str>) -> FieldErrors {
    let mut checks = Checks::default();
    checks.check("subject", Subject::parse(&body.subject).is_some(), "Valeurs acceptées : MATHS, NSI, GENERAL");
    checks.check("grade", Grade::parse(&body.grade).is_some(), "Valeurs acceptées : PREMIERE, TERMINALE");
    checks.email("studentData.email", &body.student_data.email);
    checks.text("studentData.name", &body.student_data.name, 2, 160, "Nom trop court");
    checks.optional("studentData.phone", body.student_data.phone.as_deref(), 30);
    checks.optional("studentData.schoolYear", body.student_data.school_year.as_deref(), 20);
    checks.check("answers", body.answers.len() <= MOST_ANSWERS, "Trop de réponses");
    let short = |text: &str| text.len() <= 100;
    checks.check("answers", body.answers.iter().all(|(id, option)| short(id) && short(option)), "Réponse trop longue");
    checks.check("duration", body.duration.is_none_or(|ms| ms > 0), "La durée est un nombre positif de millisecondes");
    checks.optional("assessmentVersion", body.assessment_version.as_deref(), 80);
    checks.check("Idempotency-Key", key.is_none_or(|key| key.len() <= 200), "Clé trop longue");
    checks.finish()
}

fn body_hash(body: &Submission) -> Vec<u8> {
    // Sorted, so that the same body always has the same hash.
    let answers: BTreeMap<_, _> = body.answers.iter().collect();
    let text = json!({ "subject": body.subject, "grade": body.grade, "student": body.student_data, "answers": answers, "duration": body.duration, "version": body.assessment_version });
    Sha256::digest(text.to_string().as_bytes()).to_vec()
}

/// Waits for whoever is sending with this key, then answers what they made. The same key with another body is a mistake.
async fn claim_key(conn: &mut PgConnection, key: &str, body: &Submission) -> Result<Option<Uuid>> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 7))", key).execute(&mut *conn).await?;
    let known = sqlx::query!("select body_hash, assessment_id from submission_keys where key = $1", key)
        .fetch_optional(conn)
        .await?;
    match known {
        Some(row) if row.body_hash == body_hash(body) => Ok(Some(row.assessment_id)),
        Some(_) => Err(Error::conflict("Cette clé d’idempotence a déjà servi pour un autre envoi.")),
        None => Ok(None),
    }
}

async fn keep_key(conn: &mut PgConnection, key: &str, body: &Submission, id: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into submission_keys (key, body_hash, assessment_id) values ($1, $2, $3)",
        key,
        body_hash(body),
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn insert(
    conn: &mut PgConnection,
    visitor: &Visitor,
    body: &Submission,
    completion: &Completion<'_>,
    columns: Columns,
    now: DateTime<Utc>,
) -> Result<()> {
    let Completion { id, edition, in_cohort, completed_at, .. } = *completion;
    let metadata = body.metadata.as_ref();
    let user_agent: Option<String> =
        metadata.and_then(|one| one.user_agent.clone()).map(|text| text.chars().take(300).collect());
    sqlx::query!(
        "insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, student_email, student_phone,
             student_metadata, answers, duration_ms, started_at, user_agent, address, created_at, status, in_cohort, completed_at,
             scoring_result, global_score, confidence_index, generation_status, error_code, error_details)
         values ($1, 'API', $2, 'scoring_v2', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'COMPLETED', $15, $16,
             $17, $18, $19, $20, $21, $22)",
        id,
        edition.edition.id,
        edition.bank.subject.as_str(),
        edition.edition.grade.as_str(),
        body.student_data.name.trim(),
        body.student_data.email.trim().to_lowercase(),
        given(body.student_data.phone.as_deref()),
        body.student_data.school_year.as_ref().map(|year| json!({ "schoolYear": year })),
        serde_json::to_value(&body.answers).map_err(Error::internal)?,
        body.duration,
        metadata.and_then(|one| one.started_at).filter(|at| is_likely(*at, now)),
        user_agent.unwrap_or_else(|| visitor.user_agent.clone()),
        visitor.address.to_string(),
        now,
        in_cohort,
        completed_at,
        columns.result,
        columns.global_score,
        columns.confidence_index,
        columns.generation.0,
        columns.generation.1,
        columns.generation.2
    )
    .execute(conn)
    .await?;
    Ok(())
}

//! SQL of what is fed by scores: history, mastery, projections.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::{
    map::Measured,
    mastery::Evidence,
    progression::Scored,
    projection::{HORIZON_DAYS, MODEL, Projection},
};
use crate::{
    assessments::model::Subject,
    error::{Error, Result},
};

/// Lets nobody else write what this student learns until the transaction ends; answers the grade. None for who is no
/// student.
pub(super) async fn lock_student(conn: &mut PgConnection, student: Uuid) -> Result<Option<String>> {
    sqlx::query_scalar!("select grade from students where user_id = $1 for no key update", student)
        .fetch_optional(conn)
        .await
        .map_err(Error::from)
}

/// A row of the history, as far as the next one needs it.
#[derive(Debug, Clone)]
pub(super) struct Past {
    pub assessment_id: Uuid,
    pub subject: String,
    pub bank: String,
    /// None for practice.
    pub ssn: Option<f64>,
    pub completed_at: DateTime<Utc>,
}

/// A student's history, oldest first.
pub(super) async fn list_past(conn: &mut PgConnection, student: Uuid) -> Result<Vec<Past>> {
    sqlx::query_as!(
        Past,
        "select assessment_id, subject, bank, ssn, completed_at from progression_history
         where student_id = $1 order by completed_at, assessment_id",
        student
    )
    .fetch_all(conn)
    .await
    .map_err(Error::from)
}

/// What is known of the skills of some students, by student and subject.
pub(super) async fn list_mastery(
    db: impl PgExecutor<'_>,
    students: &[Uuid],
) -> Result<HashMap<(Uuid, Subject), Measured>> {
    // `(select $1)`: see `crate::db`. A row for each map, not for each skill: a coach's page reads thirty students with sixty skills each.
    let rows = sqlx::query!(
        r#"select student_id, subject, array_agg(skill_tag) as "tags!", array_agg(known) as "known!",
                  array_agg(unknown) as "unknown!", array_agg(answers) as "answers!",
                  array_agg(right_answers) as "right_answers!", array_agg(last_at) as "last_at!: Vec<DateTime<Utc>>"
           from skill_mastery where student_id = any((select $1::uuid[])::uuid[]) group by student_id, subject"#,
        students
    )
    .fetch_all(db)
    .await?;
    let mut found: HashMap<(Uuid, Subject), Measured> = HashMap::new();
    for row in rows {
        let Some(subject) = Subject::parse(&row.subject) else { continue };
        let evidence = (0..row.tags.len()).map(|at| Evidence {
            known: row.known[at],
            unknown: row.unknown[at],
            answers: row.answers[at],
            right_answers: row.right_answers[at],
            last_at: row.last_at[at],
        });
        found.insert((row.student_id, subject), row.tags.iter().cloned().zip(evidence).collect());
    }
    Ok(found)
}

/// Writes what is known of these skills of a student, in one statement.
pub(super) async fn set_mastery(
    conn: &mut PgConnection,
    student: Uuid,
    subject: Subject,
    changed: &[(String, Evidence)],
) -> Result<()> {
    let tags: Vec<String> = changed.iter().map(|(tag, _)| tag.clone()).collect();
    let weights = |of: fn(&Evidence) -> f64| -> Vec<f64> { changed.iter().map(|(_, it)| of(it)).collect() };
    let counts = |of: fn(&Evidence) -> i32| -> Vec<i32> { changed.iter().map(|(_, it)| of(it)).collect() };
    let last: Vec<DateTime<Utc>> = changed.iter().map(|(_, it)| it.last_at).collect();
    sqlx::query!(
        "insert into skill_mastery (student_id, subject, skill_tag, known, unknown, answers, right_answers, last_at)
         select $1, $2, m.tag, m.known, m.unknown, m.answers, m.right_answers, m.last_at
         from unnest($3::text[], $4::float8[], $5::float8[], $6::int4[], $7::int4[], $8::timestamptz[])
             as m (tag, known, unknown, answers, right_answers, last_at)
         on conflict (student_id, subject, skill_tag) do update set known = excluded.known, unknown = excluded.unknown,
             answers = excluded.answers, right_answers = excluded.right_answers, last_at = excluded.last_at",
        student,
        subject.as_str(),
        &tags,
        &weights(|it| it.known),
        &weights(|it| it.unknown),
        &counts(|it| it.answers),
        &counts(|it| it.right_answers),
        &last
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what is known of a student's skills, before it is made again.
pub(super) async fn delete_mastery(conn: &mut PgConnection, student: Uuid) -> Result<()> {
    sqlx::query!("delete from skill_mastery where student_id = $1", student).execute(conn).await?;
    Ok(())
}

/// A row of the history to store.
pub(super) struct NewPast<'a> {
    pub assessment: Uuid,
    pub student: Uuid,
    pub subject: Subject,
    pub bank: &'a str,
    pub rule_version: &'a str,
    pub ssn: Option<f64>,
    pub standard_error: Option<f64>,
    pub cohort_n: Option<i64>,
    pub global_score: i32,
    pub uai: Option<f64>,
    pub completed_at: DateTime<Utc>,
}

/// Stores a row of the history.
pub(super) async fn insert_past(conn: &mut PgConnection, it: &NewPast<'_>) -> Result<()> {
    sqlx::query!(
        "insert into progression_history (assessment_id, student_id, subject, bank, rule_version, ssn, standard_error,
             cohort_n, global_score, uai, completed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        it.assessment,
        it.student,
        it.subject.as_str(),
        it.bank,
        it.rule_version,
        it.ssn,
        it.standard_error,
        it.cohort_n,
        i16::try_from(it.global_score.clamp(0, 100)).map_err(Error::internal)?,
        it.uai,
        it.completed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who asked for a projection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedBy {
    /// Made with a score; the back-test judges these.
    Score,
    /// `POST /api/assessments/predict`.
    Person,
}

/// Stores a projection made after an assessment; that of a score is made once.
pub(super) async fn insert_projection(
    conn: &mut PgConnection,
    student: Uuid,
    (assessment, subject): (Uuid, Subject),
    asked_by: AskedBy,
    it: &Projection,
    made_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into projection_history (student_id, subject, assessment_id, source, ssn, ssn_projected,
             confidence_index, bilans, model_version, input_snapshot, made_at, horizon_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        student,
        subject.as_str(),
        assessment,
        if asked_by == AskedBy::Score { "AUTO" } else { "ASKED" },
        it.input.ssn,
        it.ssn,
        i16::try_from(it.confidence).map_err(Error::internal)?,
        i32::try_from(it.bilans).map_err(Error::internal)?,
        MODEL,
        serde_json::to_value(it.input).map_err(Error::internal)?,
        made_at,
        made_at + Duration::days(HORIZON_DAYS)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A student's scores, oldest first, as they were told and as they are now. The latest two hundred.
pub(super) async fn list_scores(db: impl PgExecutor<'_>, student: Uuid) -> Result<Vec<Scored>> {
    let rows = sqlx::query!(
        r#"select p.assessment_id, p.subject, p.bank, p.ssn as "ssn!", p.standard_error as "standard_error!",
                  coalesce(p.cohort_n, 0) as "cohort_n!", p.uai, p.completed_at, coalesce(s.ssn, p.ssn) as "now!"
           from (select * from progression_history where student_id = $1 and ssn is not null
                 order by completed_at desc, assessment_id desc limit 200) p
           left join standard_scores s on s.assessment_id = p.assessment_id
           order by p.completed_at, p.assessment_id"#,
        student
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Scored {
                assessment: row.assessment_id,
                subject: Subject::parse(&row.subject)?,
                bank: row.bank,
                ssn: row.ssn,
                now: row.now,
                standard_error: row.standard_error,
                cohort_n: row.cohort_n,
                uai: row.uai,
                at: row.completed_at,
            })
        })
        .collect())
}

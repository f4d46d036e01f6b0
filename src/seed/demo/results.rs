//! Storing the assessments of the demo school as they would have come in: one after the other, each scored by the rules
//! and set against the cohort of those before it.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{
    super::dice::Dice,
    forms,
    sittings::{Sitting, State},
    submissions::Submission,
};
use crate::{
    assessments::{
        record::{self, Completion},
        scoring::{
            v2,
            v3::{self, Answer},
        },
    },
    error::{Error, Result},
};

/// Browsers of the demo school.
const BROWSERS: &[&str] = &[
    "Mozilla/5.0 (Linux; Android 14; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
];

/// Stores sittings and submissions by the moment at which they came in.
pub(super) async fn insert(conn: &mut PgConnection, sittings: &[Sitting], submissions: &[Submission]) -> Result<()> {
    let mut submissions = submissions.iter().peekable();
    for sitting in sittings {
        while let Some(submission) = submissions.next_if(|one| one.sent <= sitting.moment()) {
            insert_submission(conn, submission).await?;
        }
        insert_sitting(conn, sitting).await?;
    }
    for submission in submissions {
        insert_submission(conn, submission).await?;
    }
    Ok(())
}

async fn insert_sitting(conn: &mut PgConnection, sitting: &Sitting) -> Result<()> {
    let in_cohort = insert_attempt(conn, sitting).await?;
    let State::Sent(_, completed_at) = sitting.state else { return Ok(()) };
    let scored = v3::score(sitting.edition.bank, &sitting.answers());
    let completion = Completion {
        id: sitting.id,
        edition: sitting.edition,
        scored: &scored,
        in_cohort,
        completed_at,
        student_id: Some(sitting.student),
    };
    record::complete_composed(conn, &completion).await?;
    Ok(())
}

/// `status`, `error_code`, `generation_status` and the end of the attempt.
fn ending(sitting: &Sitting) -> (&'static str, Option<&'static str>, &'static str, Option<DateTime<Utc>>) {
    match sitting.state {
        State::Waiting | State::Running(_) => ("PENDING", None, "PENDING", None),
        State::Unfinished(_) => ("UNFINISHED", Some("TIME_UP"), "SKIPPED", sitting.deadline()),
        State::Sent(_, at) => ("PENDING", None, "PENDING", Some(at)),
    }
}

/// The attempt with its answers; answers whether it counts in its cohort (decision 6), as the database decides.
async fn insert_attempt(conn: &mut PgConnection, sitting: &Sitting) -> Result<bool> {
    let mut dice = Dice::of(format_args!("browser of {}", sitting.student_name));
    let (status, error_code, generation_status, ended_at) = ending(sitting);
    let duration_ms = match sitting.state {
        State::Sent(begun, at) => Some((at - begun).num_milliseconds()),
        _ => None,
    };
    let questions: Vec<i16> = (0..).take(sitting.seen.len()).collect();
    let choices: Vec<Option<i16>> = sitting.seen.iter().map(|seen| choice(seen.answer)).collect();
    let nsps: Vec<bool> = sitting.seen.iter().map(|seen| seen.answer == Answer::Nsp).collect();
    let seen_at: Vec<DateTime<Utc>> = sitting.seen.iter().map(|seen| seen.seen_at).collect();
    let answered_at: Vec<Option<DateTime<Utc>>> =
        sitting.seen.iter().map(|seen| (seen.answer != Answer::Unanswered).then_some(seen.answered_at)).collect();
    sqlx::query_scalar!(
        r#"with assessment as (
               insert into assessments (id, origin, bank, engine_version, subject, grade, student_id, request_id,
                   student_name, user_agent, address, status, error_code, generation_status, started_at, duration_ms,
                   created_at, in_cohort)
               values ($1, 'APP', $2, 'scoring_v3', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                   not has_result_on_form($2, $5, $7, '{}'))
               returning id, in_cohort),
           attempt as (
               insert into attempts (assessment_id, seed, minutes, deadline, ended_at)
               select id, $16, $17, $18, $19 from assessment returning assessment_id),
           answer as (
               insert into attempt_answers (assessment_id, question, choice, nsp, seen_at, answered_at)
               select attempt.assessment_id, a.question, a.choice, a.nsp, a.seen_at, a.answered_at
               from attempt, unnest($20::int2[], $21::int2[], $22::bool[], $23::timestamptz[], $24::timestamptz[])
                   as a (question, choice, nsp, seen_at, answered_at))
           select in_cohort as "in_cohort!" from assessment"#,
        sitting.id,
        sitting.edition.edition.id,
        sitting.edition.bank.subject.as_str(),
        sitting.edition.edition.grade.as_str(),
        sitting.student,
        sitting.request,
        sitting.student_name,
        dice.pick(BROWSERS),
        forms::address(&mut dice),
        status,
        error_code,
        generation_status,
        sitting.started(),
        duration_ms,
        sitting.created,
        sitting.seed.as_bytes().as_slice(),
        i16::try_from(sitting.minutes).map_err(Error::internal)?,
        sitting.deadline(),
        ended_at,
        &questions,
        &choices as &[Option<i16>],
        &nsps,
        &seen_at,
        &answered_at as &[Option<DateTime<Utc>>]
    )
    .fetch_one(conn)
    .await
    .map_err(Error::from)
}

fn choice(answer: Answer) -> Option<i16> {
    match answer {
        Answer::Choice(option) => i16::try_from(option).ok(),
        Answer::Nsp | Answer::Unanswered => None,
    }
}

async fn insert_submission(conn: &mut PgConnection, submission: &Submission) -> Result<()> {
    let mut dice = Dice::of(format_args!("browser of {}", submission.name));
    sqlx::query!(
        "insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, student_email,
             student_metadata, answers, duration_ms, started_at, user_agent, address, created_at)
         values ($1, 'API', $2, 'scoring_v2', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        submission.id,
        submission.edition.edition.id,
        submission.edition.bank.subject.as_str(),
        submission.edition.edition.grade.as_str(),
        submission.name,
        submission.email,
        json!({ "schoolYear": submission.school_year() }),
        json!(submission.answers),
        submission.duration_ms,
        submission.started,
        dice.pick(BROWSERS),
        forms::address(&mut dice),
        submission.sent
    )
    .execute(&mut *conn)
    .await?;
    let scored = v2::score(submission.edition.bank, &submission.answers);
    let completion = Completion {
        id: submission.id,
        edition: submission.edition,
        scored: &scored,
        in_cohort: true,
        completed_at: submission.sent,
        student_id: None,
    };
    record::complete_composed(conn, &completion).await?;
    Ok(())
}

//! Tests of the quality of questions.

mod by_hand;
mod flags;
mod measuring;
mod pages;
mod random;
mod reference;

use sqlx::PgPool;
use uuid::Uuid;

use super::{
    figures::{self, BankCounts, ItemCounts},
    measure::{self, Measured, Progress},
};
use crate::{assessments::bank::BankEdition, ctx::Ctx};

/// What was done with a question: option, "je ne sais pas" (4), seen (5), and in how many seconds after the question
/// was shown. None: never seen.
type Done = Option<(i16, f64)>;

/// Measures and stores, as the job does.
async fn measure(ctx: &Ctx) -> Vec<Measured> {
    let mut progress = Progress::new(ctx, Uuid::new_v4()).await.expect("connection");
    let measured = measure::gather(ctx, &mut progress).await.expect("gathered");
    let mut tx = crate::db::begin(&ctx.pool).await.expect("begin");
    measure::replace(&mut tx, &measured).await.expect("stored");
    tx.commit().await.expect("commit");
    measured
}

/// The counts of an edition.
fn of<'a>(measured: &'a [Measured], edition: &str) -> &'a Measured {
    measured.iter().find(|one| one.edition.edition.id == edition).expect("every edition is measured")
}

/// Stores attempts that made the edition's cohort: one question after the other, the next shown when the last is done.
async fn store_attempts(pool: &PgPool, edition: BankEdition, attempts: &[Vec<Done>]) {
    let id = edition.edition.id.as_str();
    sqlx::query(
        "insert into cohorts (bank, rule_version, subject) values ($1, 'scoring_v3', $2) on conflict do nothing",
    )
    .bind(id)
    .bind(edition.bank.subject.as_str())
    .execute(pool)
    .await
    .expect("cohort");
    for attempt in attempts {
        store_attempt(pool, edition, attempt).await;
    }
}

async fn store_attempt(pool: &PgPool, edition: BankEdition, attempt: &[Done]) {
    let (mut questions, mut choices, mut nsp, mut seen, mut answered) = (vec![], vec![], vec![], vec![], vec![]);
    let mut clock = 0.0_f64;
    for (number, done) in (0_i16..).zip(attempt) {
        let Some((code, seconds)) = *done else { continue };
        questions.push(number);
        choices.push((code < 4).then_some(code));
        nsp.push(code == 4);
        seen.push(clock);
        clock += seconds;
        answered.push((code < 5).then_some(clock));
    }
    sqlx::query(
        "with assessment as (
             insert into assessments (id, origin, bank, engine_version, subject, grade, student_name, status, global_score,
                 started_at, completed_at, generation_status)
             values ($1, 'APP', $2, 'scoring_v3', $3, $4, 'Élève', 'COMPLETED', 50, now(), now(), 'SKIPPED')
             returning id),
         attempt as (
             insert into attempts (assessment_id, seed, minutes, deadline, ended_at)
             select id, uuid_send(id), 60, now(), now() from assessment returning assessment_id),
         answer as (
             insert into attempt_answers (assessment_id, question, choice, nsp, seen_at, answered_at)
             select assessment_id, q, c, k, now() + s * interval '1 second', now() + d * interval '1 second'
             from attempt, unnest($5::int2[], $6::int2[], $7::bool[], $8::float8[], $9::float8[]) as a (q, c, k, s, d))
         insert into standard_scores (assessment_id, cohort_id, raw_micro, cohort_micro, global_score, scored_on, ssn,
             cohort_n, cohort_mean, cohort_std)
         select attempt.assessment_id, c.id, 0, 0, 50, current_date, 50, 0, 50, 15
         from attempt, cohorts c where c.bank = $2 and c.rule_version = 'scoring_v3'",
    )
    .bind(Uuid::new_v4())
    .bind(&edition.edition.id)
    .bind(edition.bank.subject.as_str())
    .bind(edition.edition.grade.as_str())
    .bind(questions)
    .bind(choices)
    .bind(nsp)
    .bind(seen)
    .bind(answered)
    .execute(pool)
    .await
    .expect("attempt");
}

#[track_caller]
fn close(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?} is not {expected}");
}

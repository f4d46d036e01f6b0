//! The end of an attempt: sent once, or ended by the clock.

use uuid::Uuid;

use super::support::{LONG, SHORT, answer, answer_some, begin, count, end_time, send, state};
use crate::{
    assessments::attempt,
    testing::{TestApp, together},
    web::Role,
};

/// Size of the only cohort.
async fn cohort_n(app: &TestApp) -> i64 {
    sqlx::query_scalar!("select n from cohorts").fetch_optional(&app.ctx.pool).await.expect("cohort").unwrap_or(0)
}

async fn see(who: &crate::testing::Client, attempt: Uuid, questions: usize) {
    for number in 1..=questions {
        who.get(&format!("/assessments/{attempt}/questions/{number}")).await.assert(200);
    }
}

#[tokio::test]
async fn before_sending_one_sees_what_is_missing() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    answer_some(&app, &student, attempt, SHORT, 12, 1).await;
    answer(&student, attempt, 13, "nsp").await.assert(303);
    let review = student.get(&format!("/assessments/{attempt}/review")).await;
    review.assert_page(200, "Il reste une question sans réponse");
    let text = review.text();
    assert_eq!(
        (
            text.matches(">répondu<").count(),
            text.matches(">je ne sais pas<").count(),
            text.matches(">sans réponse<").count()
        ),
        (13, 1, 1)
    );
    assert!(text.contains(&format!("href=\"/assessments/{attempt}/questions/15\"")), "{review}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_many_times_at_once_it_is_one_score_and_one_more_in_the_cohort() {
    let app = TestApp::new().await;
    app.warm().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    answer_some(&app, &student, attempt, SHORT, 8, 3).await;
    for sent in together((0..8).map(|_| send(&student, attempt))).await {
        sent.assert_redirect(&format!("/assessments/{attempt}/result"));
    }
    assert_eq!((cohort_n(&app).await, count(&app, "standard_scores").await), (1, 1));
    assert_eq!(count(&app, "skill_scores").await, 1);
    let (status, in_cohort, global, ssn) = state(&app, attempt).await;
    assert_eq!((status.as_str(), in_cohort), ("COMPLETED", true));
    assert!(global.is_some() && ssn.is_some());
    send(&student, attempt).await.assert_redirect(&format!("/assessments/{attempt}/result"));
    assert_eq!(cohort_n(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_races_the_send_is_scored_or_refused_never_stored_unscored() {
    let app = TestApp::new().await;
    app.warm().await;
    let student = app.signed_in(Role::Eleve).await;
    for _ in 0..4 {
        let attempt = begin(&student, SHORT).await;
        let right = super::support::value(&app, attempt, SHORT, 0, true).await;
        let answers = together([answer(&student, attempt, 0, &right), send(&student, attempt)]).await;
        let acknowledged = answers[0].redirected().ends_with("/questions/2");
        let correct = sqlx::query_scalar!(
            r#"select (scoring_result->>'totalCorrect')::int as "n!" from assessments where id = $1"#,
            attempt
        );
        let correct = correct.fetch_one(&app.ctx.pool).await.expect("scored");
        assert_eq!(correct == 1, acknowledged);
    }
}

#[tokio::test]
async fn je_ne_sais_pas_is_scored_as_such_and_so_is_no_answer() {
    let app = TestApp::new().await;
    let mut results = Vec::new();
    for say in [true, false] {
        let student = app.signed_in(Role::Eleve).await;
        let attempt = begin(&student, SHORT).await;
        answer_some(&app, &student, attempt, SHORT, 4, 2).await;
        for number in 6..15 {
            if say {
                answer(&student, attempt, number, "nsp").await.assert(303);
            }
        }
        send(&student, attempt).await.assert(303);
        let result: serde_json::Value = sqlx::query_scalar!(
            r#"select scoring_result - 'scoredAt' as "result!" from assessments where id = $1"#,
            attempt
        )
        .fetch_one(&app.ctx.pool)
        .await
        .expect("result");
        assert_eq!(
            (result["totalNSP"].as_i64(), result["totalAttempted"].as_i64(), result["totalCorrect"].as_i64()),
            (Some(9), Some(6), Some(4))
        );
        assert_eq!(result["confidenceIndex"], 40);
        results.push(result);
    }
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn at_the_end_of_the_time_half_of_the_questions_seen_make_a_score() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    see(&student, attempt, 8).await;
    answer(&student, attempt, 0, "nsp").await.assert(303);
    end_time(&app, attempt, 60.0).await;
    assert_eq!(attempt::end_expired(&app.ctx).await.expect("ended"), 1);
    let (status, in_cohort, global, ssn) = state(&app, attempt).await;
    assert_eq!((status.as_str(), in_cohort, global), ("COMPLETED", true, Some(0)));
    assert!(ssn.is_some());
    assert_eq!(attempt::end_expired(&app.ctx).await.expect("nothing left"), 0);
    student.get(&format!("/assessments/{attempt}")).await.assert_redirect(&format!("/assessments/{attempt}/result"));
}

#[tokio::test]
async fn fewer_make_none_and_one_may_begin_again() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    see(&student, attempt, 7).await;
    end_time(&app, attempt, 60.0).await;
    let path = format!("/assessments/{attempt}");
    student.get(&format!("{path}/questions/8")).await.assert_redirect(&path);
    student.get(&path).await.assert_page(200, "Évaluation inachevée");
    assert_eq!(state(&app, attempt).await, ("UNFINISHED".into(), true, None, None));
    assert_eq!(cohort_n(&app).await, 0);
    let api = student.get(&format!("/api/assessments/{attempt}/result")).await.assert(400).json();
    assert_eq!(api["error"], "Assessment not yet completed");
    let again = begin(&student, SHORT).await;
    assert_ne!(again, attempt);
    send(&student, again).await.assert(303);
    assert_eq!(cohort_n(&app).await, 1, "and the new one counts");
}

#[tokio::test]
async fn whoever_comes_first_after_the_time_ends_the_attempt() {
    let app = TestApp::new().await;
    for page in ["/questions/1", "/review"] {
        let student = app.signed_in(Role::Eleve).await;
        let attempt = begin(&student, SHORT).await;
        see(&student, attempt, 10).await;
        end_time(&app, attempt, 6.0).await;
        let path = format!("/assessments/{attempt}");
        student.get(&format!("{path}{page}")).await.assert_redirect(&format!("{path}/result"));
        assert_eq!(state(&app, attempt).await.0, "COMPLETED");
    }
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    see(&student, attempt, 10).await;
    end_time(&app, attempt, 60.0).await;
    send(&student, attempt).await.assert_redirect(&format!("/assessments/{attempt}/result"));
}

#[tokio::test]
async fn the_page_s_countdown_ends_it_at_the_time_and_not_before() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    see(&student, attempt, 10).await;
    let path = format!("/assessments/{attempt}");
    let time_up = || student.post(&format!("{path}/time-up"), &[]);
    time_up().await.assert_redirect(&format!("{path}/review"));
    assert_eq!(state(&app, attempt).await.0, "PENDING", "a clock that is ahead sends nothing");
    end_time(&app, attempt, 0.0).await;
    time_up().await.assert_redirect(&format!("{path}/result"));
    assert_eq!(state(&app, attempt).await.0, "COMPLETED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clock_and_student_together_end_it_once() {
    let app = TestApp::new().await;
    app.warm().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    see(&student, attempt, 10).await;
    end_time(&app, attempt, 60.0).await;
    let ctx = app.ctx.clone();
    let clock = tokio::spawn(async move { attempt::end_expired(&ctx).await });
    let path = format!("/assessments/{attempt}");
    together([
        send(&student, attempt),
        student.post(&format!("{path}/time-up"), &[]),
        student.get(&format!("{path}/review")),
    ])
    .await;
    clock.await.expect("task").expect("ended");
    assert_eq!((cohort_n(&app).await, count(&app, "standard_scores").await), (1, 1));
}

#[tokio::test]
async fn an_attempt_that_cannot_be_ended_does_not_hold_up_the_others() {
    let app = TestApp::new().await;
    let mut attempts = Vec::new();
    for _ in 0..3 {
        let student = app.signed_in(Role::Eleve).await;
        let attempt = begin(&student, SHORT).await;
        see(&student, attempt, 10).await;
        end_time(&app, attempt, 60.0).await;
        attempts.push(attempt);
    }
    sqlx::query!("update assessments set bank = 'gone' where id = $1", attempts[0])
        .execute(&app.ctx.pool)
        .await
        .expect("broken");
    let error = attempt::end_expired(&app.ctx).await.expect_err("said");
    assert!(!format!("{error:#}").contains(&attempts[0].to_string()), "{error:#}");
    for attempt in &attempts[1..] {
        assert_eq!(state(&app, *attempt).await.0, "COMPLETED");
    }
}

#[tokio::test]
async fn the_long_form_is_scored_by_the_rules_of_the_app() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, LONG).await;
    answer_some(&app, &student, attempt, LONG, 50, 0).await;
    send(&student, attempt).await.assert(303);
    let (_, _, global, ssn) = state(&app, attempt).await;
    assert_eq!((global, ssn), (Some(100), Some(100.0)));
    let row = sqlx::query!("select engine_version, duration_ms from assessments where id = $1", attempt);
    let row = row.fetch_one(&app.ctx.pool).await.expect("row");
    assert_eq!(row.engine_version, "scoring_v3");
    assert!(row.duration_ms.is_some_and(|ms| ms >= 0));
}

//! The change of day: midnight in Tunis, an hour before midnight UTC.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::support::{Tutor, ask, tutor};
use crate::{
    aria::{
        quota,
        store::{self, Begins, Outcome, Taking},
    },
    llm::standin::{Gate, Reply, Seen, delta, event},
    subjects::SchoolSubject,
    testing::TestApp,
    web::{Person, Role, format, visitor::Unread},
};

/// What the person asked so far was asked a day before.
async fn a_day_passes(tutor: &Tutor, person: Uuid) {
    let pool = &tutor.app.ctx.pool;
    sqlx::query!("update aria_usage set day = day - 1 where user_id = $1", person).execute(pool).await.expect("usage");
    sqlx::query!("update aria_generations set quota_day = quota_day - 1 where user_id = $1", person)
        .execute(pool)
        .await
        .expect("answers");
}

/// Questions of each day, the oldest first.
async fn used(tutor: &Tutor, person: Uuid) -> Vec<i32> {
    sqlx::query_scalar!("select used from aria_usage where user_id = $1 order by day", person)
        .fetch_all(&tutor.app.ctx.pool)
        .await
        .expect("usage")
}

#[tokio::test]
async fn a_question_of_yesterday_that_is_given_back_today_is_given_back_to_yesterday() {
    let gate = Gate::closed();
    let breaks_off = Reply::Gated(gate.clone(), vec![vec![event(&delta("Le début. "))], Vec::new()]);
    let is_first = |seen: &Seen| seen.message("user").contains("Fibonacci");
    let tutor = tutor(move |seen, _| if is_first(seen) { breaks_off.clone() } else { Reply::stream(&["Oui."]) }).await;
    let student = tutor.student().await;
    let answer = tutor.begin(&student, "La suite de Fibonacci ?").await;
    a_day_passes(&tutor, student.id).await;
    ask(&student, "Bonjour").await.assert(200);
    assert_eq!(used(&tutor, student.id).await, [1, 1]);
    gate.open();
    tutor.until(answer, "FAILED").await;
    assert_eq!(tutor.standing(answer).await, ("FAILED".into(), "RETURNED".into()));
    assert_eq!(used(&tutor, student.id).await, [0, 1]);
}

#[tokio::test]
async fn who_asked_everything_yesterday_asks_again_today() {
    let tutor = tutor(|_, _| Reply::stream(&["Oui."])).await;
    let student = tutor.student().await;
    for number in 0..5 {
        ask(&student, &format!("Question {number}")).await.assert(200);
    }
    let before = Utc::now();
    let refused = ask(&student, "Une de plus").await.assert(429).json();
    let reset: DateTime<Utc> = refused["resetAt"].as_str().expect("reset").parse().expect("a moment");
    let next = |at| format::tunis_midnight(format::tunis_day(at) + TimeDelta::days(1));
    assert!(reset == next(before) || reset == next(Utc::now()), "{refused}");
    a_day_passes(&tutor, student.id).await;
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 5 questions");
    ask(&student, "Une de plus").await.assert(200);
    student.get("/dashboard/eleve/aria").await.assert_page(200, "Encore 4 questions");
    assert_eq!(used(&tutor, student.id).await, [5, 1]);
}

/// What this connection takes for now.
async fn set_clock(conn: &mut PgConnection, now: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("set clock.now = '{now}'"))).execute(conn).await.expect("clock");
}

async fn take(conn: &mut PgConnection, person: Uuid) -> Outcome {
    let taking = Taking {
        person,
        role: Role::Eleve,
        conversation: Uuid::now_v7(),
        begins: Some(&Begins { subject: SchoolSubject::Nsi, student: None, title: "T" }),
        question: Uuid::now_v7(),
        asked: Some((&Uuid::now_v7().to_string(), "Une question ?")),
        answer: Uuid::now_v7(),
        writer: Uuid::nil(),
        fixed: None,
    };
    store::take(conn, &taking).await.expect("taken or refused")
}

#[tokio::test]
async fn the_day_of_the_quota_begins_at_midnight_in_tunis() {
    let app = TestApp::new().await;
    let id = app.person(Role::Eleve).await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    sqlx::raw_sql(
        "create schema clock;
         create function clock.now() returns timestamptz language sql stable
             as $$ select current_setting('clock.now')::timestamptz $$;
         set search_path = clock, public, pg_catalog;",
    )
    .execute(&mut *conn)
    .await
    .expect("clock");
    let day = |day| NaiveDate::from_ymd_opt(2026, 7, day).expect("day");
    set_clock(&mut conn, "2026-07-14 22:59:59+00").await;
    for _ in 0..5 {
        let outcome = take(&mut conn, id).await;
        assert!(outcome.reserved && outcome.day == day(14), "{outcome:?}");
    }
    let refused = take(&mut conn, id).await;
    assert!(!refused.reserved && !refused.stored, "six of five: {refused:?}");
    let left = refused.left();
    assert_eq!((left.day, left.questions()), (day(14), 0));
    let refused = quota::reached(&student(id), &left);
    assert!(refused.sentence.contains("à partir de minuit, le 15 juillet 2026"), "{}", refused.sentence);
    assert_eq!(refused.json.expect("body")["resetAt"], json!("2026-07-14T23:00:00+00:00"));
    set_clock(&mut conn, "2026-07-14 23:00:00+00").await;
    assert_eq!(quota::left(&mut *conn, id, Role::Eleve).await.expect("left").questions(), 5);
    let outcome = take(&mut conn, id).await;
    assert!(outcome.reserved && outcome.stored && outcome.day == day(15), "{outcome:?}");
}

fn student(id: Uuid) -> Person {
    let name = String::new;
    Person {
        id,
        role: Role::Eleve,
        first_name: name(),
        last_name: name(),
        email: None,
        easy_reading: false,
        unread: Unread::default(),
    }
}

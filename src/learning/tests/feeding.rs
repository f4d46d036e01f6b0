//! What a score changes, in the same transaction.

use super::{completed, count, set, value};
use crate::{
    assessments::tests::support::{LONG, SHORT, begin, completed_by, send, submission},
    learning::rebuild,
    testing::{TestApp, together},
    web::Role,
};

const MASTERY: &str = "select coalesce(jsonb_agg(jsonb_build_array(student_id, subject, skill_tag, round(known::numeric, 6),
    round(unknown::numeric, 6), answers, right_answers, last_at) order by student_id, subject, skill_tag), '[]') from skill_mastery";

#[tokio::test]
async fn a_score_feeds_history_skills_projection_and_badges() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = completed_by(&app, &student).await;
    let row = value(
        &app,
        "select to_jsonb(p) || jsonb_build_object('same', p.ssn = s.ssn and p.cohort_n = s.cohort_n)
         from progression_history p join standard_scores s using (assessment_id)",
    )
    .await;
    assert_eq!(row["assessment_id"], attempt.to_string());
    assert_eq!(
        (&row["same"], &row["subject"], &row["rule_version"]),
        (&true.into(), &"GENERAL".into(), &"scoring_v3".into())
    );
    assert!(row["standard_error"].as_f64().is_some_and(|it| it > 0.0) && row["uai"].is_null(), "{row}");
    let pairs = "select sum(n)::int8 from skill_scores, unnest(totals) n";
    assert_eq!(count(&app, "select sum(answers)::int8 from skill_mastery").await, count(&app, pairs).await);
    let right = "select sum(n)::int8 from skill_scores, unnest(corrects) n";
    assert_eq!(count(&app, "select sum(right_answers)::int8 from skill_mastery").await, count(&app, right).await);
    let projection = value(&app, "select to_jsonb(p) from projection_history p").await;
    assert_eq!(
        (&projection["source"], &projection["bilans"], &projection["ssn"]),
        (&"AUTO".into(), &1.into(), &row["ssn"])
    );
    assert_eq!(count(&app, "select count(*) from student_badges where badge = 'first_module_completed'").await, 1);
}

#[tokio::test]
async fn a_score_that_cannot_feed_the_graph_is_not_made_either() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    set(&app, "create function broken() returns trigger language plpgsql as $$ begin raise exception 'the power fails'; end $$").await;
    set(&app, "create trigger broken before insert on student_badges for each row execute function broken()").await;
    send(&student, attempt).await.assert(500);
    let left = "select (select count(*) from progression_history) + (select count(*) from skill_mastery)
        + (select count(*) from standard_scores) + (select count(*) from assessments where status = 'COMPLETED')";
    assert_eq!(count(&app, left).await, 0);
    set(&app, "drop trigger broken on student_badges").await;
    send(&student, attempt).await.assert(303);
    assert_eq!(count(&app, "select count(*) from progression_history").await, 1);
}

#[tokio::test]
async fn practice_feeds_the_skills_and_neither_score_nor_projection() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    let answers = count(&app, "select sum(answers)::int8 from skill_mastery").await;
    completed_by(&app, &student).await;
    assert_eq!(count(&app, "select sum(answers)::int8 from skill_mastery").await, 2 * answers);
    assert_eq!(count(&app, "select count(*) from progression_history where ssn is null").await, 1);
    assert_eq!(count(&app, "select count(*) from projection_history").await, 1);
    let heavier = "select count(*) from skill_mastery m where known + unknown >= answers * 1.25";
    assert_eq!(count(&app, heavier).await, 0, "practice weighs half");
}

#[tokio::test]
async fn a_second_subject_makes_the_index_of_both() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed_by(&app, &student).await;
    completed(&app, &student, LONG, 5, 2).await;
    let index = value(&app, "select to_jsonb(uai) from progression_history where subject = 'MATHS'").await;
    assert!(index.as_f64().is_some_and(|it| (0.0..=100.0).contains(&it)), "{index}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_assessments_that_end_at_once_see_each_other() {
    let app = TestApp::new().await;
    app.warm().await;
    let student = app.signed_in(Role::Eleve).await;
    let (one, other) = (begin(&student, SHORT).await, begin(&student, LONG).await);
    for answer in together([send(&student, one), send(&student, other), send(&student, one)]).await {
        answer.assert(303);
    }
    assert_eq!(count(&app, "select count(*) from progression_history").await, 2);
    assert_eq!(
        count(&app, "select count(*) from progression_history where uai is not null").await,
        1,
        "the second one"
    );
    assert_eq!(count(&app, "select count(*) from projection_history").await, 2);
}

#[tokio::test]
async fn an_anonymous_submission_asks_nothing_of_the_graph() {
    let app = TestApp::new().await;
    let answer =
        app.anonymous().post_json("/api/assessments/submit", &submission(&[("MATH-ANA-01", "a")])).await.assert(201);
    for table in ["students", "progression_history", "skill_mastery", "student_badges"] {
        assert!(!answer.queries().iter().any(|sql| sql.contains(table)), "{table}: {:?}", answer.queries());
    }
}

#[tokio::test]
async fn a_result_costs_the_same_number_of_statements_however_many_came_before() {
    let app = TestApp::new().await;
    let mut counts = Vec::new();
    let student = app.signed_in(Role::Eleve).await;
    for _ in 0..3 {
        let attempt = begin(&student, SHORT).await;
        counts.push(send(&student, attempt).await.assert(303).queries().len());
    }
    assert!(counts[1] <= counts[0] && counts[2] == counts[1], "{counts:?}");
}

#[tokio::test]
async fn rebuilding_from_the_answers_gives_what_was_fed_as_it_happened() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed(&app, &student, LONG, 12, 9).await;
    completed(&app, &student, SHORT, 6, 4).await;
    completed(&app, &student, SHORT, 9, 2).await;
    let before = value(&app, MASTERY).await;
    set(&app, "update skill_mastery set known = 9, answers = 99, right_answers = 1").await;
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    rebuild::student(&mut tx, student.id).await.expect("rebuilt");
    tx.commit().await.expect("commit");
    assert_eq!(before, value(&app, MASTERY).await);
}

#[tokio::test]
async fn rebuilding_feeds_results_that_are_older_than_the_graph() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    completed(&app, &student, SHORT, 6, 4).await;
    completed(&app, &student, SHORT, 9, 2).await;
    let history = "select jsonb_agg(to_jsonb(p) order by completed_at) from progression_history p";
    let (mastery, past) = (value(&app, MASTERY).await, value(&app, history).await);
    for sql in ["delete from progression_history", "delete from skill_mastery", "delete from projection_history"] {
        set(&app, sql).await;
    }
    let mut tx = crate::db::begin(&app.ctx.pool).await.expect("begin");
    rebuild::student(&mut tx, student.id).await.expect("rebuilt");
    tx.commit().await.expect("commit");
    assert_eq!((mastery, past), (value(&app, MASTERY).await, value(&app, history).await));
}

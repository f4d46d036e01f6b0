//! Attempts and submissions, as the tests make them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    assessments::{
        bank,
        shuffle::{self, Shown},
    },
    testing::{Answer, Ask, Client, Signed, TestApp},
    web::Role,
};

/// Fifteen questions, twenty minutes.
pub(crate) const SHORT: &str = "general_terminale_default";
/// Fifty questions, an hour.
pub(crate) const LONG: &str = "maths_terminale_spe_v1";

/// The attempt that a page leads to.
#[track_caller]
pub(crate) fn id_in(path: &str) -> Uuid {
    let id = path.split('/').nth(2).and_then(|segment| segment.parse().ok());
    id.unwrap_or_else(|| panic!("no attempt in {path}"))
}

/// A signed-in student begins.
pub(crate) async fn begin(student: &Client, bank: &str) -> Uuid {
    id_in(&student.post("/assessments", &[("bank", bank)]).await.redirected())
}

/// What a family tells in the first step.
pub(crate) fn parent_fields(email: &str) -> Vec<(&str, &str)> {
    vec![
        ("parentFirstName", "Leïla"),
        ("parentLastName", "Ben Salah"),
        ("parentEmail", email),
        ("parentPhone", "+216 20 123 456"),
    ]
}

/// What it tells in the second: a child in Terminale who wants mathematics.
pub(crate) fn child_fields(first_name: &str) -> Vec<(&str, &str)> {
    vec![
        ("studentFirstName", first_name),
        ("studentLastName", "Ben Salah"),
        ("studentGrade", "terminale"),
        ("subjects", "MATHEMATIQUES"),
        ("currentLevel", "moyen"),
        ("acceptTerms", "true"),
    ]
}

/// A family fills in both steps for Yassine; answers the attempt, which is not started.
pub(crate) async fn begin_as_family(who: &Client, email: &str) -> Uuid {
    who.post("/bilan-gratuit", &parent_fields(email)).await.assert_redirect("/bilan-gratuit/eleve");
    id_in(&who.post("/bilan-gratuit/eleve", &child_fields("Yassine")).await.redirected())
}

/// The options of a question as an attempt shows them; the number counts from 0.
pub(crate) async fn options(app: &TestApp, attempt: Uuid, number: usize) -> [Shown; 4] {
    let seed = sqlx::query_scalar!("select seed from attempts where assessment_id = $1", attempt)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("seed");
    shuffle::options(&seed, number)
}

/// The value that chooses the right option (or, `right` false, a wrong one) of a question.
pub(crate) async fn value(app: &TestApp, attempt: Uuid, bank: &str, number: usize, right: bool) -> String {
    let key = bank::find(bank).expect("bank").bank.questions[number].key;
    let shown = options(app, attempt, number).await;
    shown.into_iter().find(|shown| (shown.stored == key) == right).expect("option").value
}

pub(crate) fn answer(who: &Client, attempt: Uuid, number: usize, value: &str) -> Ask {
    who.post(&format!("/assessments/{attempt}/questions/{}", number + 1), &[("answer", value)])
}

pub(crate) fn send(who: &Client, attempt: Uuid) -> Ask {
    who.post(&format!("/assessments/{attempt}/sending"), &[])
}

/// Answers the first `right` questions right and the next `wrong` ones wrong.
pub(crate) async fn answer_some(app: &TestApp, who: &Client, attempt: Uuid, bank: &str, right: usize, wrong: usize) {
    for number in 0..right + wrong {
        let value = value(app, attempt, bank, number, number < right).await;
        answer(who, attempt, number, &value).await.redirected();
    }
}

/// A new student takes the short bank, eight right, and sends it.
pub(crate) async fn completed_by(app: &TestApp, student: &Signed) -> Uuid {
    let attempt = begin(student, SHORT).await;
    answer_some(app, student, attempt, SHORT, 8, 3).await;
    send(student, attempt).await.assert_redirect(&format!("/assessments/{attempt}/result"));
    attempt
}

/// [`completed_by`] a new student.
pub(crate) async fn completed_attempt(app: &TestApp) -> Uuid {
    let student = app.signed_in(Role::Eleve).await;
    completed_by(app, &student).await
}

/// Lets the time of an attempt end `seconds` ago.
pub(crate) async fn end_time(app: &TestApp, attempt: Uuid, seconds: f64) {
    sqlx::query!(
        "update attempts set deadline = now() - make_interval(secs => $2) where assessment_id = $1",
        attempt,
        seconds
    )
    .execute(&app.ctx.pool)
    .await
    .expect("clock");
}

/// State of an assessment: its status, whether it counts in a cohort, its score, its SSN.
pub(crate) async fn state(app: &TestApp, id: Uuid) -> (String, bool, Option<i16>, Option<f64>) {
    let row = sqlx::query!(
        r#"select a.status, a.in_cohort, a.global_score, s.ssn as "ssn?"
           from assessments a left join standard_scores s on s.assessment_id = a.id where a.id = $1"#,
        id
    )
    .fetch_one(&app.ctx.pool)
    .await
    .expect("assessment");
    (row.status, row.in_cohort, row.global_score, row.ssn)
}

/// A valid submission with these answers.
pub(crate) fn submission(answers: &[(&str, &str)]) -> Value {
    let answers: serde_json::Map<String, Value> =
        answers.iter().map(|(id, option)| ((*id).to_owned(), json!(option))).collect();
    json!({
        "subject": "MATHS", "grade": "TERMINALE", "answers": answers, "duration": 600_000,
        "studentData": { "email": "alya@example.org", "name": "Alya Trabelsi" },
    })
}

/// Submits and answers the id.
#[track_caller]
pub(crate) fn submitted(answer: Answer) -> Uuid {
    answer.assert(201).json()["assessmentId"].as_str().expect("id").parse().expect("UUID")
}

/// Rows of a table, counted: only the tests' own names come here.
pub(crate) async fn count(app: &TestApp, table: &'static str) -> i64 {
    let sql = format!("select count(*) from {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&app.ctx.pool).await.expect("count")
}

//! Assessments asked for signed out with the address of an active parent join the household when this parent signs in.

use serde_json::json;
use uuid::Uuid;

use super::{
    attaching::{PASSWORD, app, student_of, taken_by_family},
    count, set, work,
};
use crate::{
    assessments::tests::support::{begin_as_family, send},
    testing::{Ask, Client, TestApp, together},
    web::Role,
};

const EMAIL: &str = "leila@example.org";
const KIND: &str = "accounts.parent-signed-in";

/// Somebody with an active account, this address and [`PASSWORD`].
async fn person(app: &TestApp, role: Role, email: &str) -> Uuid {
    let id = app.person(role).await;
    let hash = app.ctx.passwords.hash(PASSWORD.into()).await.expect("hash");
    sqlx::query!("update users set email = $2, password_hash = $3 where id = $1", id, email, hash)
        .execute(&app.ctx.pool)
        .await
        .expect("person");
    id
}

/// Yassine Ben Salah, a child of this parent.
async fn yassine(app: &TestApp, parent: Uuid) -> Uuid {
    let child = app.person(Role::Eleve).await;
    app.guard(parent, child).await;
    sqlx::query!("update users set first_name = 'YASSINE', last_name = 'Ben Salah' where id = $1", child)
        .execute(&app.ctx.pool)
        .await
        .expect("named");
    child
}

fn sign_in(who: &Client, email: &str) -> Ask {
    who.post("/auth/signin", &[("email", email), ("password", PASSWORD)])
}

/// Signs in in a new browser, and lets the jobs of that be done.
async fn signed_in(app: &TestApp, email: &str) -> Client {
    let who = app.anonymous();
    sign_in(&who, email).await.assert(303);
    work(app, KIND).await;
    who
}

async fn jobs(app: &TestApp) -> i64 {
    count(app, "select count(*) from jobs where kind = 'accounts.parent-signed-in'").await
}

#[tokio::test]
async fn it_joins_the_household_when_the_parent_signs_in_and_at_nobody_else_s() {
    let app = app().await;
    let parent = person(&app, Role::Parent, EMAIL).await;
    let other = person(&app, Role::Parent, "other@example.org").await;
    let stranger = app.anonymous();
    let attempt = taken_by_family(&stranger, EMAIL).await;
    let result = format!("/assessments/{attempt}/result");

    let wrong = [("email", EMAIL), ("password", "un mauvais mot de passe")];
    app.anonymous().post("/auth/signin", &wrong).await.assert(422);
    sign_in(&app.anonymous(), "other@example.org").await.assert(303);
    assert_eq!(jobs(&app).await, 0, "nobody else has it looked for");
    let before = app.sign_in(parent).await;
    assert!(!before.get("/dashboard/parent").await.text().contains("Yassine"));
    assert_eq!((student_of(&app, attempt).await, count(&app, "select count(*) from students").await), (None, 0));

    let who = signed_in(&app, EMAIL).await;
    let child = student_of(&app, attempt).await.expect("it is the child's");
    let page = who.get("/dashboard/parent").await;
    assert!(page.text().contains("Yassine") && page.text().contains(&format!("enfant-{child}")), "{page}");
    who.get(&result).await.assert_page(200, "Score standardisé");
    who.get("/notifications").await.assert_page(200, "Le bilan de Yassine a rejoint votre compte");
    let others = app.sign_in(other).await;
    assert!(!others.get("/dashboard/parent").await.text().contains("Yassine"));
    stranger.get("/dashboard/parent").await.assert(303);

    sign_in(&app.anonymous(), EMAIL).await.assert(303);
    assert_eq!(jobs(&app).await, 0, "nothing waits any more");
    for (rows, sql) in [
        (1, "select count(*) from students"),
        (1, "select count(*) from guardianships"),
        (1, "select count(*) from progression_history"),
        (1, "select count(*) from notifications where kind = 'BILAN' and title like '%a rejoint%'"),
        (1, "select count(*) from audit_log where action = 'families.adopt'"),
        (0, "select count(*) from consents where person_id is null"),
    ] {
        assert_eq!(count(&app, sql).await, rows, "{sql}");
    }
}

#[tokio::test]
async fn what_was_asked_for_by_a_program_and_taken_through_the_mailed_link_joins_as_well() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    let body = json!({
        "parentFirstName": "Leïla", "parentLastName": "Ben Salah", "parentEmail": EMAIL, "parentPhone": "+216 20 123 456",
        "studentFirstName": "Yassine", "studentLastName": "Ben Salah", "studentGrade": "terminale",
        "studentBirthDate": "2009-03-14", "subjects": ["MATHEMATIQUES"], "currentLevel": "moyen", "acceptTerms": true,
    });
    app.anonymous().post_json("/api/bilan-gratuit", &body).await.assert(200);
    let mail = sqlx::query_scalar!("select body_text from outbox").fetch_one(&app.ctx.pool).await.expect("mail");
    assert!(mail.contains("rejoindra votre espace de parent"), "{mail}");
    let link = mail.split_whitespace().find_map(|word| word.strip_prefix("http://localhost:3000/assessments/"));
    let link = format!("/assessments/{}", link.expect("link"));
    let reader = app.anonymous();
    let attempt: Uuid = reader.get(&link).await.redirected().trim_start_matches("/assessments/").parse().expect("id");
    reader.post(&format!("/assessments/{attempt}/start"), &[]).await.assert(303);
    send(&reader, attempt).await.assert(303);
    signed_in(&app, EMAIL).await;
    assert!(student_of(&app, attempt).await.is_some());
    assert_eq!(count(&app, "select count(*) from students where birth_date = '2009-03-14'").await, 1);
}

#[tokio::test]
async fn an_attempt_that_somebody_else_could_go_on_with_waits_until_it_is_sent() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    let who = app.anonymous();
    let attempt = begin_as_family(&who, EMAIL).await;
    who.post(&format!("/assessments/{attempt}/start"), &[]).await.assert(303);
    signed_in(&app, EMAIL).await;
    assert_eq!((student_of(&app, attempt).await, count(&app, "select count(*) from students").await), (None, 0));
    send(&who, attempt).await.assert(303);
    signed_in(&app, EMAIL).await;
    assert!(student_of(&app, attempt).await.is_some());
}

#[tokio::test]
async fn a_child_of_this_name_gets_it_and_nobody_is_added_by_a_guardian_who_may_not_see_the_child() {
    let app = app().await;
    let parent = person(&app, Role::Parent, EMAIL).await;
    let child = yassine(&app, parent).await;
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    set(&app, "update guardianships set rights = '{}'").await;
    signed_in(&app, EMAIL).await;
    assert_eq!(student_of(&app, attempt).await, None);
    set(&app, "update guardianships set rights = '{VIEW}'").await;
    signed_in(&app, EMAIL).await;
    assert_eq!(student_of(&app, attempt).await, Some(child));
    assert_eq!(count(&app, "select count(*) from students").await, 1);
}

#[tokio::test]
async fn forms_alone_do_not_make_a_household_grow_without_end() {
    let app = app().await;
    let parent = person(&app, Role::Parent, EMAIL).await;
    for _ in 0..6 {
        let child = app.person(Role::Eleve).await;
        app.guard(parent, child).await;
    }
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    signed_in(&app, EMAIL).await;
    assert_eq!((student_of(&app, attempt).await, count(&app, "select count(*) from students").await), (None, 6));
}

#[tokio::test]
async fn only_a_parent_s_open_account_takes_and_only_what_came_since_it_exists() {
    let app = app().await;
    let parent = person(&app, Role::Parent, EMAIL).await;
    person(&app, Role::Coach, "coach@example.org").await;
    taken_by_family(&app.anonymous(), "coach@example.org").await;
    taken_by_family(&app.anonymous(), EMAIL).await;
    set(&app, "update bilan_requests set created_at = now() - interval '1 day'").await;
    for email in [EMAIL, "coach@example.org"] {
        sign_in(&app.anonymous(), email).await.assert(303);
    }
    assert_eq!(jobs(&app).await, 0);
    // Closed between the sign-in and its job.
    set(&app, "update users set created_at = now() - interval '2 days'").await;
    sign_in(&app.anonymous(), EMAIL).await.assert(303);
    assert_eq!(jobs(&app).await, 1);
    sqlx::query!("update users set deactivated_at = now() where id = $1", parent)
        .execute(&app.ctx.pool)
        .await
        .expect("closed");
    work(&app, KIND).await;
    assert_eq!(count(&app, "select count(*) from guardianships").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_many_times_at_once_adds_it_once() {
    let app = app().await;
    app.warm().await;
    person(&app, Role::Parent, EMAIL).await;
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    let browsers: Vec<Client> = (0..4).map(|_| app.anonymous()).collect();
    for answer in together(browsers.iter().map(|who| sign_in(who, EMAIL))).await {
        answer.assert(303);
    }
    work(&app, KIND).await;
    assert!(student_of(&app, attempt).await.is_some());
    for sql in ["select count(*) from students", "select count(*) from progression_history"] {
        assert_eq!(count(&app, sql).await, 1, "{sql}");
    }
    assert_eq!(count(&app, "select count(*) from jobs where state = 'DEAD'").await, 0);
}

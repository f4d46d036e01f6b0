//! Assessments taken signed out with the address of an active parent: the parent is asked whether they are the family's.

use serde_json::json;
use uuid::Uuid;

use super::{
    attaching::{PASSWORD, app, student_of, taken_by_family},
    count, set,
};
use crate::{
    assessments::tests::support::{begin_as_family, send},
    testing::{Client, TestApp, together},
    web::Role,
};

const EMAIL: &str = "leila@example.org";
const PAGE: &str = "/dashboard/parent";
const QUESTION: &str = "Est-ce bien vous";

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

/// Signs in by the form in a new browser.
async fn signed_in(app: &TestApp, email: &str) -> Client {
    let who = app.anonymous();
    who.post("/auth/signin", &[("email", email), ("password", PASSWORD)]).await.assert(303);
    who
}

/// Where the parent answers about this assessment: "oui" or "non".
async fn path(app: &TestApp, attempt: Uuid, answer: &str) -> String {
    let request = sqlx::query_scalar!(r#"select request_id as "id!" from assessments where id = $1"#, attempt)
        .fetch_one(&app.ctx.pool)
        .await
        .expect("request");
    format!("/compte/bilans/{request}/{answer}")
}

/// How many questions the parent's page asks.
async fn questions(who: &Client) -> usize {
    who.get(PAGE).await.assert(200).text().matches(QUESTION).count()
}

async fn assert_counts(app: &TestApp, expected: &[(i64, &'static str)]) {
    for (rows, sql) in expected {
        assert_eq!(count(app, sql).await, *rows, "{sql}");
    }
}

#[tokio::test]
async fn it_joins_the_household_when_its_parent_says_yes_and_nothing_does_before() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    let stranger = app.anonymous();
    let attempt = taken_by_family(&stranger, EMAIL).await;
    let who = signed_in(&app, EMAIL).await;
    who.get(PAGE).await.assert_page(200, "Un bilan de mathématiques a été passé le");
    let page = who.get(PAGE).await;
    assert!(page.text().contains("avec votre adresse e-mail, au prénom de Yassine."), "{page}");
    assert!(page.queries().len() <= 4, "{:#?}", page.queries());
    assert_eq!((student_of(&app, attempt).await, count(&app, "select count(*) from students").await), (None, 0));

    let yes = path(&app, attempt, "oui").await;
    stranger.post(&yes, &[]).await.assert(303);
    assert_eq!(student_of(&app, attempt).await, None, "signed out, it leads to the sign-in page");
    // Sent twice, and then the other answer: the first one counts.
    for answer in ["oui", "oui", "non"] {
        who.post(&path(&app, attempt, answer).await, &[]).await.assert_redirect(PAGE);
    }
    let child = student_of(&app, attempt).await.expect("it is the child's");
    let page = who.get(PAGE).await;
    assert!(page.text().contains(&format!("enfant-{child}")) && !page.text().contains(QUESTION), "{page}");
    who.get(&format!("/assessments/{attempt}/result")).await.assert_page(200, "Score standardisé");
    let expected = [
        (1, "select count(*) from students"),
        (1, "select count(*) from guardianships"),
        (1, "select count(*) from progression_history"),
        (1, "select count(*) from audit_log where action = 'families.adopt'"),
        (0, "select count(*) from audit_log where action = 'families.disown'"),
        (0, "select count(*) from bilan_requests where disowned_at is not null"),
        (0, "select count(*) from consents where person_id is null"),
    ];
    assert_counts(&app, &expected).await;
}

#[tokio::test]
async fn what_the_parent_says_is_not_theirs_is_never_attached_and_staff_read_so() {
    let app = app().await;
    let parent = person(&app, Role::Parent, EMAIL).await;
    yassine(&app, parent).await;
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    let desk = app.signed_in(Role::Assistante).await;
    let yes = path(&app, attempt, "oui").await;
    let item = yes.replace("/compte/bilans/", "/desk/demande/").replace("/oui", "");
    assert!(!desk.get(&item).await.assert(200).text().contains("ne vient pas d’elle"));
    let who = signed_in(&app, EMAIL).await;
    for answer in ["non", "non", "oui"] {
        who.post(&path(&app, attempt, answer).await, &[]).await.assert_redirect(PAGE);
    }
    assert_eq!((student_of(&app, attempt).await, questions(&who).await), (None, 0));
    desk.get(&item).await.assert_page(200, "La famille dit que cette demande ne vient pas d’elle.");
    // Not even by what an activation claims.
    set(&app, "update users set activated_at = now() where activated_at is not null").await;
    let mut conn = app.ctx.pool.acquire().await.expect("connection");
    let claims = crate::accounts::families::claims(&mut conn, parent).await.expect("claims");
    assert!(claims.requests.is_empty(), "{claims:?}");
    let expected = [
        (0, "select count(*) from bilan_requests where guardian_id is not null"),
        (1, "select count(*) from audit_log where action = 'families.disown'"),
        (0, "select count(*) from audit_log where action = 'families.adopt'"),
        (0, "select count(*) from progression_history"),
    ];
    assert_counts(&app, &expected).await;
}

#[tokio::test]
async fn nobody_else_is_asked_or_answers() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    person(&app, Role::Parent, "other@example.org").await;
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    let other = signed_in(&app, "other@example.org").await;
    assert_eq!(questions(&other).await, 0);
    for answer in ["oui", "non"] {
        let path = path(&app, attempt, answer).await;
        other.post(&path, &[]).await.assert(404);
        app.signed_in(Role::Admin).await.post(&path, &[]).await.assert(404);
    }
    assert_eq!(questions(&signed_in(&app, EMAIL).await).await, 1, "it still waits");
    // Answered, it is still not found by others.
    let yes = path(&app, attempt, "oui").await;
    signed_in(&app, EMAIL).await.post(&yes, &[]).await.assert(303);
    other.post(&yes, &[]).await.assert(404);
}

#[tokio::test]
async fn what_was_asked_for_by_a_program_and_taken_through_the_mailed_link_is_asked_about_as_the_mail_says() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    let body = json!({
        "parentFirstName": "Leïla", "parentLastName": "Ben Salah", "parentEmail": EMAIL, "parentPhone": "+216 20 123 456",
        "studentFirstName": "Yassine", "studentLastName": "Ben Salah", "studentGrade": "terminale",
        "studentBirthDate": "2009-03-14", "subjects": ["MATHEMATIQUES"], "currentLevel": "moyen", "acceptTerms": true,
    });
    app.anonymous().post_json("/api/bilan-gratuit", &body).await.assert(200);
    let mail = sqlx::query!("select body_text, body_html from outbox").fetch_one(&app.ctx.pool).await.expect("mail");
    for text in [&mail.body_text, &mail.body_html] {
        assert!(text.contains("nous vous demanderons à votre prochaine connexion"), "{text}");
    }
    let link =
        mail.body_text.split_whitespace().find_map(|word| word.strip_prefix("http://localhost:3000/assessments/"));
    let link = format!("/assessments/{}", link.expect("link"));
    let reader = app.anonymous();
    let attempt: Uuid = reader.get(&link).await.redirected().trim_start_matches("/assessments/").parse().expect("id");
    reader.post(&format!("/assessments/{attempt}/start"), &[]).await.assert(303);
    send(&reader, attempt).await.assert(303);
    let yes = path(&app, attempt, "oui").await;
    signed_in(&app, EMAIL).await.post(&yes, &[]).await.assert_redirect(PAGE);
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
    let parent = signed_in(&app, EMAIL).await;
    assert_eq!(questions(&parent).await, 0);
    parent.post(&path(&app, attempt, "oui").await, &[]).await.assert(404);
    send(&who, attempt).await.assert(303);
    assert_eq!(questions(&parent).await, 1);
}

#[tokio::test]
async fn a_child_of_this_name_gets_it_and_a_guardian_who_may_not_see_the_child_is_not_asked() {
    let app = app().await;
    let parent = person(&app, Role::Parent, EMAIL).await;
    let child = yassine(&app, parent).await;
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    let yes = path(&app, attempt, "oui").await;
    let who = signed_in(&app, EMAIL).await;
    set(&app, "update guardianships set rights = '{}'").await;
    assert_eq!(questions(&who).await, 0);
    who.post(&yes, &[]).await.assert(404);
    set(&app, "update guardianships set rights = '{VIEW}'").await;
    who.post(&yes, &[]).await.assert(303);
    assert_eq!(student_of(&app, attempt).await, Some(child));
    assert_eq!(count(&app, "select count(*) from students").await, 1);
}

#[tokio::test]
async fn three_are_asked_about_at_once_and_the_next_when_one_is_answered() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    let mut attempts = Vec::new();
    for _ in 0..4 {
        attempts.push(taken_by_family(&app.anonymous(), EMAIL).await);
    }
    let who = signed_in(&app, EMAIL).await;
    assert_eq!(questions(&who).await, 3);
    let no = path(&app, attempts[0], "non").await;
    let page = who.get(PAGE).await;
    assert!(page.text().contains(&no) && !page.text().contains(&path(&app, attempts[3], "non").await));
    who.post(&no, &[]).await.assert_redirect(PAGE);
    assert_eq!(questions(&who).await, 3);
    assert!(who.get(PAGE).await.text().contains(&path(&app, attempts[3], "non").await));
}

#[tokio::test]
async fn only_a_parent_s_account_is_asked_and_only_about_what_came_since_it_exists() {
    let app = app().await;
    person(&app, Role::Parent, EMAIL).await;
    let coach = person(&app, Role::Coach, "coach@example.org").await;
    let theirs = taken_by_family(&app.anonymous(), "coach@example.org").await;
    app.sign_in(coach).await.post(&path(&app, theirs, "oui").await, &[]).await.assert(404);
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    set(&app, "update bilan_requests set created_at = now() - interval '1 day'").await;
    let who = signed_in(&app, EMAIL).await;
    assert_eq!(questions(&who).await, 0);
    who.post(&path(&app, attempt, "oui").await, &[]).await.assert(404);
    assert_eq!(count(&app, "select count(*) from guardianships").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saying_yes_many_times_at_once_adds_it_once() {
    let app = app().await;
    app.warm().await;
    person(&app, Role::Parent, EMAIL).await;
    let attempt = taken_by_family(&app.anonymous(), EMAIL).await;
    let yes = path(&app, attempt, "oui").await;
    let mut browsers = Vec::new();
    for _ in 0..4 {
        browsers.push(signed_in(&app, EMAIL).await);
    }
    for answer in together(browsers.iter().map(|who| who.post(&yes, &[]))).await {
        answer.assert_redirect(PAGE);
    }
    assert!(student_of(&app, attempt).await.is_some());
    let expected = [
        (1, "select count(*) from students"),
        (1, "select count(*) from progression_history"),
        (1, "select count(*) from audit_log where action = 'families.adopt'"),
    ];
    assert_counts(&app, &expected).await;
}

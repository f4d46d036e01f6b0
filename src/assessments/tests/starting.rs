//! Beginning an attempt, and whose it is.

use poem::http::Method;

use super::support::{LONG, SHORT, answer, begin, begin_as_family, completed_by, count, end_time, id_in, state};
use crate::{
    testing::{Answer, TestApp, together},
    web::Role,
};

#[tokio::test]
async fn a_signed_in_student_begins_from_the_dashboard_and_is_at_the_first_question() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let page = student.get("/dashboard/eleve").await;
    assert!(page.text().contains(&format!("name=\"bank\" value=\"{SHORT}\"")), "{page}");
    let place = student.post("/assessments", &[("bank", SHORT)]).await.redirected();
    assert!(place.ends_with("/questions/1"), "{place}");
    student.get(&place).await.assert_page(200, "sur 15");
    let page = student.get("/dashboard/eleve").await;
    assert!(page.text().contains("À reprendre") && page.text().contains("0 réponse enregistrée"), "{page}");
}

#[tokio::test]
async fn an_unknown_bank_begins_nothing() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    for bank in ["", "nope", "maths_terminale_spe_v2", "../maths"] {
        student.post("/assessments", &[("bank", bank)]).await.assert(404);
    }
    student.post("/assessments", &[]).await.assert(400);
    assert_eq!(count(&app, "assessments").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pressed_many_times_at_once_it_begins_one_attempt_and_one_clock() {
    let app = TestApp::new().await;
    app.warm().await;
    let student = app.signed_in(Role::Eleve).await;
    let answers = together((0..8).map(|_| student.post("/assessments", &[("bank", SHORT)]))).await;
    let places: Vec<String> = answers.iter().map(Answer::redirected).collect();
    assert!(places.windows(2).all(|pair| pair[0] == pair[1]), "{places:?}");
    assert_eq!((count(&app, "assessments").await, count(&app, "attempts").await), (1, 1));
    let attempt = id_in(&places[0]);
    let deadline = || {
        sqlx::query_scalar!("select deadline from attempts where assessment_id = $1", attempt).fetch_one(&app.ctx.pool)
    };
    let first = deadline().await.expect("clock");
    for answer in together((0..8).map(|_| student.post(&format!("/assessments/{attempt}/start"), &[]))).await {
        answer.assert_redirect(&format!("/assessments/{attempt}/questions/1"));
    }
    assert_eq!(deadline().await.expect("clock"), first, "the clock is not wound up again");
}

#[tokio::test]
async fn the_clock_starts_when_the_student_says_so_and_not_before() {
    let app = TestApp::new().await;
    let who = app.anonymous();
    let attempt = begin_as_family(&who, "leila@example.org").await;
    let path = format!("/assessments/{attempt}");
    for page in ["/questions/1", "/review"] {
        who.get(&format!("{path}{page}")).await.assert_redirect(&path);
    }
    who.post(&format!("{path}/questions/1"), &[("answer", "nsp")]).await.assert_redirect(&path);
    who.post(&format!("{path}/sending"), &[]).await.assert_page(409, "pas encore commencé");
    who.ask(Method::HEAD, &path).await.assert(200);
    let clock = || {
        sqlx::query!("select deadline, minutes from attempts where assessment_id = $1", attempt)
            .fetch_one(&app.ctx.pool)
    };
    assert_eq!(clock().await.expect("clock").deadline, None);
    who.post(&format!("{path}/start"), &[]).await.assert_redirect(&format!("{path}/questions/1"));
    let deadline = clock().await.expect("clock").deadline.expect("started");
    let minutes = (deadline - chrono::Utc::now()).num_seconds();
    assert!((59 * 60..=60 * 60).contains(&minutes), "{minutes}");
}

#[tokio::test]
async fn a_student_with_extra_time_has_a_third_more() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    sqlx::query!("update students set extra_time = true where user_id = $1", student.id)
        .execute(&app.ctx.pool)
        .await
        .expect("set");
    for (bank, minutes) in [(SHORT, 27), (LONG, 80)] {
        let attempt = begin(&student, bank).await;
        let given = sqlx::query_scalar!("select minutes from attempts where assessment_id = $1", attempt);
        assert_eq!(given.fetch_one(&app.ctx.pool).await.expect("minutes"), minutes);
    }
}

#[tokio::test]
async fn one_goes_on_where_one_was_on_any_device() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let attempt = begin(&student, SHORT).await;
    for number in [0, 1, 3] {
        answer(&student, attempt, number, "nsp").await.assert(303);
    }
    let path = format!("/assessments/{attempt}");
    let tablet = app.sign_in(student.id).await;
    tablet.get(&path).await.assert_redirect(&format!("{path}/questions/3"));
    assert_eq!(begin(&tablet, SHORT).await, attempt, "pressing start again goes on");
    let page = tablet.get(&format!("{path}/questions/4")).await;
    assert!(page.text().contains("value=\"nsp\" checked"), "what was answered is shown: {page}");
    assert!(tablet.get("/dashboard/eleve").await.text().contains("3 réponses enregistrées"));
    for number in 0..15 {
        answer(&student, attempt, number, "nsp").await.assert(303);
    }
    tablet.get(&path).await.assert_redirect(&format!("{path}/review"));
}

#[tokio::test]
async fn another_person_s_attempt_does_not_exist_for_anyone_else() {
    let app = TestApp::new().await;
    let owner = app.signed_in(Role::Eleve).await;
    let parent = app.signed_in(Role::Parent).await;
    let coach = app.signed_in(Role::Coach).await;
    app.guard(parent.id, owner.id).await;
    app.coach(coach.id, owner.id).await;
    let attempt = begin(&owner, SHORT).await;
    let path = format!("/assessments/{attempt}");
    let others = [app.signed_in(Role::Eleve).await, parent, coach, app.signed_in(Role::Admin).await];
    for who in &others {
        who.get(&format!("{path}/questions/1")).await.assert(404);
        who.get(&format!("{path}/review")).await.assert(404);
        who.post(&format!("{path}/start"), &[]).await.assert(404);
        answer(who, attempt, 0, "nsp").await.assert(404);
        who.post(&format!("{path}/sending"), &[]).await.assert(404);
        who.post(&format!("{path}/time-up"), &[]).await.assert(404);
    }
    assert_eq!(count(&app, "attempt_answers").await, 0);
    assert_eq!(state(&app, attempt).await.0, "PENDING");
    let stranger = &others[0];
    assert_eq!(stranger.get(&path).await.redirected(), format!("{path}/result"));
    stranger.get(&format!("{path}/result")).await.assert(404);
}

#[tokio::test]
async fn the_browser_that_began_an_attempt_may_take_it_and_no_other() {
    let app = TestApp::new().await;
    let (family, other) = (app.anonymous(), app.anonymous());
    let attempt = begin_as_family(&family, "leila@example.org").await;
    begin_as_family(&other, "salma@example.org").await;
    let path = format!("/assessments/{attempt}");
    family.post(&format!("{path}/start"), &[]).await.assert(303);
    family.get(&format!("{path}/questions/1")).await.assert(200);
    for who in [&other, &app.anonymous()] {
        who.get(&format!("{path}/questions/1")).await.assert(404);
        answer(who, attempt, 0, "nsp").await.assert(404);
    }
}

#[tokio::test]
async fn a_new_attempt_begins_when_the_time_of_the_last_has_run_out() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let first = begin(&student, SHORT).await;
    student.get(&format!("/assessments/{first}/questions/1")).await.assert(200);
    end_time(&app, first, 60.0).await;
    let second = begin(&student, SHORT).await;
    assert_ne!(first, second, "before the server's clock has ended the first one");
    assert_eq!(state(&app, first).await.0, "UNFINISHED");
    student.get(&format!("/assessments/{second}/questions/1")).await.assert(200);
}

#[tokio::test]
async fn after_a_result_one_may_begin_again() {
    let app = TestApp::new().await;
    let student = app.signed_in(Role::Eleve).await;
    let first = completed_by(&app, &student).await;
    assert_ne!(begin(&student, SHORT).await, first);
}
